"""What Binance can do to a bot: every fault, and every place where it can strike."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

HELD_SECONDS = 6
"""How long a request is held: longer than the bot's client waits."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong; `rule` is what the exchange's control interface is told."""

    name: str
    title: str
    rule: Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """Where faults strike, and how it is brought about.

    Parameters
    ----------
    name, title : str
        In file names and in tables.
    endpoints : mapping of market to str
        Method and path by market; empty where the market as a whole is disturbed.
    before : str
        What stands before: `flat`, `open` (a trade), `partial` (an entry filled in part) or `resting` (an
        entry that does not fill).
    act : str
        What makes the bot go there, one of `ACTS`.
    faults : tuple of str
        Names of the faults that make sense here.
    count : int
        How many requests in a row meet the fault; each retry of the bot is one.
    skip : int
        How many requests pass first.
    bot : str
        Kind of bot: `plain`, `stops` (on the exchange) or `streams` (candles by websocket).
    """

    name: str
    title: str
    endpoints: Mapping[str, str]
    before: str
    act: str
    faults: tuple[str, ...]
    count: int = 3
    skip: int = 0
    bot: str = "plain"


@dataclass(frozen=True)
class Cell:
    """One fault at one place of one market, with our entry guard or without."""

    fault: Fault
    place: Place
    market: str = "spot"
    guard: bool = True

    @property
    def key(self) -> str:
        """Name for `--only` and the file, such as `spot/entry/503-accepted`."""
        return f"{self.market}/{self.place.name}/{self.fault.name}" + ("" if self.guard else "/no-guard")

    @property
    def rig(self) -> tuple[str, str, bool]:
        """What the bot and the exchange have to be; cells with the same share one."""
        return self.market, self.place.bot, self.guard


def _refused(name: str, title: str, **rule: Any) -> Fault:
    return Fault(name, title, rule | {"accepted": False})


def _accepted(name: str, title: str, **rule: Any) -> Fault:
    return Fault(f"{name}-accepted", f"{title}, but carried out", rule | {"accepted": True})


def _code(code: int, message: str) -> dict[str, Any]:
    return {"kind": "code", "code": code, "msg": message}


_UNKNOWN_RESULT = "Timeout waiting for response from backend server. Execution status unknown."
_UNEXPECTED = "An unexpected response was received from the message bus. Execution status unknown."
_503 = {"kind": "5xx", "status": 503}
_SLOW = {"kind": "timeout", "delay": HELD_SECONDS}

FAULTS = {
    fault.name: fault
    for fault in (
        _refused("429", "429", kind="429", retry_after=5),
        _refused("418", "418", kind="418", retry_after=5),
        _refused("503", "503", **_503),
        _accepted("503", "503", **_503),
        _refused("malformed", "malformed JSON", kind="malformed"),
        _accepted("malformed", "malformed JSON", kind="malformed"),
        _refused("empty", "empty JSON", kind="empty"),
        _accepted("empty", "empty JSON", kind="empty"),
        _refused("timeout", "timeout", **_SLOW),
        _accepted("timeout", "timeout", **_SLOW),
        _refused("reset", "connection reset", kind="reset"),
        _accepted("reset", "connection reset", kind="reset"),
        _refused("clock", "-1021 clock skew", kind="clock_skew"),
        _refused("balance", "-2010 no balance", kind="no_balance"),
        _refused("unknown", "-2013 unknown order", kind="unknown_order"),
        _accepted("1007", "-1007 timeout inside", **_code(-1007, _UNKNOWN_RESULT)),
        _accepted("1006", "-1006 unexpected response", **_code(-1006, _UNEXPECTED)),
        Fault("drop", "dropped", {"kind": "ws_drop"}),
        Fault("refuse", "refused", {"kind": "ws_refuse"}),
        Fault("silence", "silent", {"kind": "ws_silence"}),
        Fault("stale", "stale candle", {"kind": "ws_stale"}),
        Fault("order", "candles out of order", {"kind": "ws_out_of_order"}),
        Fault("duplicate", "duplicated candle", {"kind": "ws_duplicate"}),
        Fault("missing", "missing candles", {"kind": "missing_candles", "candles": 3}),
        Fault("gap", "price gap of -10 %", {"kind": "price_gap", "factor": 0.9}),
        Fault("halt", "market halted for 10 s", {"kind": "halt"}),
        Fault("delist", "symbol delisted", {"kind": "delist"}),
    )
}

_READ = ("429", "418", "503", "malformed", "empty", "timeout", "reset")
_SIGNED = (*_READ, "clock")
_POST = (
    *("429", "418", "503", "503-accepted", "malformed-accepted", "empty-accepted"),
    *("timeout", "timeout-accepted", "reset", "reset-accepted"),
    *("clock", "balance", "1007-accepted", "1006-accepted"),
)
_DELETE = ("429", "418", "503", "503-accepted", "malformed-accepted", "empty-accepted", "timeout-accepted")
_STREAM = ("drop", "refuse", "silence", "stale", "order", "duplicate")
_BOTH = ("spot", "futures")


def _paths(method: str, name: str) -> dict[str, str]:
    return {"spot": f"{method} /api/v3/{name}", "futures": f"{method} /fapi/v1/{name}"}


PLACES = (
    Place("entry", "POST order: entry", _paths("POST", "order"), "flat", "enter", _POST, count=2),
    Place("exit", "POST order: exit", _paths("POST", "order"), "open", "exit", _POST, count=1),
    Place(
        "stop",
        "POST order: stop",
        {"spot": "POST /api/v3/order", "futures": "POST /fapi/v1/algoOrder"},
        "flat",
        "stop",
        _POST,
        count=1,
        skip=1,
        bot="stops",
    ),
    Place("get", "GET order", _paths("GET", "order"), "partial", "read", (*_SIGNED, "unknown")),
    Place(
        "delete",
        "DELETE order",
        _paths("DELETE", "order"),
        "resting",
        "cancel",
        (*_DELETE, "reset-accepted", "clock", "unknown"),
        count=1,
    ),
    Place(
        "account",
        "account",
        {"spot": "GET /api/v3/account", "futures": "GET /fapi/v3/account"},
        "flat",
        "enter",
        _SIGNED,
    ),
    Place("info", "exchangeInfo", _paths("GET", "exchangeInfo"), "open", "reload", _READ),
    Place("klines", "klines", _paths("GET", "klines"), "open", "candle", _READ),
    Place("stream", "websocket", {"spot": "WS *"}, "open", "candle", _STREAM, count=1, bot="streams"),
    Place("market", "market", {}, "open", "market", ("missing", "gap", "halt", "delist")),
)

_FUTURES = {
    "entry": ("503", "503-accepted", "timeout-accepted", "empty-accepted", "1007-accepted"),
    "exit": ("503", "503-accepted", "timeout-accepted"),
    "stop": ("503", "503-accepted", "timeout-accepted"),
    "get": ("503", "unknown"),
    "delete": ("503-accepted",),
    "account": ("503",),
}


def cells(only: str = "*") -> list[Cell]:
    """Every cell whose key matches the pattern, those that share a bot together.

    Examples
    --------
    >>> [cell.key for cell in cells("spot/delete/503*")]
    ['spot/delete/503', 'spot/delete/503-accepted']
    """
    every = [Cell(FAULTS[name], place) for place in PLACES for name in place.faults]
    every += [
        Cell(FAULTS[name], place, "futures") for place in PLACES for name in _FUTURES.get(place.name, ())
    ]
    every += [
        Cell(cell.fault, cell.place, cell.market, guard=False)
        for cell in every
        if cell.place.name == "entry" and cell.fault.rule["accepted"]
    ]
    return sorted((cell for cell in every if fnmatch(cell.key, only)), key=lambda cell: cell.rig)
