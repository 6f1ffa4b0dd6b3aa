"""Everything a futures market serves: candles of the contracts, mark prices and funding rates."""

from collections.abc import Mapping

import numpy as np

from auriga.typing import FloatArray
from auriga_exchange.markets._funding import FundingRates, derive_funding
from auriga_exchange.markets._futures_symbols import FuturesSymbol
from auriga_exchange.markets._series import CandleSeries
from auriga_exchange.markets._store import CandleStore


class FuturesStore(CandleStore):
    """Candles of perpetual contracts, with their mark prices and funding rates.

    Parameters
    ----------
    series : mapping of (base, quote) to mapping of timeframe to CandleSeries
        Candles of the contracts.
    marks : mapping of symbol to mapping of timeframe to CandleSeries
        Recorded mark prices; a contract without has its own candles as mark price.
    funding : mapping of symbol to FundingRates
        Recorded rates; those of other contracts are derived from their candles.
    simulated : bool
        As for `CandleStore`.

    Attributes
    ----------
    recorded_funding : dict of (base, quote) to FundingRates
        What was recorded, without what is derived.
    """

    def __init__(
        self,
        series: Mapping[tuple[str, str], Mapping[str, CandleSeries]],
        *,
        marks: Mapping[tuple[str, str], Mapping[str, CandleSeries]] | None = None,
        funding: Mapping[tuple[str, str], FundingRates] | None = None,
        simulated: bool = False,
    ) -> None:
        super().__init__(series, simulated=simulated, listed_as=FuturesSymbol)
        recorded = {pair: frames for pair, frames in (marks or {}).items() if pair in series}
        self.marks = CandleStore(recorded, simulated=simulated, listed_as=FuturesSymbol)
        self.recorded_funding = dict(funding or {})
        self._funding = {base + quote: rates for (base, quote), rates in self.recorded_funding.items()}

    def contract(self, symbol: str) -> FuturesSymbol:
        """Return the listed contract."""
        listed = self.symbols[symbol]
        prices = listed.price, listed.recorded_decimals, listed.highest
        return FuturesSymbol(listed.base, listed.quote, *prices)

    def onboard_date(self, symbol: str) -> int:
        """Opening time of the contract's first candle in ms."""
        return min(int(series.opens_at[0]) for series in self.native(symbol).values())

    def mark_series(self, symbol: str, interval: str) -> CandleSeries | None:
        """Candles of the mark price, or None when neither recorded nor derivable."""
        source = self.marks if symbol in self.marks.symbols else self
        return source.series(symbol, interval)

    def funding(self, symbol: str) -> FundingRates:
        """Funding rates of a contract, past and future."""
        if symbol not in self._funding:
            self._funding[symbol] = derive_funding(self.series(symbol, "8h"))
        return self._funding[symbol]

    def mark_price(self, symbol: str, price: float, now: int) -> float:
        """Mark price while the contract trades at `price`.

        Recorded mark prices are often coarser (1 h) than the candles. In between, the mark price follows
        the contract with the distance both had at the opening, within the range that was recorded.

        Examples
        --------
        >>> candles = CandleSeries("1m", np.array([0]), np.array([[100.0, 110, 90, 100, 1]]))
        >>> marks = CandleSeries("1m", np.array([0]), np.array([[101.0, 105, 95, 101, 0]]))
        >>> pair = ("BTC", "USDT")
        >>> store = FuturesStore({pair: {"1m": candles}}, marks={pair: {"1m": marks}})
        >>> [round(store.mark_price("BTCUSDT", price, 30_000), 2) for price in (100, 102, 110)]
        [101.0, 103.02, 105.0]
        """
        mark = _candle_at(self.marks, symbol, now) if symbol in self.marks.symbols else None
        if mark is None:
            return price
        opened_at, (open_, high, low, *_) = mark
        contract = _candle_at(self, symbol, opened_at)
        distance = 1.0 if contract is None else open_ / contract[1][0]
        return float(np.clip(price * distance, low, high))


def _candle_at(store: CandleStore, symbol: str, now: int) -> tuple[int, FloatArray] | None:
    series = store.latest(symbol, now)
    index = int(np.searchsorted(series.opens_at, now, side="right")) - 1
    if index < 0 or now >= series.opens_at[index] + series.step:
        return None
    return int(series.opens_at[index]), series.values[index]


def futures_on_spot(spot: CandleStore) -> FuturesStore:
    """Make contracts of spot pairs that trade at the spot price; nothing is copied.

    Examples
    --------
    >>> candles = CandleSeries("1m", np.array([0]), np.array([[100.0, 110, 90, 100, 1]]))
    >>> futures = futures_on_spot(CandleStore({("BTC", "USDT"): {"1m": candles}}))
    >>> futures.symbols["BTCUSDT"].pair, futures.native("BTCUSDT")["1m"] is candles
    ('BTC/USDT:USDT', True)
    """
    series = {(listed.base, listed.quote): spot.native(name) for name, listed in spot.symbols.items()}
    return FuturesStore(series, simulated=spot.simulated)
