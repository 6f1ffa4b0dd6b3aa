"""How widely the price moves."""

import numpy as np
import pandas as pd
import talib

from auriga.indicators._arrays import (
    ROUNDING,
    as_series,
    column,
    high_low_close,
    lagged_ratio,
    ratio,
    rolling_deviation,
    rolling_mean,
)
from auriga.indicators._contract import indicator
from auriga.typing import FloatArray

BAND_DEVIATIONS = 2.0  # Bollinger's own choice


def _bands(close: FloatArray, period: int) -> tuple[FloatArray, FloatArray]:
    """Middle of the Bollinger bands and their width as a fraction of it."""
    middle = rolling_mean(close, period)
    deviation = rolling_deviation(close, period, ddof=0)
    return middle, 2.0 * BAND_DEVIATIONS * deviation / middle


@indicator(warmup=lambda period: period - 1, scale_free=True)
def bollinger_position(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Place of the close between the Bollinger bands (%b); uses candles <= t.

    The bands lie two population standard deviations around the simple average of the close.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction, 0 at the lower and 1 at the upper band, beyond them outside. The leading `period - 1`
        rows are NaN; 0.5 where the bands coincide.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Bollinger, J. (2001), *Bollinger on Bollinger Bands*, ch. 8.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> bollinger_position(example_candles(), period=20).tail(2).round(3).tolist()
    [0.854, 0.925]
    """
    close = column(candles, "close")
    middle, width = _bands(close, period)
    return as_series(0.5 + ratio(close / middle - 1.0, width, neutral=0.0, floor=ROUNDING), candles)


@indicator(warmup=lambda period: period - 1, scale_free=True)
def bollinger_width(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Distance between the Bollinger bands as a fraction of their middle; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction, four population standard deviations (0.01 = 1 %). The leading `period - 1` rows are
        NaN; 0 where the close stands still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Bollinger, J. (2001), *Bollinger on Bollinger Bands*, ch. 8.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> bollinger_width(example_candles(), period=20).tail(2).round(4).tolist()
    [0.1054, 0.1142]
    """
    return as_series(_bands(column(candles, "close"), period)[1], candles)


@indicator(warmup=lambda period: period, scale_free=False)
def atr(candles: pd.DataFrame, *, period: int = 14) -> pd.Series:
    """Wilder's average true range; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Length of Wilder's average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Quote currency. The leading `period` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Wilder, J. W. (1978), *New Concepts in Technical Trading Systems*, pp. 21-23.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> atr(example_candles(), period=14).tail(2).round(3).tolist()
    [1.754, 1.78]
    """
    return as_series(talib.ATR(*high_low_close(candles), period), candles)


@indicator(warmup=lambda period: period, scale_free=True)
def natr(candles: pd.DataFrame, *, period: int = 14) -> pd.Series:
    """Wilder's average true range as a fraction of the close; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Length of Wilder's average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction (0.01 = 1 %; TA-Lib's NATR says 1 for that). The leading `period` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Forman, J. (2006), "Cross-Market Evaluations with Normalized Average True Range",
    *Technical Analysis of Stocks & Commodities* 24(5).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> natr(example_candles(), period=14).tail(2).round(4).tolist()
    [0.0154, 0.0154]
    """
    high, low, close = high_low_close(candles)
    return as_series(talib.ATR(high, low, close, period) / close, candles)


@indicator(warmup=lambda period: period, scale_free=True)
def rolling_std(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Sample standard deviation of one-candle log returns; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Returns in the deviation, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Log return per candle, not annualised (0.01 is about 1 %). The leading `period` rows are NaN;
        0 where the close stands still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Hull, J. C. (2018), *Options, Futures, and Other Derivatives*, 10th ed., sec. 15.4.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> rolling_std(example_candles(), period=20).tail(2).round(4).tolist()
    [0.0112, 0.011]
    """
    returns = np.log(lagged_ratio(column(candles, "close"), 1))
    return as_series(rolling_deviation(returns, period, ddof=1), candles)
