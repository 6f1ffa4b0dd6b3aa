"""Limits on request weight and orders, counted in fixed intervals as Binance does."""

from dataclasses import dataclass, field
from typing import Any

_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400}


@dataclass(frozen=True)
class RateLimit:
    """One limit.

    Parameters
    ----------
    kind : str
        `REQUEST_WEIGHT` or `ORDERS`, Binance's `rateLimitType`.
    interval : str
        `SECOND`, `MINUTE`, `HOUR` or `DAY`.
    length : int
        How many of them an interval has.
    most : int
        Weight or orders an interval allows.

    Examples
    --------
    >>> RateLimit("ORDERS", "SECOND", 10, 100).header
    'X-MBX-ORDER-COUNT-10S'
    """

    kind: str
    interval: str
    length: int
    most: int

    @property
    def span(self) -> int:
        """Length of the interval in ms."""
        return _SECONDS[self.interval] * self.length * 1000

    @property
    def header(self) -> str:
        """Name of the header that tells what is used."""
        what = "USED-WEIGHT" if self.kind == "REQUEST_WEIGHT" else "ORDER-COUNT"
        return f"X-MBX-{what}-{self.length}{self.interval[0]}"

    @property
    def text(self) -> str:
        """The limit in words."""
        return f"{self.most} orders per {self.length} {self.interval}"

    def info(self) -> dict[str, Any]:
        """Return the limit's entry in `rateLimits` of `exchangeInfo`."""
        return {
            "rateLimitType": self.kind,
            "interval": self.interval,
            "intervalNum": self.length,
            "limit": self.most,
        }


SPOT_LIMITS = (
    RateLimit("REQUEST_WEIGHT", "MINUTE", 1, 6000),
    RateLimit("ORDERS", "SECOND", 10, 100),
    RateLimit("ORDERS", "DAY", 1, 200_000),
)
FUTURES_LIMITS = (
    RateLimit("REQUEST_WEIGHT", "MINUTE", 1, 2400),
    RateLimit("ORDERS", "MINUTE", 1, 1200),
    RateLimit("ORDERS", "SECOND", 10, 300),
)


@dataclass
class Meter:
    """What was used of one limit in the interval that runs.

    Examples
    --------
    >>> meter = Meter(RateLimit("ORDERS", "SECOND", 10, 2))
    >>> meter.add(1, 9_000), meter.add(1, 9_999), meter.add(1, 10_000), meter.seconds_left(10_500)
    (1, 2, 1, 10)
    """

    limit: RateLimit
    used: int = 0
    _interval: int = field(default=-1)

    def add(self, amount: int, now: int) -> int:
        """Count `amount` at `now` (ms); returns what is used by then."""
        interval = now // self.limit.span
        if interval != self._interval:
            self._interval, self.used = interval, 0
        self.used += amount
        return self.used

    def seconds_left(self, now: int) -> int:
        """Whole seconds until the next interval, at least 1."""
        return -(-(self.limit.span - now % self.limit.span) // 1000)
