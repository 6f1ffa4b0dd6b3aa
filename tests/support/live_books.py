"""Both books of a live bot over time, and how a trade comes and goes."""

import time
from collections.abc import Callable
from typing import Any

from rig._agreement import Snapshot, compare
from rig._database import symbol_of
from rig._live_rig import LiveRig
from rig._process import PATIENCE


def until(rig: LiveRig, what: str, condition: Callable[[Snapshot], Any], seconds: float = 90) -> Snapshot:
    deadline = time.monotonic() + PATIENCE * seconds
    while not condition(books := rig.snapshot()):
        assert time.monotonic() < deadline, f"{what}: {books}\n{rig.bot.log[-3000:]}"
        time.sleep(0.5)
    return books


def opened(books: Snapshot) -> bool:
    trades = books.database.open_trades
    return bool(trades) and not trades[0].open_orders


def resting(books: Snapshot) -> bool:
    return any(trade.open_orders for trade in books.database.open_trades)


def partly_filled(books: Snapshot) -> bool:
    """Whether the database has an open order and the exchange one that has traded in part."""
    orders = books.books.orders.values()
    return resting(books) and any(order.status == "open" and order.executed > 0 for order in orders)


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
