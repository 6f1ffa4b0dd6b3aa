"""The mark price along the path of the candles."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from auriga_exchange.markets import FuturesStore
from auriga_exchange.trading._prices import Leg, PriceSource, exact

_PLACES = 8


class MarkPrices(PriceSource):
    """Mark prices instead of those that contracts trade at; the rest is as in `PriceSource`.

    Parameters
    ----------
    store : FuturesStore
        Knows how far the mark price is from the contract's.
    """

    def __init__(self, store: FuturesStore) -> None:
        super().__init__(store)
        self._marks = store

    def price(self, name: str, now: int) -> Decimal:
        """Mark price at `now` (ms); refused with -1121 before the first candle."""
        return self._mark(name, super().price(name, now), now)

    def path(self, name: str, start: int, end: int) -> Iterator[Leg]:
        """Whole thirds of candles that overlap the time from `start` to `end`, in mark prices."""
        for leg in super().path(name, start, end):
            first, last = (self._mark(name, price, leg.starts_at) for price in (leg.first, leg.last))
            yield replace(leg, first=first, last=last)

    def _mark(self, name: str, price: Decimal, at: int) -> Decimal:
        return exact(round(self._marks.mark_price(name, float(price), at), _PLACES))
