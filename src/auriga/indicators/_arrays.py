"""Steps that several indicators share, on arrays; none of them looks ahead."""

import numpy as np
import pandas as pd
import talib

from auriga.typing import BoolArray, FloatArray

ROUNDING = 1e-9
"""Spreads below this fraction of the price are rounding, not movement."""


def column(candles: pd.DataFrame, name: str) -> FloatArray:
    """One column as TA-Lib needs it: contiguous float64."""
    return np.ascontiguousarray(candles[name].to_numpy(dtype=np.float64))


def high_low_close(candles: pd.DataFrame) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Take the three price columns that most range indicators read."""
    return column(candles, "high"), column(candles, "low"), column(candles, "close")


def unit_scale(prices: FloatArray) -> float:
    """Power of two that brings the first price into [0.5, 1).

    TA-Lib before 0.8 compares averages with an absolute epsilon, so its answer depends on the price
    level. A power of two moves the level without rounding a single price: ties of moves remain ties.
    """
    return float(np.exp2(-np.frexp(prices[0])[1]))


def typical_price(candles: pd.DataFrame) -> FloatArray:
    """Mean of high, low and close."""
    high, low, close = high_low_close(candles)
    return (high + low + close) / 3.0


def as_series(values: FloatArray, candles: pd.DataFrame) -> pd.Series:
    """Put the values on the index of the candles."""
    return pd.Series(values, index=candles.index, dtype=np.float64)


def ratio(
    numerator: FloatArray, denominator: FloatArray, *, neutral: float | FloatArray, floor: float = 0.0
) -> FloatArray:
    """Divide, with `neutral` where the denominator is not above `floor`; NaN stays NaN."""
    unknown = np.isnan(numerator) | np.isnan(denominator)
    quotient = np.where(unknown, np.nan, neutral)
    np.divide(numerator, denominator, out=quotient, where=denominator > floor)
    return quotient


def change(values: FloatArray) -> FloatArray:
    """Difference to the candle before; NaN on the first."""
    return np.diff(values, prepend=np.nan)


def direction(prices: FloatArray) -> FloatArray:
    """Sign of the change to the candle before, 0 for a change within rounding; NaN on the first."""
    move = change(prices)
    return np.where(np.abs(move) <= ROUNDING * prices, 0.0, np.sign(move))


def lagged_ratio(values: FloatArray, period: int) -> FloatArray:
    """Divide each value by the one `period` candles ago; NaN on the first `period`."""
    quotient = np.full(len(values), np.nan)
    np.divide(values[period:], values[:-period], out=quotient[period:])
    return quotient


# pandas instead of TA-Lib for sums and deviations: its rolling sums are compensated, and exact on runs of
# equal values. Its deviations no longer are (pandas 3), so they are set: a flat stretch after a wild one is
# 0 and no rounding residue that depends on how far back the candles go. Live, they begin later.


def equal_run(values: FloatArray, period: int) -> BoolArray:
    """Tell where the last `period` values are the very same; False during the warm-up and on NaN."""
    rows = np.arange(len(values))
    changed = np.ones(len(values), dtype=bool)
    changed[1:] = values[1:] != values[:-1]
    since = rows - np.maximum.accumulate(np.where(changed, rows, 0))
    equal: BoolArray = since >= period - 1
    return equal & ~np.isnan(values)


def rolling_sum(values: FloatArray, period: int) -> FloatArray:
    """Sum of the last `period` values."""
    return pd.Series(values).rolling(period).sum().to_numpy()


def rolling_mean(values: FloatArray, period: int) -> FloatArray:
    """Mean of the last `period` values."""
    return pd.Series(values).rolling(period).mean().to_numpy()


def rolling_deviation(values: FloatArray, period: int, *, ddof: int) -> FloatArray:
    """Spread of the last `period` values as a standard deviation."""
    deviations = pd.Series(values).rolling(period).std(ddof=ddof).to_numpy()
    return np.where(equal_run(values, period), 0.0, deviations)


PERIODS_OF_MEMORY = 20
"""Periods after which Wilder's averages hold e^-20 of a move: nothing but rounding."""


def forgotten(high: FloatArray, low: FloatArray, period: int) -> BoolArray:
    """Tell where the price has stood still for so long that averages of `period` remember nothing real.

    A quotient of two such averages keeps its last value for ever. Where the candles begin within the pause,
    as live, it is neutral; so it has to be neutral for whoever has seen more.
    """
    length = min(PERIODS_OF_MEMORY * period, 100_000)
    highest, lowest = talib.MAX(high, length), talib.MIN(low, length)
    still: BoolArray = highest - lowest <= ROUNDING * highest
    return still


def flat(values: FloatArray, period: int) -> BoolArray:
    """Tell where the last `period` values are equal up to rounding; False during the warm-up."""
    highest, lowest = talib.MAX(values, period), talib.MIN(values, period)
    equal: BoolArray = highest - lowest <= ROUNDING * highest
    return equal
