"""How a bot is brought to a place, and when it is through."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rig._agreement import Snapshot
from rig._database import symbol_of
from rig._errors import FireError
from rig._rig import Rig

_CANDLE = timedelta(minutes=1)
_FAR = 0.9
"""Price of an entry that rests: this share of the market's."""

_A_STEP_DOWN = {"kind": "price_gap", "factor": 0.997}


@dataclass(frozen=True)
class Act:
    """One way to the place of a fault.

    Parameters
    ----------
    begin : callable of a rig and a pair
        Sets it going once the fault is there.
    again : callable of a rig, a pair and the seconds since `begin`
        What a trader or a timer would do while it lasts.
    is_through : callable of a rig, a pair, the books and the seconds
        Whether the bot reached what it wanted.
    """

    begin: Callable[[Rig, str], None]
    again: Callable[[Rig, str, float], None]
    is_through: Callable[[Rig, str, Snapshot, float], bool]


def prepare(rig: Rig, before: str, pair: str) -> bool:
    """Ask for what has to stand before a fault; `prepared` tells when it does."""
    if before == "open":
        rig.signal(long=[pair])
    elif before == "partial":
        rig.control("POST", "fills", {"fill_frac": "0.4"})
        rig.signal(long=[pair])
    elif before == "resting":
        return _enter_far(rig, pair)
    return True


def prepared(before: str, pair: str, books: Snapshot) -> bool:
    """Whether it stands."""
    trades = [trade for trade in books.database.open_trades if trade.pair == pair]
    if before == "flat":
        return not trades
    if before == "open":
        return bool(trades) and all(not trade.open_orders or _has_stop(books, pair) for trade in trades)
    return bool(trades) and trades[0].open_orders > 0


def _has_stop(books: Snapshot, pair: str) -> bool:
    return any(
        order.side == "stoploss" and order.pair == pair and order.is_open for order in books.database.orders
    )


def _enter_far(rig: Rig, pair: str) -> bool:
    candles = rig.api("GET", f"pair_candles?pair={pair}&timeframe=1m&limit=1")
    if not candles or not candles["data"]:
        return False
    close = candles["data"][-1][candles["columns"].index("close")]
    order = {"pair": pair, "price": close * _FAR, "ordertype": "limit"}
    return rig.api("POST", "forceenter", order) is not None


def _nothing(rig: Rig, pair: str) -> None:
    return None


def _wait(rig: Rig, pair: str, seconds: float) -> None:
    return None


def _entered(rig: Rig, pair: str, books: Snapshot, seconds: float) -> bool:
    trades = [trade for trade in books.database.open_trades if trade.pair == pair]
    return bool(trades) and not any(trade.open_orders for trade in trades)


def _protected(rig: Rig, pair: str, books: Snapshot, seconds: float) -> bool:
    return _has_stop(books, pair)


def _left(rig: Rig, pair: str, books: Snapshot, seconds: float) -> bool:
    return not any(trade.pair == pair for trade in books.database.open_trades)


def _release(rig: Rig, pair: str, seconds: float) -> None:
    """Let the rest of a partial entry trade; a market that has risen above its limit comes back to it."""
    if seconds > 6:
        rig.control("POST", "fills", {"release": True})
        if _rests(rig, pair):
            rig.control("POST", "market", _A_STEP_DOWN | {"symbol": symbol_of(pair)})


def _rests(rig: Rig, pair: str) -> bool:
    orders = rig.snapshot().books.orders.values()
    return any(order.status == "open" and order.symbol == symbol_of(pair) for order in orders)


def _cancel(rig: Rig, pair: str, seconds: float = 0) -> None:
    for trade in rig.snapshot().database.open_trades:
        if trade.pair == pair and trade.open_orders:
            rig.api("DELETE", f"trades/{trade.trade_id}/open-order")


def _reload(rig: Rig, pair: str) -> None:
    rig.api("POST", "reload_config")


def _runs(rig: Rig, pair: str, books: Snapshot, seconds: float) -> bool:
    return (
        seconds > 3
        and _looped_within(rig, 3)
        and (rig.api("GET", "show_config") or {}).get("state") == "running"
    )


def _looped_within(rig: Rig, seconds: float) -> bool:
    looped = (rig.api("GET", "health") or {}).get("last_process_ts") or 0
    return datetime.now(UTC).timestamp() - looped < seconds


def _sees_new_candles(rig: Rig, pair: str, books: Snapshot, seconds: float) -> bool:
    """Whether a candle that closed after the fault is analysed."""
    candles: Any = rig.api("GET", f"pair_candles?pair={pair}&timeframe=1m&limit=1")
    if not candles or not candles["data"]:
        return False
    opened = datetime.fromisoformat(str(candles["data"][-1][0]).replace("Z", "+00:00")).astimezone(UTC)
    return opened + _CANDLE > datetime.now(UTC) - timedelta(seconds=seconds)


def _exit(rig: Rig, pair: str) -> None:
    rig.signal(exit=[pair])


def _exit_and_resume(rig: Rig, pair: str, seconds: float) -> None:
    rig.signal(exit=[pair])
    if seconds > 10:
        with suppress(FireError):  # not halted, or not any more
            rig.control("POST", "market", {"kind": "resume", "symbol": symbol_of(pair)})


ACTS = {
    "enter": Act(lambda rig, pair: rig.signal(long=[pair]), _wait, _entered),
    "stop": Act(lambda rig, pair: rig.signal(long=[pair]), _wait, _protected),
    "exit": Act(_exit, _wait, _left),
    "read": Act(_nothing, _release, _entered),
    "cancel": Act(_cancel, _cancel, _left),
    "reload": Act(_reload, _wait, _runs),
    "candle": Act(_nothing, _wait, _sees_new_candles),
    "market": Act(_exit, _exit_and_resume, _left),
}
