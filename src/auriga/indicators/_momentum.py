"""How one-sided recent moves were."""

import numpy as np
import pandas as pd
import talib

from auriga.indicators._arrays import (
    as_series,
    column,
    direction,
    flat,
    forgotten,
    high_low_close,
    ratio,
    rolling_sum,
    typical_price,
    unit_scale,
)
from auriga.indicators._contract import indicator


@indicator(warmup=lambda period: period, scale_free=True)
def rsi(candles: pd.DataFrame, *, period: int = 14) -> pd.Series:
    """Wilder's relative strength index of the close; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Length of Wilder's averages, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Points from 0 to 100. The leading `period` rows are NaN; 50 where the price stands still and
        there is no earlier gain to remember; a gain is forgotten after 20 periods without a move.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Wilder, J. W. (1978), *New Concepts in Technical Trading Systems*, pp. 63-70.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> rsi(example_candles(), period=14).tail(2).round(1).tolist()
    [68.8, 71.6]
    """
    close = column(candles, "close")
    values = talib.RSI(close * unit_scale(close), period)
    # TA-Lib says 0 for "no gain" and for "no move" alike; only the second one is neutral.
    values[(values == 0.0) & flat(close, period + 1)] = 50.0
    values[forgotten(close, close, period)] = 50.0
    return as_series(values, candles)


@indicator(warmup=lambda period: period, scale_free=True)
def mfi(candles: pd.DataFrame, *, period: int = 14) -> pd.Series:
    """Money flow index: the share of traded value on rising candles; uses candles <= t.

    Not TA-Lib's: before 0.8 it takes a money flow below 1 for none, whatever the unit.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Changes of the typical price that are summed, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Points from 0 to 100. The leading `period` rows are NaN; 50 where no money flowed.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Quong, G., Soudack, A. (1989), "Volume-Weighted RSI: Money Flow",
    *Technical Analysis of Stocks & Commodities* 7(3).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> mfi(example_candles(), period=14).tail(2).round(1).tolist()
    [42.9, 50.4]
    """
    price = typical_price(candles)
    move = direction(price)
    flow = price * column(candles, "volume")
    rising = rolling_sum(flow * np.maximum(move, 0.0), period)
    moving = rolling_sum(flow * np.abs(move), period)
    return as_series(100.0 * np.clip(ratio(rising, moving, neutral=0.5), 0.0, 1.0), candles)


@indicator(warmup=lambda period: period - 1, scale_free=True)
def cci(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Commodity channel index: typical price from its mean in mean deviations; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the mean, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Index points, mostly between -200 and 200. The leading `period - 1` rows are NaN; 0 where the
        typical price stands still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Lambert, D. R. (1980), "Commodity Channel Index", *Commodities* 9(10).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> cci(example_candles(), period=20).tail(2).round(1).tolist()
    [97.5, 122.8]
    """
    values = talib.CCI(*high_low_close(candles), period)
    # Prices that differ by rounding alone would be blown up to +-67 and more.
    values[flat(typical_price(candles), period)] = 0.0
    return as_series(values, candles)


@indicator(warmup=lambda period: period - 1, scale_free=True)
def williams_r(candles: pd.DataFrame, *, period: int = 14) -> pd.Series:
    """Williams %R: the close within the range of the last `period` candles; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the range, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Points from -100 (at the low) to 0 (at the high). The leading `period - 1` rows are NaN; -50
        where the range is empty.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Williams, L. R. (1979), *How I Made One Million Dollars Last Year Trading Commodities*.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> williams_r(example_candles(), period=14).tail(2).round(1).tolist()
    [-4.4, -3.8]
    """
    high, low, close = high_low_close(candles)
    highest, lowest = talib.MAX(high, period), talib.MIN(low, period)
    return as_series(-100.0 * ratio(highest - close, highest - lowest, neutral=0.5), candles)
