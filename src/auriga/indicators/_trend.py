"""Where the price is heading: averages and the strength of a trend."""

import numpy as np
import pandas as pd
import talib

from auriga.errors import ParameterError
from auriga.indicators._arrays import (
    as_series,
    change,
    column,
    forgotten,
    high_low_close,
    ratio,
    rolling_sum,
    unit_scale,
)
from auriga.indicators._contract import indicator
from auriga.typing import FloatArray


@indicator(warmup=lambda period: period - 1, scale_free=False)
def sma(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Average of the last `period` closes; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Quote currency. The leading `period - 1` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Murphy, J. J. (1999), *Technical Analysis of the Financial Markets*, ch. 9.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> sma(example_candles(), period=20).tail(2).round(2).tolist()
    [109.83, 110.1]
    """
    return as_series(talib.SMA(column(candles, "close"), period), candles)


@indicator(warmup=lambda period: period - 1, scale_free=False)
def ema(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Exponential moving average of the close, weight 2 / (period + 1); uses candles <= t.

    The first value is the simple average of the first `period` closes, so values depend a little on
    where the series starts; after about four periods the difference is below 0.1 %.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Length of the average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Quote currency. The leading `period - 1` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Murphy, J. J. (1999), *Technical Analysis of the Financial Markets*, ch. 9.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> ema(example_candles(), period=20).tail(2).round(2).tolist()
    [108.87, 109.5]
    """
    return as_series(talib.EMA(column(candles, "close"), period), candles)


@indicator(warmup=lambda period: period - 1, scale_free=True)
def sma_distance(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Distance of the close from its simple moving average; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction, `close / sma - 1` (0.01 = 1 %). The leading `period - 1` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Murphy, J. J. (1999), *Technical Analysis of the Financial Markets*, ch. 9 (envelopes).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> sma_distance(example_candles(), period=20).tail(2).round(4).tolist()
    [0.0374, 0.0485]
    """
    close = column(candles, "close")
    return as_series(close / talib.SMA(close, period) - 1.0, candles)


@indicator(warmup=lambda period: period - 1, scale_free=True)
def ema_distance(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Distance of the close from its exponential moving average; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Length of the average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction, `close / ema - 1` (0.01 = 1 %). The leading `period - 1` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Murphy, J. J. (1999), *Technical Analysis of the Financial Markets*, ch. 9 (envelopes).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> ema_distance(example_candles(), period=20).tail(2).round(4).tolist()
    [0.0464, 0.0543]
    """
    close = column(candles, "close")
    return as_series(close / talib.EMA(close, period) - 1.0, candles)


def _macd_warmup(fast: int, slow: int, signal: int) -> int:
    if fast >= slow:  # TA-Lib would silently swap them
        raise ParameterError(f"fast={fast} must be below slow={slow}")
    return slow + signal - 2


@indicator(warmup=_macd_warmup, scale_free=False)
def macd_histogram(candles: pd.DataFrame, *, fast: int = 12, slow: int = 26, signal: int = 9) -> pd.Series:
    """Distance of the MACD line from its signal line; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    fast, slow : int
        Lengths of the two exponential averages, 2 to 100,000 and `fast < slow`.
    signal : int
        Length of the average of their difference, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Quote currency. The leading `slow + signal - 2` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a length is out of range or `fast` is not below `slow`.

    References
    ----------
    Appel, G. (2005), *Technical Analysis: Power Tools for Active Investors*, ch. 8.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> macd_histogram(example_candles()).tail(2).round(3).tolist()
    [0.314, 0.565]
    """
    return as_series(talib.MACD(column(candles, "close"), fast, slow, signal)[2], candles)


def _scaled_high_low_close(candles: pd.DataFrame) -> tuple[FloatArray, FloatArray, FloatArray]:
    high, low, close = high_low_close(candles)
    scale = unit_scale(close)
    return high * scale, low * scale, close * scale


@indicator(warmup=lambda period: 2 * period - 1, scale_free=True)
def adx(candles: pd.DataFrame, *, period: int = 14) -> pd.Series:
    """Average directional index: how strong a trend is, whatever its direction; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Length of Wilder's averages, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Points from 0 to 100. The leading `2 * period - 1` rows are NaN; 0 where prices never moved; a move is
        forgotten after 20 periods without one.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Wilder, J. W. (1978), *New Concepts in Technical Trading Systems*, pp. 35-47.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> adx(example_candles(), period=14).tail(2).round(1).tolist()
    [22.3, 23.9]
    """
    high, low, close = _scaled_high_low_close(candles)
    strength = np.where(forgotten(high, low, period), 0.0, talib.DX(high, low, close, period))
    return as_series(_wilder_average(strength, period), candles)


def _wilder_average(values: FloatArray, period: int) -> FloatArray:
    """Wilder's average of values that are known from row `period` on, first the mean of `period` of them."""
    first = 2 * period - 1
    averages = np.full(len(values), np.nan)
    if len(values) > first:
        seed = values[period : first + 1].mean()
        later = pd.Series(np.r_[seed, values[first + 1 :]])
        averages[first:] = later.ewm(alpha=1 / period, adjust=False).mean()
    return averages


@indicator(warmup=lambda period: period, scale_free=True)
def trend_direction(candles: pd.DataFrame, *, period: int = 14) -> pd.Series:
    """Positive minus negative directional indicator, the sign that the ADX lacks; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Length of Wilder's averages, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Points from -100 (down) to 100 (up). The leading `period` rows are NaN; 0 where prices never
        moved.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Wilder, J. W. (1978), *New Concepts in Technical Trading Systems*, pp. 35-47.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> trend_direction(example_candles(), period=14).tail(2).round(1).tolist()
    [25.0, 29.0]
    """
    prices = _scaled_high_low_close(candles)
    return as_series(talib.PLUS_DI(*prices, period) - talib.MINUS_DI(*prices, period), candles)


@indicator(warmup=lambda period: period, scale_free=True)
def efficiency_ratio(candles: pd.DataFrame, *, period: int = 10) -> pd.Series:
    """Kaufman's efficiency ratio: net move divided by the path travelled; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Changes of the close in the path, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction, 0 (noise, or no move at all) to 1 (straight line). The leading `period` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Kaufman, P. J. (2013), *Trading Systems and Methods*, 5th ed., ch. 17.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> efficiency_ratio(example_candles(), period=10).tail(2).round(3).tolist()
    [0.51, 0.744]
    """
    close = column(candles, "close")
    net = np.full(len(close), np.nan)
    net[period:] = np.abs(close[period:] - close[:-period])
    path = rolling_sum(np.abs(change(close)), period)
    return as_series(np.minimum(ratio(net, path, neutral=0.0), 1.0), candles)
