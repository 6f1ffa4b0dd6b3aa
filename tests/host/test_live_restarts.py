"""A live bot that is stopped in the middle of something and started again: the books agree in the end."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from benchmarks.fire._acts import prepare
from benchmarks.fire._agreement import Snapshot, compare
from benchmarks.fire._database import symbol_of
from benchmarks.fire._live_rig import LiveRig, live_rig

pytestmark = [pytest.mark.host, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    with live_rig("spot", "plain", True, folder=tmp_path_factory.mktemp("plain")) as rig:
        yield rig


@pytest.fixture(scope="module")
def stops(tmp_path_factory):
    with live_rig("spot", "stops", True, folder=tmp_path_factory.mktemp("stops")) as rig:
        yield rig


def until(rig: LiveRig, what: str, condition: Callable[[Snapshot], Any], seconds: float = 90) -> Snapshot:
    deadline = time.monotonic() + seconds
    while not condition(books := rig.snapshot()):
        assert time.monotonic() < deadline, f"{what}: {books}\n{rig.bot.log[-3000:]}"
        time.sleep(0.5)
    return books


def opened(books: Snapshot) -> bool:
    trades = books.database.open_trades
    return bool(trades) and not trades[0].open_orders


def resting(books: Snapshot) -> bool:
    return any(trade.open_orders for trade in books.database.open_trades)


def flat(books: Snapshot) -> bool:
    return not books.database.open_trades


def agreed(rig: LiveRig, before: Snapshot, seconds: float = 20) -> None:
    until(rig, "books agree", lambda books: not compare(before, books, rig.steps()), seconds)


def release(rig: LiveRig, pair: str, factor: float) -> None:
    """Let the rest of a partial fill trade: the price moves by `factor`, so that its limit is crossed."""
    rig.control("POST", "market", {"kind": "price_gap", "symbol": symbol_of(pair), "factor": factor})
    rig.control("POST", "fills", {"release": True})


def enter(rig: LiveRig, pair: str) -> None:
    rig.signal(long=[pair])
    until(rig, "entered", opened)
    rig.signal()


def leave(rig: LiveRig, pair: str) -> None:
    rig.signal(exit=[pair])
    until(rig, "left", flat)
    rig.signal()


@pytest.mark.fire
def test_restart_with_a_resting_entry(plain):
    before, pair = plain.snapshot(), plain.pair()
    until(plain, "far entry", lambda books: prepare(plain, "resting", pair) or resting(books))
    plain.restart()
    (trade,) = until(plain, "still resting", resting).database.open_trades
    plain.api("DELETE", f"trades/{trade.trade_id}/open-order")  # answers 502: the trade went with its order
    until(plain, "cancelled", flat)
    agreed(plain, before)


def test_restart_with_a_partial_fill_that_is_completed_meanwhile(plain):
    before, pair = plain.snapshot(), plain.pair()
    plain.control("POST", "fills", {"fill_frac": "0.4"})
    plain.signal(long=[pair])
    books = until(plain, "partial fill", resting)
    plain.signal()
    order = max(books.books.orders.values(), key=lambda order: int(order.order_id))
    assert order.executed > 0
    plain.bot.stop()
    release(plain, pair, 0.98)
    plain.start_bot()
    until(plain, "filled", opened)
    agreed(plain, before)
    leave(plain, pair)
    agreed(plain, before)


@pytest.mark.fire
def test_restart_with_an_exit_that_is_filled_meanwhile(plain):
    before, pair = plain.snapshot(), plain.pair()
    enter(plain, pair)
    plain.control("POST", "fills", {"fill_frac": "0.4"})
    plain.signal(exit=[pair])
    until(plain, "exit rests", resting)
    plain.bot.stop()
    release(plain, pair, 1.02)
    plain.start_bot()
    until(plain, "left", flat)
    agreed(plain, before)


@pytest.mark.fire
def test_restart_with_a_stop_on_the_exchange(stops):
    before, pair = stops.snapshot(), stops.pair()
    stops.signal(long=[pair])
    until(stops, "stop stands", lambda books: any(order.is_stop for order in books.books.orders.values()))
    stops.signal()
    agreed(stops, before)
    stops.restart()
    time.sleep(5)  # a loop or two, in which a second stop could be placed
    books = stops.snapshot()
    assert len([order for order in books.books.orders.values() if order.is_stop and order.counts]) == 1
    agreed(stops, before)
    leave(stops, pair)
    agreed(stops, before)


@pytest.mark.fire
def test_restart_after_a_manual_close_on_the_exchange(plain):
    before, pair = plain.snapshot(), plain.pair()
    enter(plain, pair)
    agreed(plain, before)  # with the fee taken off
    (trade,) = plain.snapshot().database.open_trades
    plain.bot.stop()
    plain.trader().create_order(pair, "market", "sell", float(trade.amount))
    assert compare(before, plain.snapshot(), plain.steps())
    plain.start_bot()
    until(plain, "adopted", flat)
    agreed(plain, before)
