"""A live bot that is stopped in the middle of something and started again: the books agree in the end.

The one with a partial fill is in `test_fire_cells.py`, where a bot runs anyway.
"""

import time

import pytest
from rig._agreement import compare
from rig._live_rig import live_rig
from studies.faults._acts import prepare
from tests.support.live_books import agreed, enter, flat, leave, release, resting, until

pytestmark = [pytest.mark.host, pytest.mark.fire, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    with live_rig("spot", "plain", True, folder=tmp_path_factory.mktemp("plain")) as rig:
        yield rig


@pytest.fixture(scope="module")
def stops(tmp_path_factory):
    with live_rig("spot", "stops", True, folder=tmp_path_factory.mktemp("stops")) as rig:
        yield rig


def test_restart_with_a_resting_entry(plain):
    before, pair = plain.snapshot(), plain.pair()
    until(plain, "far entry", lambda books: prepare(plain, "resting", pair) or resting(books))
    plain.restart()
    (trade,) = until(plain, "still resting", resting).database.open_trades
    plain.api("DELETE", f"trades/{trade.trade_id}/open-order")  # answers 502: the trade went with its order
    until(plain, "cancelled", flat)
    agreed(plain, before)


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
