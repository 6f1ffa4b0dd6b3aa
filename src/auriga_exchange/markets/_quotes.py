"""Tickers and order books, derived from the latest candle that is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from auriga_exchange.markets._series import Rows
from auriga_exchange.markets._store import CandleStore
from auriga_exchange.markets._symbols import SpotSymbol
from auriga_exchange.wire import Refusal, RequestError, decimal_text, number_text

MS_A_DAY = 24 * 60 * 60 * 1000
HALF_SPREAD_FRAC = 5e-5
LEAST_LEVEL_ORDERS = 200


@dataclass(frozen=True)
class Quote:
    """Best prices of a symbol in whole ticks around the latest price.

    Parameters
    ----------
    symbol : SpotSymbol
        Supplies tick and step size.
    price : float
        Latest price in quote currency.
    volume : float
        Volume of the latest candle; a twentieth of it, worth at least 200 least orders (1000 USDT), waits at
        each price.

    Examples
    --------
    >>> Quote(SpotSymbol("BTC", "USDT", 60000.0), 60000.004, 100.0).levels(1)
    {'bids': [['59997.00000000', '5.00000000']], 'asks': [['60003.00000000', '5.00000000']]}
    """

    symbol: SpotSymbol
    price: float
    volume: float

    @property
    def _ticks(self) -> tuple[int, int]:
        ticks = round(self.price * 10**self.symbol.price_decimals)
        half = max(1, round(ticks * HALF_SPREAD_FRAC))
        return max(ticks - half, 1), ticks + half

    @property
    def amount(self) -> Decimal:
        """Amount at each price."""
        least = LEAST_LEVEL_ORDERS * float(self.symbol.least_value)
        amount = max(self.volume / 20, least / self.price)
        return max(Decimal(amount).quantize(self.symbol.step_size), self.symbol.step_size)

    def bids(self, depth: int) -> Iterator[Decimal]:
        """Prices of the waiting purchases, the best first, one tick apart."""
        best = self._ticks[0]
        return ((best - i) * self.symbol.tick_size for i in range(min(depth, best)))

    def asks(self, depth: int) -> Iterator[Decimal]:
        """Prices of the waiting sales, the best first, one tick apart."""
        best = self._ticks[1]
        return ((best + i) * self.symbol.tick_size for i in range(depth))

    def levels(self, depth: int) -> dict[str, list[list[str]]]:
        """Bids and asks as `depth` writes them."""
        amount = decimal_text(self.amount)
        return {
            "bids": [[decimal_text(price), amount] for price in self.bids(depth)],
            "asks": [[decimal_text(price), amount] for price in self.asks(depth)],
        }

    def best(self) -> dict[str, str]:
        """Return the fields that `ticker/bookTicker` and `ticker/24hr` share."""
        bid, ask, amount = next(self.bids(1)), next(self.asks(1)), decimal_text(self.amount)
        return {
            "bidPrice": decimal_text(bid),
            "bidQty": amount,
            "askPrice": decimal_text(ask),
            "askQty": amount,
        }


def quote_at(store: CandleStore, name: str, now: int) -> Quote:
    """Quote of a symbol at `now` (ms); refused with -1121 before its first candle."""
    last = store.latest(name, now).select(now=now, limit=1).values
    if not len(last):
        raise RequestError(Refusal.INVALID_SYMBOL)
    return Quote(store.symbols[name], price=float(last[-1, 3]), volume=float(last[-1, 4]))


def day_ticker(store: CandleStore, name: str, now: int) -> dict[str, Any]:
    """Return `ticker/24hr` of a symbol: the 24 hours that end with its latest candle."""
    return {**span_ticker(store, name, now, MS_A_DAY), **quote_at(store, name, now).best()}


def span_ticker(store: CandleStore, name: str, now: int, span: int) -> dict[str, Any]:
    """Prices and volumes of a symbol over the `span` (ms) that ends with its latest candle."""
    quote_at(store, name, now)
    series = store.latest(name, now)
    closes_at = series.known_until(now)
    rows = series.select(now=now, start=closes_at - span)
    rows = rows if len(rows.values) else series.select(now=now, limit=1)
    return {
        "symbol": name,
        **_changes(rows),
        "openTime": int(rows.opens_at[0]),
        "closeTime": closes_at - 1,
        "firstId": -1,
        "lastId": -1,
        "count": 0,
    }


def _changes(rows: Rows) -> dict[str, str]:
    open_, high, low, close, volume = rows.values.T
    quote_volume = float((close * volume).sum())
    total = float(volume.sum())
    numbers = {
        "priceChange": close[-1] - open_[0],
        "priceChangePercent": 100 * (close[-1] / open_[0] - 1),
        "weightedAvgPrice": quote_volume / total if total else close[-1],
        "prevClosePrice": open_[0],
        "lastPrice": close[-1],
        "lastQty": 0.0,
        "openPrice": open_[0],
        "highPrice": high.max(),
        "lowPrice": low.min(),
        "volume": total,
        "quoteVolume": quote_volume,
    }
    return {field: number_text(float(value)) for field, value in numbers.items()}
