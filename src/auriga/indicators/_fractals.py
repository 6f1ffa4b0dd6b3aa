"""Fractals: local highs and lows, each counted only from the candle at which it can be known."""

import numpy as np
import pandas as pd
import talib

from auriga.indicators._arrays import ROUNDING, as_series, column, high_low_close, ratio
from auriga.indicators._contract import indicator
from auriga.typing import BoolArray, FloatArray, IntArray

MAX_AGE = 200
"""Ages of fractals and swings stop counting here; also the age of what has not happened yet."""

MAX_ATR = 50.0
"""Distances in ATR end here: after a halt the ATR shrinks towards nothing."""


def in_atr(distance: FloatArray, candles: pd.DataFrame, period: int) -> FloatArray:
    """Divide by the average true range, within `MAX_ATR`; 0 in a market that stands still."""
    high, low, close = high_low_close(candles)
    atr = talib.ATR(high, low, close, period)
    return np.clip(ratio(distance / close, atr / close, neutral=0.0, floor=ROUNDING), -MAX_ATR, MAX_ATR)


def _confirmed(highs: FloatArray, period: int) -> BoolArray:
    """Tell at t whether the candle at t - period is an up fractal."""
    highest = talib.MAX(highs, period)
    middle = slice(period, len(highs) - period)
    found = np.zeros(len(highs), dtype=np.bool_)
    after, before = highest[2 * period :], highest[period - 1 : len(highs) - period - 1]
    found[2 * period :] = (highs[middle] >= after) & (highs[middle] > before)
    return found


def _last(confirmed: BoolArray) -> IntArray:
    """Row at which the newest fractal was confirmed; -1 before the first."""
    rows = np.where(confirmed, np.arange(len(confirmed)), -1)
    newest: IntArray = np.maximum.accumulate(rows)
    return newest


def _distance(candles: pd.DataFrame, side: float, period: int, atr_period: int) -> pd.Series:
    extremes = column(candles, "high" if side > 0 else "low")
    last = _last(_confirmed(side * extremes, period))
    level = np.where(last >= 0, extremes[last - period], np.nan)
    distance = np.where(last >= 0, column(candles, "close") - level, 0.0)
    values = in_atr(distance, candles, atr_period)
    values[: max(2 * period, atr_period)] = np.nan
    return as_series(values, candles)


def _age(candles: pd.DataFrame, side: float, period: int) -> pd.Series:
    extremes = column(candles, "high" if side > 0 else "low")
    last = _last(_confirmed(side * extremes, period))
    candles_since = np.arange(len(last)) - last + period
    age = np.where(last >= 0, np.minimum(candles_since, MAX_AGE), MAX_AGE).astype(np.float64)
    age[: 2 * period] = np.nan
    return as_series(age, candles)


@indicator(warmup=lambda period, atr_period: max(2 * period, atr_period), scale_free=True)
def up_fractal_distance(candles: pd.DataFrame, *, period: int = 2, atr_period: int = 14) -> pd.Series:
    """Close above or below the last up fractal, in ATR; uses candles <= t.

    An up fractal is a high above the `period` highs before it that none of the `period` highs after it
    exceeds, so that of two equal highs the first counts. A fractal at t - period is known at t, no earlier.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles on each side, 2 to 100,000; Williams takes 2.
    atr_period : int
        Length of Wilder's average true range, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Average true ranges, -50 to 50; positive above the fractal. The leading
        `max(2 * period, atr_period)` rows are NaN; 0 before the first fractal and where the price stands
        still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a period is out of range.

    References
    ----------
    Williams, B. (1995), *Trading Chaos*, ch. 9.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> up_fractal_distance(example_candles()).tail(2).round(3).tolist()
    [0.017, 0.871]
    """
    return _distance(candles, 1.0, period, atr_period)


@indicator(warmup=lambda period, atr_period: max(2 * period, atr_period), scale_free=True)
def down_fractal_distance(candles: pd.DataFrame, *, period: int = 2, atr_period: int = 14) -> pd.Series:
    """Close above or below the last down fractal, in ATR; uses candles <= t.

    The mirror image of `up_fractal_distance`, of lows.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles on each side, 2 to 100,000; Williams takes 2.
    atr_period : int
        Length of Wilder's average true range, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Average true ranges, -50 to 50; positive above the fractal. The leading
        `max(2 * period, atr_period)` rows are NaN; 0 before the first fractal and where the price stands
        still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a period is out of range.

    References
    ----------
    Williams, B. (1995), *Trading Chaos*, ch. 9.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> down_fractal_distance(example_candles()).tail(2).round(3).tolist()
    [4.982, 5.763]
    """
    return _distance(candles, -1.0, period, atr_period)


@indicator(warmup=lambda period: 2 * period, scale_free=True)
def up_fractal_age(candles: pd.DataFrame, *, period: int = 2) -> pd.Series:
    """Candles since the last confirmed up fractal; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles on each side, 2 to 100,000; Williams takes 2.

    Returns
    -------
    Series of shape (n_candles,)
        Candles since the fractal's high, `period` to 200, where it stops counting; 200 before the first
        fractal. The leading `2 * period` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Williams, B. (1995), *Trading Chaos*, ch. 9.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> up_fractal_age(example_candles()).tail(2).tolist()
    [15.0, 16.0]
    """
    return _age(candles, 1.0, period)


@indicator(warmup=lambda period: 2 * period, scale_free=True)
def down_fractal_age(candles: pd.DataFrame, *, period: int = 2) -> pd.Series:
    """Candles since the last confirmed down fractal; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles on each side, 2 to 100,000; Williams takes 2.

    Returns
    -------
    Series of shape (n_candles,)
        Candles since the fractal's low, `period` to 200, where it stops counting; 200 before the first
        fractal. The leading `2 * period` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Williams, B. (1995), *Trading Chaos*, ch. 9.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> down_fractal_age(example_candles()).tail(2).tolist()
    [7.0, 8.0]
    """
    return _age(candles, -1.0, period)
