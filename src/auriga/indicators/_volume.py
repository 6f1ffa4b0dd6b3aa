"""How much is traded, and on which side."""

import numpy as np
import pandas as pd

from auriga.indicators._arrays import (
    ROUNDING,
    as_series,
    column,
    direction,
    ratio,
    rolling_deviation,
    rolling_mean,
    rolling_sum,
    typical_price,
)
from auriga.indicators._contract import indicator
from auriga.typing import FloatArray


@indicator(warmup=lambda period: period, scale_free=True)
def obv_slope(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Change of the on-balance volume over `period` candles in units of their volume; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles that the change spans, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction from -1 (all volume on falling closes) to 1 (all on rising ones). The leading `period`
        rows are NaN; 0 where nothing was traded.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Granville, J. E. (1963), *Granville's New Key to Stock Market Profits* (on-balance volume).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> obv_slope(example_candles(), period=20).tail(2).round(3).tolist()
    [0.208, 0.205]
    """
    volume = column(candles, "volume")
    balance = rolling_sum(direction(column(candles, "close")) * volume, period)
    share = ratio(balance, rolling_sum(volume, period), neutral=0.0)
    return as_series(np.clip(share, -1.0, 1.0), candles)


def _relative(volume: FloatArray, period: int) -> FloatArray:
    return ratio(volume, rolling_mean(volume, period), neutral=1.0)


@indicator(warmup=lambda period: period - 1, scale_free=True)
def relative_volume(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Volume divided by its simple moving average; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the average, candle t included, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Ratio, 1 for an ordinary candle. The leading `period - 1` rows are NaN; 1 where nothing was
        traded.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Murphy, J. J. (1999), *Technical Analysis of the Financial Markets*, ch. 7.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> relative_volume(example_candles(), period=20).tail(2).round(3).tolist()
    [0.923, 1.004]
    """
    return as_series(_relative(column(candles, "volume"), period), candles)


@indicator(warmup=lambda period: 2 * (period - 1), scale_free=True)
def volume_zscore(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Log volume as a standard score among the last `period` candles; uses candles <= t.

    The logarithm is taken of 1 + relative volume: log1p of the bare volume would depend on the unit in
    which a pair is traded, and no two pairs could share a model.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the mean and the sample standard deviation, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Standard deviations. The leading `2 * (period - 1)` rows are NaN; 0 where the volume does not
        vary.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Ajinkya, B. B., Jain, P. C. (1989), "The behavior of daily stock market trading volume",
    *Journal of Accounting and Economics* 11(4) (log volume is close to normal).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> volume_zscore(example_candles(), period=20).tail(2).round(3).tolist()
    [-0.439, 0.086]
    """
    level = np.log1p(_relative(column(candles, "volume"), period))
    excess = level - rolling_mean(level, period)
    deviation = rolling_deviation(level, period, ddof=1)
    return as_series(ratio(excess, deviation, neutral=0.0, floor=ROUNDING), candles)


@indicator(warmup=lambda period: period - 1, scale_free=True)
def vwap_distance(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Distance of the close from the volume-weighted average price; uses candles <= t.

    The average rolls over the last `period` candles and weighs their typical prices.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the average, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction, `close / vwap - 1` (0.01 = 1 %). The leading `period - 1` rows are NaN; 0 where nothing
        was traded.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Berkowitz, S. A., Logue, D. E., Noser, E. A. (1988), "The Total Cost of Transactions on the NYSE",
    *Journal of Finance* 43(1).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> vwap_distance(example_candles(), period=20).tail(2).round(4).tolist()
    [0.0382, 0.0494]
    """
    close, volume = column(candles, "close"), column(candles, "volume")
    traded = rolling_sum(typical_price(candles) * volume, period)
    vwap = ratio(traded, rolling_sum(volume, period), neutral=close)
    return as_series(close / vwap - 1.0, candles)
