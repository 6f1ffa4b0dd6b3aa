"""All candles an exchange serves: pairs, their timeframes and what is resampled from what."""

from collections.abc import Mapping
from typing import Any

from auriga.candles import timeframe_minutes
from auriga.errors import CandleError
from auriga_exchange.markets._listing import highest_price, price_decimals
from auriga_exchange.markets._series import CandleSeries, resample_series
from auriga_exchange.markets._symbols import SpotSymbol

INTERVALS = ("1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w")

# Binance's weeks start on Mondays and its 3-day candles have an anchor of their own; `resample_candles`
# counts both from 1970, a Thursday. They come from a file or not at all.
_LONGEST_RESAMPLED = timeframe_minutes("1d")


class CandleStore:
    """Candles by symbol and timeframe; a timeframe that is missing is resampled on first use.

    Parameters
    ----------
    series : mapping of (base, quote) to mapping of timeframe to CandleSeries
        What was recorded or simulated; at least one timeframe a pair.
    simulated : bool
        Whether the candles are simulated. Their filters follow the first price instead of all recorded ones,
        so they do not depend on the length of the simulation.
    listed_as : type
        `SpotSymbol`, or `FuturesSymbol` for perpetual contracts.

    Raises
    ------
    CandleError
        If two pairs share one symbol, such as `AB/CD` and `A/BCD`.
    """

    def __init__(
        self,
        series: Mapping[tuple[str, str], Mapping[str, CandleSeries]],
        *,
        simulated: bool = False,
        listed_as: type[SpotSymbol] = SpotSymbol,
    ) -> None:
        self.simulated = simulated
        self.symbols: dict[str, SpotSymbol] = {}
        self._native: dict[str, dict[str, CandleSeries]] = {}
        self._resampled: dict[tuple[str, str], CandleSeries] = {}
        self._delisted: set[str] = set()
        self._halted: set[str] = set()
        for (base, quote), native in sorted(series.items()):
            self._add(listed_as(base, quote, **self._prices(native)), native)

    def _prices(self, native: Mapping[str, CandleSeries]) -> dict[str, Any]:
        """What a symbol's filters are made of."""
        series = tuple(native.values())
        longest = max(series, key=lambda each: each.span)
        if self.simulated:
            return {"price": float(longest.values[0, 0])}
        return {
            "price": float(longest.values[-1, 3]),
            "recorded_decimals": price_decimals(series),
            "highest": highest_price(series),
        }

    def _add(self, symbol: SpotSymbol, native: Mapping[str, CandleSeries]) -> None:
        other = self.symbols.get(symbol.symbol)
        if other is not None:
            raise CandleError(
                f"{other.pair} and {symbol.pair} are both {symbol.symbol} on Binance; remove the files of one"
            )
        self.symbols[symbol.symbol] = symbol
        self._native[symbol.symbol] = {name: native[name] for name in INTERVALS if name in native}

    @property
    def listed(self) -> Mapping[str, SpotSymbol]:
        """Symbols that can still be asked for: all but those that were delisted."""
        return {name: symbol for name, symbol in self.symbols.items() if name not in self._delisted}

    def status(self, symbol: str) -> str:
        """Binance's word for whether a symbol is traded: `TRADING` or `BREAK`."""
        return "BREAK" if symbol in self._halted else "TRADING"

    def set_state(self, symbol: str, *, delisted: bool, halted: bool) -> None:
        """Say whether a symbol is still listed, and whether it is traded."""
        for states, holds in ((self._delisted, delisted), (self._halted, halted)):
            (states.add if holds else states.discard)(symbol)

    def replace(self, symbol: str, native: Mapping[str, CandleSeries]) -> None:
        """Put other candles in the place of a symbol's; resampled ones are made anew."""
        self._native[symbol] = dict(native)
        self._resampled = {key: series for key, series in self._resampled.items() if key[0] != symbol}

    def native(self, symbol: str) -> dict[str, CandleSeries]:
        """Series that were recorded or simulated, the finest first."""
        return self._native[symbol]

    def timeframes(self, symbol: str) -> tuple[str, ...]:
        """Binance intervals that `series` answers, the finest first."""
        native = self._native[symbol]
        return tuple(name for name in INTERVALS if name in native or self._sources(symbol, name))

    def series(self, symbol: str, interval: str) -> CandleSeries | None:
        """Candles of one symbol and interval, or None when neither recorded nor derivable."""
        if interval in self._native[symbol]:
            return self._native[symbol][interval]
        key = (symbol, interval)
        sources = self._sources(symbol, interval) if interval in INTERVALS else []
        if key not in self._resampled and sources:
            # max() keeps the first of equals: the longest history, and the finest file among those.
            self._resampled[key] = resample_series(max(sources, key=lambda series: series.span), interval)
        return self._resampled.get(key)

    def latest(self, symbol: str, now: int) -> CandleSeries:
        """Native series that knows the most recent price at `now`; the finest one among equals."""
        return max(self._native[symbol].values(), key=lambda series: series.known_until(now))

    def _sources(self, symbol: str, interval: str) -> list[CandleSeries]:
        minutes = timeframe_minutes(interval)
        if minutes > _LONGEST_RESAMPLED:
            return []
        native = self._native[symbol].items()
        return [series for name, series in native if minutes % timeframe_minutes(name) == 0]
