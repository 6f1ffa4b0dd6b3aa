"""Oscillators: momentum on a bounded or centred scale."""

import numpy as np
import pandas as pd
import talib

from auriga.errors import ParameterError
from auriga.indicators._arrays import (
    ROUNDING,
    as_series,
    change,
    column,
    high_low_close,
    ratio,
    rolling_mean,
    rolling_sum,
)
from auriga.indicators._contract import indicator
from auriga.indicators._momentum import rsi
from auriga.typing import FloatArray

STOCHASTIC_SMOOTHING = 3  # Lane's %D


def _place(values: FloatArray, lowest: FloatArray, highest: FloatArray, *, floor: float = 0.0) -> FloatArray:
    """Place between lowest and highest in percent, 50 where they coincide."""
    return 100.0 * ratio(values - lowest, highest - lowest, neutral=0.5, floor=floor)


@indicator(warmup=lambda period: period + STOCHASTIC_SMOOTHING - 2, scale_free=True)
def stochastic(candles: pd.DataFrame, *, period: int = 14) -> pd.Series:
    """Lane's %D: place of the close in the range, averaged over three candles; uses candles <= t.

    `williams_r` is the same without the average.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the range, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Points from 0 (at the low) to 100 (at the high). The leading `period + 1` rows are NaN; an empty
        range counts 50.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Lane, G. C. (1984), "Lane's Stochastics", *Technical Analysis of Stocks & Commodities* 2(3).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> stochastic(example_candles(), period=14).tail(2).round(1).tolist()
    [78.0, 90.6]
    """
    high, low, close = high_low_close(candles)
    place = _place(close, talib.MIN(low, period), talib.MAX(high, period))
    return as_series(rolling_mean(place, STOCHASTIC_SMOOTHING), candles)


@indicator(warmup=lambda period: 2 * period - 1, scale_free=True)
def stochastic_rsi(candles: pd.DataFrame, *, period: int = 14) -> pd.Series:
    """Place of the relative strength index in its own range; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Length of the index, and candles in its range, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Points from 0 (at its lowest) to 100 (at its highest). The leading `2 * period - 1` rows are NaN; 50
        where the index stands still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Chande, T. S., Kroll, S. (1994), *The New Technical Trader* (stochastic RSI).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> stochastic_rsi(example_candles(), period=14).tail(2).round(1).tolist()
    [100.0, 100.0]
    """
    strength = rsi(candles, period=period).to_numpy()
    lowest, highest = talib.MIN(strength, period), talib.MAX(strength, period)
    return as_series(_place(strength, lowest, highest, floor=100.0 * ROUNDING), candles)


@indicator(warmup=lambda period: period, scale_free=True)
def aroon_oscillator(candles: pd.DataFrame, *, period: int = 14) -> pd.Series:
    """Whether the highest high or the lowest low is the fresher one; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles back to which highs and lows are looked for, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Points from -100 (low now, high `period` candles ago) to 100. The leading `period` rows are NaN; 0
        where the price stands still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Chande, T. S. (1995), "A Time Price Oscillator", *Technical Analysis of Stocks & Commodities* 13(9).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> aroon_oscillator(example_candles(), period=14).tail(2).round(1).tolist()
    [42.9, 50.0]
    """
    high, low, _ = high_low_close(candles)
    return as_series(talib.AROONOSC(high, low, period), candles)


@indicator(warmup=lambda period: 3 * period - 2, scale_free=True)
def trix(candles: pd.DataFrame, *, period: int = 15) -> pd.Series:
    """One-candle change of the triple exponential average of the close; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Length of each average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction (0.01 = 1 %; TA-Lib's TRIX says 1 for that). The leading `3 * period - 2` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Hutson, J. K. (1983), "Good TRIX", *Technical Analysis of Stocks & Commodities* 1(5).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> trix(example_candles(), period=10).tail(2).round(5).tolist()
    [0.00044, 0.00105]
    """
    return as_series(talib.TRIX(column(candles, "close"), period) / 100.0, candles)


def _slow_warmup(fast: int, slow: int) -> int:
    if fast >= slow:
        raise ParameterError(f"fast={fast} must be below slow={slow}")
    return slow - 1


@indicator(warmup=_slow_warmup, scale_free=True)
def ppo(candles: pd.DataFrame, *, fast: int = 12, slow: int = 26) -> pd.Series:
    """Fast over slow exponential average of the close, less one; uses candles <= t.

    The percentage price oscillator: the MACD line as a fraction of the price.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    fast, slow : int
        Lengths of the two averages, 2 to 100,000 and `fast < slow`.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction (0.01 = 1 %; TA-Lib's PPO says 1 for that). The leading `slow - 1` rows are NaN.

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
    >>> ppo(example_candles()).tail(2).round(4).tolist()
    [0.0103, 0.0139]
    """
    close = column(candles, "close")
    return as_series(talib.EMA(close, fast) / talib.EMA(close, slow) - 1.0, candles)


def _buying_pressure(candles: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Close above the true low, and the true range; NaN on the first candle."""
    high, low, close = high_low_close(candles)
    before = np.concatenate([[np.nan], close[:-1]])
    true_low = np.minimum(low, before)
    return close - true_low, np.maximum(high, before) - true_low


def _ultimate_warmup(fast: int, middle: int, slow: int) -> int:
    if not fast < middle < slow:
        raise ParameterError(f"fast={fast}, middle={middle} and slow={slow} must rise in this order")
    return slow


@indicator(warmup=_ultimate_warmup, scale_free=True)
def ultimate_oscillator(
    candles: pd.DataFrame, *, fast: int = 7, middle: int = 14, slow: int = 28
) -> pd.Series:
    """Share of the true range that closes gained, over three periods; uses candles <= t.

    The shares weigh 4, 2 and 1. Not TA-Lib's: its running sums leave a residue behind, which rules once the
    price stands still.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    fast, middle, slow : int
        True ranges in the three sums, 2 to 100,000 and `fast < middle < slow`.

    Returns
    -------
    Series of shape (n_candles,)
        Points from 0 to 100. The leading `slow` rows are NaN; a period without any range counts 50.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a period is out of range or they do not rise.

    References
    ----------
    Williams, L. (1985), "The Ultimate Oscillator", *Technical Analysis of Stocks & Commodities* 3(4).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> ultimate_oscillator(example_candles()).tail(2).round(1).tolist()
    [65.6, 68.7]
    """
    pressure, spread = _buying_pressure(candles)
    shares = [
        ratio(rolling_sum(pressure, period), rolling_sum(spread, period), neutral=0.5)
        for period in (fast, middle, slow)
    ]
    mean = (4.0 * shares[0] + 2.0 * shares[1] + shares[2]) / 7.0
    return as_series(100.0 * np.clip(mean, 0.0, 1.0), candles)


def _strength_warmup(slow: int, fast: int) -> int:
    return slow + fast - 1


@indicator(warmup=_strength_warmup, scale_free=True)
def true_strength(candles: pd.DataFrame, *, slow: int = 25, fast: int = 13) -> pd.Series:
    """Blau's true strength index: changes of the close, smoothed twice; uses candles <= t.

    The exponential average of an exponential average of the changes, as a share of the same of their sizes.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    slow, fast : int
        Lengths of the first and the second average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Points from -100 to 100. The leading `slow + fast - 1` rows are NaN; 0 where the price stands still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a length is out of range.

    References
    ----------
    Blau, W. (1991), "True Strength Index", *Technical Analysis of Stocks & Commodities* 9(11).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> true_strength(example_candles()).tail(2).round(1).tolist()
    [13.4, 18.3]
    """
    close = column(candles, "close")
    moves = change(close)
    net = talib.EMA(talib.EMA(moves, slow), fast) / close
    path = talib.EMA(talib.EMA(np.abs(moves), slow), fast) / close
    share = ratio(net, path, neutral=0.0, floor=ROUNDING)
    return as_series(100.0 * np.clip(share, -1.0, 1.0), candles)
