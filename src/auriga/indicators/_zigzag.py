"""Zigzag: swings between highs and lows, each confirmed only when the price has turned far enough.

The usual drawing repaints its last leg. Here a pivot exists from the candle at which the way back from it
exceeds a multiple of the ATR, so every value stays what it was. Until the first swing is known, after a
warm-up of the ATR's length, the documented neutral values stand in.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import talib

from auriga.indicators._arrays import ROUNDING, as_series, high_low_close
from auriga.indicators._contract import indicator
from auriga.indicators._fractals import MAX_AGE, in_atr
from auriga.typing import FloatArray, IntArray


@dataclass(frozen=True)
class Swings:
    """State of the zigzag at the close of each candle; arrays of shape (n_candles,).

    Attributes
    ----------
    direction : array
        1 in a rising swing, -1 in a falling one, 0 before the first.
    extreme : array
        Highest or lowest price of the running swing; NaN before the first.
    pivot, previous : array
        Prices where the running swing and the one before it began; NaN where there is none.
    pivot_row : int array
        Row of the candle that made `pivot`; -1 where there is none.
    waves : array
        Pivots in a row above (or, negative, below) the pivot before last, -9 to 9.
    """

    direction: FloatArray
    extreme: FloatArray
    pivot: FloatArray
    previous: FloatArray
    pivot_row: IntArray
    waves: FloatArray


def swings(candles: pd.DataFrame, multiple: int, atr_period: int) -> Swings:
    """Find the swings that reverse by more than `multiple` ATR; uses candles <= t."""
    from auriga.indicators._zigzag_kernel import zigzag_rows  # numba takes its time

    high, low, close = high_low_close(candles)
    atr = talib.ATR(high, low, close, atr_period)
    threshold = np.maximum(multiple * atr, ROUNDING * close)
    return Swings(*zigzag_rows(high, low, threshold, atr_period))


def after_warmup(values: FloatArray, candles: pd.DataFrame, atr_period: int) -> pd.Series:
    """Blank the rows without an ATR."""
    return as_series(np.where(np.arange(len(values)) < atr_period, np.nan, values), candles)


def atr_warmup(multiple: int, atr_period: int) -> int:
    """Leading candles without a swing: those without an average true range."""
    return atr_period


@indicator(warmup=atr_warmup, scale_free=True, minimum=1)
def zigzag_direction(candles: pd.DataFrame, *, multiple: int = 3, atr_period: int = 14) -> pd.Series:
    """Direction of the running swing; uses candles <= t.

    A swing ends where the price comes back from its extreme by more than `multiple` ATR, on a later candle
    than the extreme's, and is known to have ended only then.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    multiple : int
        Average true ranges that make a reversal, 1 to 100,000.
    atr_period : int
        Length of Wilder's average true range, 1 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        1 rising, -1 falling. The leading `atr_period` rows are NaN; 0 from there to the first swing.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a parameter is out of range.

    References
    ----------
    Merrill, A. A. (1977), *Filtered Waves*; Wilder, J. W. (1978), *New Concepts in Technical Trading
    Systems*, pp. 21-23, for the unit.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> zigzag_direction(example_candles(), multiple=3).iloc[[13, 20, 34, 45]].tolist()
    [nan, 1.0, -1.0, 1.0]
    """
    return after_warmup(swings(candles, multiple, atr_period).direction, candles, atr_period)


@indicator(warmup=atr_warmup, scale_free=True, minimum=1)
def zigzag_swing(candles: pd.DataFrame, *, multiple: int = 3, atr_period: int = 14) -> pd.Series:
    """Size of the running swing, from its pivot to its extreme, in ATR; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    multiple : int
        Average true ranges that make a reversal, 1 to 100,000.
    atr_period : int
        Length of Wilder's average true range, 1 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Average true ranges of today, -50 to 50; negative in a falling swing. The leading `atr_period` rows
        are NaN; 0 before the first swing and where the price stands still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a parameter is out of range.

    References
    ----------
    Merrill, A. A. (1977), *Filtered Waves*.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> zigzag_swing(example_candles(), multiple=3).tail(2).round(2).tolist()
    [5.21, 5.99]
    """
    found = swings(candles, multiple, atr_period)
    size = np.where(found.direction != 0, found.extreme - found.pivot, 0.0)
    return after_warmup(in_atr(size, candles, atr_period), candles, atr_period)


@indicator(warmup=atr_warmup, scale_free=True, minimum=1)
def zigzag_age(candles: pd.DataFrame, *, multiple: int = 3, atr_period: int = 14) -> pd.Series:
    """Candles since the pivot at which the running swing began; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    multiple : int
        Average true ranges that make a reversal, 1 to 100,000.
    atr_period : int
        Length of Wilder's average true range, 1 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Candles, 1 to 200, where it stops counting. The leading `atr_period` rows are NaN; 200 before the
        first swing.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a parameter is out of range.

    References
    ----------
    Merrill, A. A. (1977), *Filtered Waves*.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> zigzag_age(example_candles(), multiple=3).tail(2).tolist()
    [7.0, 8.0]
    """
    found = swings(candles, multiple, atr_period)
    age = np.minimum(np.arange(len(found.pivot_row)) - found.pivot_row, MAX_AGE)
    age = np.where(found.pivot_row >= 0, age, MAX_AGE).astype(np.float64)
    return after_warmup(age, candles, atr_period)


@indicator(warmup=atr_warmup, scale_free=True, minimum=1)
def zigzag_waves(candles: pd.DataFrame, *, multiple: int = 3, atr_period: int = 14) -> pd.Series:
    """Count the waves of the current structure; uses candles <= t.

    Every confirmed pivot is compared with the one before last, which is of its kind: higher highs and higher
    lows in a row count up, lower ones count down, and the first pivot that disagrees starts at one again.
    This counts waves; it does not decide which of Elliott's labels they deserve.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    multiple : int
        Average true ranges that make a reversal, 1 to 100,000.
    atr_period : int
        Length of Wilder's average true range, 1 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Whole numbers, -9 to 9, where it stops counting. The leading `atr_period` rows are NaN; 0 before the
        third pivot and after two equal ones.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a parameter is out of range.

    References
    ----------
    Frost, A. J., Prechter, R. R. (1978), *Elliott Wave Principle*, ch. 1.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> zigzag_waves(example_candles(), multiple=3).tail(2).tolist()
    [3.0, 3.0]
    """
    return after_warmup(swings(candles, multiple, atr_period).waves, candles, atr_period)
