"""How far the price moved."""

import numpy as np
import pandas as pd

from auriga.indicators._arrays import as_series, column, lagged_ratio
from auriga.indicators._contract import indicator


@indicator(warmup=lambda period: period, scale_free=True, minimum=1)
def log_return(candles: pd.DataFrame, *, period: int = 1) -> pd.Series:
    """Natural logarithm of the close divided by the close `period` candles ago; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles that the return spans, 1 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Log return, additive over time (0.01 is about 1 %). The leading `period` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Campbell, J. Y., Lo, A. W., MacKinlay, A. C. (1997), *The Econometrics of Financial Markets*, p. 11.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> log_return(example_candles(), period=1).tail(2).round(4).tolist()
    [0.0157, 0.0133]
    """
    return as_series(np.log(lagged_ratio(column(candles, "close"), period)), candles)


@indicator(warmup=lambda period: period, scale_free=True, minimum=1)
def roc(candles: pd.DataFrame, *, period: int = 10) -> pd.Series:
    """Rate of change of the close over `period` candles; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles that the change spans, 1 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction (0.01 = 1 %). The leading `period` rows are NaN.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Murphy, J. J. (1999), *Technical Analysis of the Financial Markets*, ch. 10.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> roc(example_candles(), period=10).tail(2).round(4).tolist()
    [0.0533, 0.0803]
    """
    return as_series(lagged_ratio(column(candles, "close"), period) - 1.0, candles)
