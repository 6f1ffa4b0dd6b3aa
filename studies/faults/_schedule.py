"""A seeded schedule of faults over all kinds, for a bot that trades on."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_KLINES, _ORDER, _FIND = "GET /api/v3/klines", "POST /api/v3/order", "GET /api/v3/order"
_CANCEL, _ACCOUNT, _INFO = "DELETE /api/v3/order", "GET /api/v3/account", "GET /api/v3/exchangeInfo"
_DEPTH, _TICKER, _FILLS, _STREAM = "GET /api/v3/depth", "GET /api/v3/ticker/*", "GET /api/v3/myTrades", "WS *"

_READS = (_KLINES, _FIND, _CANCEL, _ACCOUNT, _INFO, _DEPTH, _TICKER, _FILLS)
_READ_FAULTS: tuple[Json, ...] = (
    {"kind": "429", "retry_after": 1},
    {"kind": "418", "retry_after": 1},
    {"kind": "5xx", "status": 503},
    {"kind": "malformed"},
    {"kind": "empty"},
    {"kind": "timeout", "delay": 3},
    {"kind": "reset"},
    {"kind": "clock_skew"},
)
_ORDER_FAULTS: tuple[Json, ...] = (
    {"kind": "429", "retry_after": 1},
    {"kind": "418", "retry_after": 1},
    {"kind": "5xx", "status": 503},
    {"kind": "5xx", "status": 503, "accepted": True},
    {
        "kind": "code",
        "code": -1007,
        "msg": "Timeout waiting for response from backend server.",
        "accepted": True,
    },
    {"kind": "timeout", "delay": 3, "accepted": True},
    {"kind": "reset"},
    {"kind": "reset", "accepted": True},
    {"kind": "malformed", "accepted": True},
    {"kind": "empty", "accepted": True},
    {"kind": "no_balance"},
    {"kind": "clock_skew"},
)
_STREAM_FAULTS = ("ws_drop", "ws_refuse", "ws_silence", "ws_stale", "ws_out_of_order", "ws_duplicate")


@dataclass(frozen=True)
class Event:
    """One disturbance: `what` is `fault`, `market` or `fills`.

    Attributes
    ----------
    wait : float
        Seconds of market time since the event before.
    """

    wait: float
    what: str
    body: Json = field(default_factory=dict)

    @property
    def name(self) -> str:
        """For the count of kinds."""
        kind = str(self.body.get("kind", "partial fill"))
        return f"{kind} accepted" if self.body.get("accepted") else kind


def schedule(seed: int, symbols: list[str], every: float = 60) -> Iterator[Event]:
    """Yield faults without end, `every` seconds of market time on average.

    Each round shuffles every kind of fault once, so that all occur in a short run, too.

    Examples
    --------
    >>> one, other = (next(schedule(1, ["BTCUSDT"])) for _ in range(2))
    >>> one == other
    True
    """
    rng = random.Random(seed)
    while True:
        bodies = [*_reads(rng), *_orders(rng), *_streams(rng), *_markets(rng, symbols)]
        rng.shuffle(bodies)
        for what, body in bodies:
            yield Event(rng.uniform(0.4, 1.6) * every, what, body)


def _reads(rng: random.Random) -> Iterator[tuple[str, Json]]:
    for fault in _READ_FAULTS:
        yield "fault", {**fault, "endpoint": rng.choice(_READS), "count": rng.randint(1, 3), "seconds": 600}
    yield "fault", {"kind": "unknown_order", "endpoint": _FIND, "count": rng.randint(1, 3), "seconds": 600}


def _orders(rng: random.Random) -> Iterator[tuple[str, Json]]:
    for fault in _ORDER_FAULTS:
        yield "fault", {**fault, "endpoint": _ORDER, "count": 1, "seconds": 600}


def _streams(rng: random.Random) -> Iterator[tuple[str, Json]]:
    for kind in _STREAM_FAULTS:
        yield "fault", {"kind": kind, "endpoint": _STREAM, "count": rng.randint(1, 5), "seconds": 600}


def _markets(rng: random.Random, symbols: list[str]) -> Iterator[tuple[str, Json]]:
    symbol = rng.choice(symbols)
    yield "market", {"kind": "halt", "symbol": symbol}
    yield "market", {"kind": "price_gap", "symbol": rng.choice(symbols), "factor": rng.choice((0.97, 1.03))}
    yield "market", {"kind": "missing_candles", "symbol": rng.choice(symbols), "candles": rng.randint(1, 3)}
    yield "fills", {"fill_frac": "0.4"}
