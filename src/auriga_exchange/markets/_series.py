"""Candles of one pair and timeframe as arrays, seen through a clock."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from auriga.candles import COLUMNS, resample_candles, timeframe_minutes
from auriga.typing import FloatArray, IntArray

MS_A_MINUTE = 60_000


class Rows(NamedTuple):
    """Candles as they leave the exchange: opening times (ms) and open, high, low, close, volume."""

    opens_at: IntArray
    values: FloatArray


@dataclass(frozen=True, eq=False)
class CandleSeries:
    """Candles of one pair and timeframe.

    Nothing that opens after the clock leaves a series. The candle that is still running at the clock is
    shown as far as it has come, so a simulated future or a recording that is replayed never leaks.

    Parameters
    ----------
    timeframe : str
        Freqtrade's notation.
    opens_at : int array of shape (n_candles,)
        Opening times, ms since 1970 in UTC, increasing; holes are allowed.
    values : float array of shape (n_candles, 5)
        Open, high, low, close (quote currency) and volume (base currency).
    base : CandleSeries or None
        The faster series this one was resampled from; it forms the running candle.
    decimals : int
        Price decimals of the running candle; complete candles are never rounded.

    Examples
    --------
    >>> series = CandleSeries("1m", np.array([0, 60_000]), np.array([[1.0, 4, 1, 4, 9], [4, 7, 4, 7, 9]]))
    >>> series.select(now=90_000).values.round(2).tolist()
    [[1.0, 4.0, 1.0, 4.0, 9.0], [4.0, 5.5, 4.0, 5.5, 4.5]]
    """

    timeframe: str
    opens_at: IntArray
    values: FloatArray
    base: "CandleSeries | None" = None
    decimals: int = 8

    @cached_property
    def step(self) -> int:
        """Length of the timeframe in ms."""
        return timeframe_minutes(self.timeframe) * MS_A_MINUTE

    @property
    def span(self) -> int:
        """Time from the first opening to the last close in ms."""
        return int(self.opens_at[-1] - self.opens_at[0]) + self.step

    def closed(self, now: int) -> int:
        """Count the candles that are complete at `now` (ms)."""
        return int(np.searchsorted(self.opens_at, now - self.step, side="right"))

    def known_until(self, now: int) -> int:
        """Time of the latest price known at `now` (ms); 0 before the first candle."""
        opened = int(np.searchsorted(self.opens_at, now, side="right"))
        return min(int(self.opens_at[opened - 1]) + self.step, now) if opened else 0

    def select(
        self, *, now: int, start: int | None = None, end: int | None = None, limit: int | None = None
    ) -> Rows:
        """Candles that open within `start` and `end`, both inclusive, and are known at `now`.

        Parameters
        ----------
        now : int
            The clock in ms. The running candle is included as far as it has come.
        start, end : int or None
            Bounds of the opening time in ms.
        limit : int or None
            At most this many: the first ones with `start`, the latest ones without.

        Returns
        -------
        Rows
            Opening times and values, oldest first.
        """
        known = self.closed(now)
        running = self._running(now)
        last = known + (running is not None)
        if end is not None:
            last = min(last, int(np.searchsorted(self.opens_at, end, side="right")))
        first = 0 if start is None else int(np.searchsorted(self.opens_at, start, side="left"))
        if limit is not None:
            first, last = (
                (max(first, last - limit), last) if start is None else (first, min(last, first + limit))
            )
        values = self.values[first:last]
        if running is not None and first <= known < last:
            values = np.vstack([values[:-1], running])
        return Rows(self.opens_at[first:last], values)

    def _running(self, now: int) -> FloatArray | None:
        """Values of the candle that is open at `now`, or None when there is none."""
        index = self.closed(now)
        if index >= len(self.opens_at) or self.opens_at[index] > now:
            return None
        opened_at = int(self.opens_at[index])
        if self.base is None:
            elapsed = (now - opened_at) / self.step
            return _partial_candle(self.values[index], elapsed, self.decimals)
        parts = self.base.select(now=now, start=opened_at).values
        return _aggregate(parts) if len(parts) else None


def candle_path(candle: FloatArray) -> FloatArray:
    """Prices at the thirds of a candle: open, the nearer extreme, the other extreme, close.

    Examples
    --------
    >>> candle_path(np.array([10.0, 14.0, 9.0, 12.0, 5.0])).tolist()
    [10.0, 9.0, 14.0, 12.0]
    """
    open_, high, low, close = candle[:4]
    turns = [low, high] if close >= open_ else [high, low]
    return np.array([open_, *turns, close])


def _partial_candle(candle: FloatArray, elapsed: float, decimals: int) -> FloatArray:
    """Walk along the path of a candle as far as time has come."""
    open_, volume = candle[0], candle[4]
    times, prices = np.linspace(0.0, 1.0, 4), candle_path(candle)
    price = round(float(np.interp(elapsed, times, prices)), decimals)
    seen = np.append(prices[times <= elapsed], price)
    return np.array([open_, seen.max(), seen.min(), price, volume * elapsed])


def _aggregate(values: FloatArray) -> FloatArray:
    open_, close = values[0, 0], values[-1, 3]
    return np.array([open_, values[:, 1].max(), values[:, 2].min(), close, values[:, 4].sum()])


def series_from_frame(
    candles: pd.DataFrame, timeframe: str, *, base: CandleSeries | None = None, decimals: int = 8
) -> CandleSeries:
    """Turn sound candles (see `auriga.candles`) into a series; the values stay bit-identical."""
    opens_at = candles["date"].dt.as_unit("ms").astype("int64").to_numpy()
    values = candles[list(COLUMNS[1:])].to_numpy(dtype=np.float64)
    return CandleSeries(timeframe, opens_at, values, base, decimals)


def resample_series(base: CandleSeries, timeframe: str) -> CandleSeries:
    """Aggregate a series to a slower timeframe, without candles that the base covers only in part.

    Parameters
    ----------
    base : CandleSeries
        The faster series.
    timeframe : str
        A multiple of the base's timeframe, at most one day.

    Returns
    -------
    CandleSeries
        Possibly empty. Holes within the base do not make a candle incomplete, as on the real exchange.
    """
    frame = pd.DataFrame(base.values, columns=list(COLUMNS[1:]))
    frame.insert(0, "date", pd.to_datetime(base.opens_at, unit="ms", utc=True))
    series = series_from_frame(resample_candles(frame, timeframe), timeframe)
    first, last = base.opens_at[0], base.opens_at[-1] + base.step
    whole = (series.opens_at >= first) & (series.opens_at + series.step <= last)
    return CandleSeries(timeframe, series.opens_at[whole], series.values[whole], base, base.decimals)
