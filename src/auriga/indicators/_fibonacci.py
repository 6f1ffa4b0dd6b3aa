"""Fibonacci: how much of the last confirmed swing has been given back, and the nearest classic level."""

import numpy as np
import pandas as pd

from auriga.indicators._arrays import column
from auriga.indicators._contract import indicator
from auriga.indicators._fractals import in_atr
from auriga.indicators._zigzag import after_warmup, atr_warmup, swings
from auriga.typing import FloatArray

LEVELS = (0.236, 0.382, 0.5, 0.618, 0.786)
"""Shares of a swing that are given back; 0.5 is Dow's and no Fibonacci ratio."""

MAX_RETRACEMENT = 3.0
"""Retracements end here: the price has left the swing."""


def _retraced(close: FloatArray, pivot: FloatArray, previous: FloatArray) -> FloatArray:
    """Share of the swing from `previous` to `pivot` that is given back; NaN without a swing."""
    return (pivot - close) / (pivot - previous)


@indicator(warmup=atr_warmup, scale_free=True, minimum=1)
def fibonacci_retracement(candles: pd.DataFrame, *, multiple: int = 3, atr_period: int = 14) -> pd.Series:
    """Share of the last confirmed swing that the close has given back; uses candles <= t.

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
        0 at the pivot that ended the swing, 1 where the swing began, -3 to 3. The leading `atr_period` rows
        are NaN; 0 from there to the second pivot, which completes the first swing.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a parameter is out of range.

    References
    ----------
    Murphy, J. J. (1999), *Technical Analysis of the Financial Markets*, ch. 4 and 13.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> fibonacci_retracement(example_candles(), multiple=3).tail(2).round(3).tolist()
    [1.003, 1.178]
    """
    found = swings(candles, multiple, atr_period)
    retraced = _retraced(column(candles, "close"), found.pivot, found.previous)
    limited = np.clip(np.nan_to_num(retraced, nan=0.0), -MAX_RETRACEMENT, MAX_RETRACEMENT)
    return after_warmup(limited, candles, atr_period)


@indicator(warmup=atr_warmup, scale_free=True, minimum=1)
def fibonacci_distance(candles: pd.DataFrame, *, multiple: int = 3, atr_period: int = 14) -> pd.Series:
    """Close above or below the nearest retracement level of the last confirmed swing; uses candles <= t.

    The levels stand where 23.6, 38.2, 50, 61.8 and 78.6 % of the swing are given back.

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
        Average true ranges, -50 to 50; positive above the level. The leading `atr_period` rows are NaN; 0
        from there to the second pivot, which completes the first swing, and where the price stands still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a parameter is out of range.

    References
    ----------
    Murphy, J. J. (1999), *Technical Analysis of the Financial Markets*, ch. 4 and 13.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> fibonacci_distance(example_candles(), multiple=3).tail(2).round(3).tolist()
    [1.08, 1.918]
    """
    found, close = swings(candles, multiple, atr_period), column(candles, "close")
    levels = found.pivot + np.array(LEVELS)[:, np.newaxis] * (found.previous - found.pivot)
    distances = close - levels
    nearest = np.abs(distances).argmin(axis=0)
    distance = np.nan_to_num(distances[nearest, np.arange(len(close))], nan=0.0)
    return after_warmup(in_atr(distance, candles, atr_period), candles, atr_period)
