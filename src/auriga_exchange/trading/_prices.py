"""Where the price is, was and how much traded, along the path of the candles."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

import numpy as np

from auriga_exchange.markets import CandleSeries, CandleStore, Quote, SpotSymbol, candle_path, quote_at


@dataclass(frozen=True)
class Leg:
    """A third of a candle, over which the price moves evenly.

    Parameters
    ----------
    starts_at, ends_at : int
        Times in ms.
    first, last : Decimal
        Prices at both ends, in quote currency.
    volume : Decimal
        What was traded meanwhile, in base currency.

    Examples
    --------
    >>> leg = Leg(0, 1000, Decimal(10), Decimal(20), Decimal(1))
    >>> leg.times(Decimal(15), below=True), leg.times(Decimal(15), below=False)
    ((0, 500), (500, 1000))
    """

    starts_at: int
    ends_at: int
    first: Decimal
    last: Decimal
    volume: Decimal

    def times(self, level: Decimal, *, below: bool) -> tuple[int, int] | None:
        """First and last ms at which the price is at the level or beyond it; None when it never is."""
        first, last = ((p <= level) if below else (p >= level) for p in (self.first, self.last))
        if first and last:
            return self.starts_at, self.ends_at
        if not (first or last):
            return None
        passed = (level - self.first) * (self.ends_at - self.starts_at) / (self.last - self.first)
        if first:
            return self.starts_at, self.starts_at + int(passed)
        return self.starts_at + int(passed.to_integral_value(rounding="ROUND_CEILING")), self.ends_at


class PriceSource:
    """Prices of all symbols of a store, from the series that knows the latest one.

    In a hole of the candles nothing trades: there is no path, and the last price stands.

    Parameters
    ----------
    store : CandleStore
        Spot or futures candles.

    Examples
    --------
    >>> from auriga.simulated import SimulationPlan, simulate_exchange
    >>> prices = PriceSource(simulate_exchange(SimulationPlan(days=1)))
    >>> len(list(prices.path("BTCUSDT", 1672531200000, 1672531200000 + 299_999)))
    3
    """

    def __init__(self, store: CandleStore) -> None:
        self.store = store

    def symbol(self, name: str) -> SpotSymbol:
        """Precision of a symbol."""
        return self.store.symbols[name]

    def quote(self, name: str, now: int) -> Quote:
        """Best prices and levels; refused with -1121 before the first candle."""
        return quote_at(self.store, name, now)

    def price(self, name: str, now: int) -> Decimal:
        """Latest price in quote currency; refused with -1121 before the first candle."""
        return exact(self.quote(name, now).price)

    def path(self, name: str, start: int, end: int) -> Iterator[Leg]:
        """Whole thirds of candles that overlap the time from `start` to `end` (ms, both inclusive)."""
        series = self.store.latest(name, end)
        first = int(np.searchsorted(series.opens_at, start - series.step, side="right"))
        last = int(np.searchsorted(series.opens_at, end, side="right"))
        for index in range(first, last):
            for leg in _legs(series, index):
                if leg.ends_at >= start and leg.starts_at <= end:
                    yield leg

    def volume(self, name: str, start: int, end: int) -> Decimal:
        """Traded between two times (ms), in base currency; a third counts as far as time covers it."""
        parts = (
            leg.volume * (min(leg.ends_at, end) - max(leg.starts_at, start)) / (leg.ends_at - leg.starts_at)
            for leg in self.path(name, start, end)
        )
        return sum(parts, Decimal(0))


def exact(value: float) -> Decimal:
    """Return the decimal number that a float is written as."""
    return Decimal(repr(float(value)))


def whole_steps(amount: Decimal, step: Decimal) -> Decimal:
    """Round an amount down to whole steps.

    Examples
    --------
    >>> whole_steps(Decimal("0.1239"), Decimal("0.001"))
    Decimal('0.123')
    """
    return (amount / step).to_integral_value(rounding=ROUND_DOWN) * step


def _legs(series: CandleSeries, index: int) -> Iterator[Leg]:
    candle, opened_at, third = series.values[index], int(series.opens_at[index]), series.step // 3
    prices = [exact(price) for price in candle_path(candle)]
    volume = exact(candle[4]) / 3
    for i in range(3):
        yield Leg(opened_at + i * third, opened_at + (i + 1) * third, prices[i], prices[i + 1], volume)
