"""How widely the price moves, read from the whole candle and not from its close alone."""

import numpy as np
import pandas as pd

from auriga.errors import ParameterError
from auriga.indicators._arrays import (
    ROUNDING,
    as_series,
    column,
    lagged_ratio,
    ratio,
    rolling_deviation,
    rolling_mean,
)
from auriga.indicators._contract import indicator
from auriga.typing import FloatArray

GARMAN_KLASS_BODY = 2.0 * np.log(2.0) - 1.0
YANG_ZHANG_ALPHA = 1.34  # what Yang and Zhang advise in practice


def _log_range(candles: pd.DataFrame) -> FloatArray:
    """Logarithm of high over low."""
    return np.log(column(candles, "high") / column(candles, "low"))


def _log_body(candles: pd.DataFrame) -> FloatArray:
    """Logarithm of close over open."""
    return np.log(column(candles, "close") / column(candles, "open"))


def _root_mean(variances: FloatArray, period: int) -> FloatArray:
    """Volatility from the variances of `period` candles; a sum below 0 is rounding."""
    volatility: FloatArray = np.sqrt(np.maximum(rolling_mean(variances, period), 0.0))
    return volatility


def _parkinson(candles: pd.DataFrame, period: int) -> FloatArray:
    return _root_mean(_log_range(candles) ** 2 / (4.0 * np.log(2.0)), period)


@indicator(warmup=lambda period: period - 1, scale_free=True)
def parkinson(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Parkinson's volatility from highs and lows; uses candles <= t.

    The root of the mean of `ln(high / low)**2 / (4 ln 2)`. For a random walk without drift it needs a
    fifth of the candles that closes need for the same precision.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the mean, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Log return per candle, not annualised (0.01 is about 1 %). The leading `period - 1` rows are NaN;
        0 where no candle has a range.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Parkinson, M. (1980), "The Extreme Value Method for Estimating the Variance of the Rate of Return",
    *Journal of Business* 53(1).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> parkinson(example_candles(), period=20).tail(2).round(4).tolist()
    [0.0098, 0.0096]
    """
    return as_series(_parkinson(candles, period), candles)


@indicator(warmup=lambda period: period - 1, scale_free=True)
def garman_klass(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Garman and Klass' volatility from all four prices; uses candles <= t.

    The root of the mean of `ln(high / low)**2 / 2 - (2 ln 2 - 1) ln(close / open)**2`, the practical form
    of the best estimator for a random walk without drift and without gaps between candles.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the mean, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Log return per candle, not annualised (0.01 is about 1 %). The leading `period - 1` rows are NaN;
        0 where no candle has a range.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Garman, M. B., Klass, M. J. (1980), "On the Estimation of Security Price Volatilities from Historical
    Data", *Journal of Business* 53(1).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> garman_klass(example_candles(), period=20).tail(2).round(4).tolist()
    [0.0092, 0.0091]
    """
    variances = 0.5 * _log_range(candles) ** 2 - GARMAN_KLASS_BODY * _log_body(candles) ** 2
    return as_series(_root_mean(variances, period), candles)


def _rogers_satchell(candles: pd.DataFrame) -> FloatArray:
    """Variance of each candle, whatever its drift."""
    high, low = column(candles, "high"), column(candles, "low")
    open_, close = column(candles, "open"), column(candles, "close")
    above = np.log(high / open_) * np.log(high / close)
    below = np.log(low / open_) * np.log(low / close)
    variances: FloatArray = above + below
    return variances


def _gap(candles: pd.DataFrame) -> FloatArray:
    """Logarithm of the open over the close before; NaN on the first."""
    gaps = np.full(len(candles), np.nan)
    gaps[1:] = np.log(column(candles, "open")[1:] / column(candles, "close")[:-1])
    return gaps


@indicator(warmup=lambda period: period, scale_free=True)
def yang_zhang(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Yang and Zhang's volatility, which neither drift nor gaps between candles distort; uses candles <= t.

    The variance of the gaps, plus a share k of the variance of open to close, plus the rest of the mean
    after Rogers and Satchell, with `k = 0.34 / (1.34 + (period + 1) / (period - 1))`.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the mean and the sample variances, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Log return per candle, not annualised (0.01 is about 1 %). The leading `period` rows are NaN; 0
        where the price stands still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Yang, D., Zhang, Q. (2000), "Drift-Independent Volatility Estimation Based on High, Low, Open, and
    Close Prices", *Journal of Business* 73(3).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> yang_zhang(example_candles(), period=20).tail(2).round(4).tolist()
    [0.0089, 0.0088]
    """
    share = (YANG_ZHANG_ALPHA - 1.0) / (YANG_ZHANG_ALPHA + (period + 1) / (period - 1))
    gaps = rolling_deviation(_gap(candles), period, ddof=1) ** 2
    bodies = rolling_deviation(_log_body(candles), period, ddof=1) ** 2
    within = np.maximum(rolling_mean(_rogers_satchell(candles), period), 0.0)
    return as_series(np.sqrt(gaps + share * bodies + (1.0 - share) * within), candles)


@indicator(warmup=lambda period: 2 * (period - 1), scale_free=True)
def volatility_of_volatility(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """How unsteady the volatility was, as a share of its mean; uses candles <= t.

    The sample standard deviation of the last `period` values of `parkinson` divided by their mean.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in each volatility and volatilities in the deviation, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction from 0 (steady) to `sqrt(period)`. The leading `2 * (period - 1)` rows are NaN; 0 where
        no candle has a range.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Baltussen, G., van Bekkum, S., van der Grient, B. (2018), "Unknown Unknowns: Uncertainty about Risk and
    Stock Returns", *Journal of Financial and Quantitative Analysis* 53(4) (the same share, of implied
    volatilities).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> volatility_of_volatility(example_candles(), period=20).tail(2).round(4).tolist()
    [0.017, 0.0143]
    """
    volatility = _parkinson(candles, period)
    deviation = rolling_deviation(volatility, period, ddof=1)
    mean = rolling_mean(volatility, period)
    return as_series(ratio(deviation, mean, neutral=0.0, floor=ROUNDING), candles)


def _ewma(values: FloatArray, period: int) -> FloatArray:
    return pd.Series(values).ewm(span=period).mean().to_numpy()


def _ewma_warmup(fast: int, slow: int) -> int:
    if fast >= slow:
        raise ParameterError(f"fast={fast} must be below slow={slow}")
    return slow


@indicator(warmup=_ewma_warmup, scale_free=True)
def ewma_ratio(candles: pd.DataFrame, *, fast: int = 20, slow: int = 100) -> pd.Series:
    """Recent variance over the usual one: where in a cluster of volatility the market is; uses candles <= t.

    Both variances are exponentially weighted means of squared log returns, the recursion of RiskMetrics
    with `decay = 1 - 2 / (period + 1)` and weights that add up to one from the first candle on. Values
    depend a little on where the series starts; after four times `slow` the difference is below 0.1 %.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    fast, slow : int
        Lengths of the two averages, 2 to 100,000 and `fast < slow`.

    Returns
    -------
    Series of shape (n_candles,)
        Ratio, above 1 within a cluster and at most about `slow / fast`. The leading `slow` rows are NaN; 1
        where the close stands still.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a length is out of range or `fast` is not below `slow`.

    References
    ----------
    J.P. Morgan, Reuters (1996), *RiskMetrics - Technical Document*, 4th ed., sec. 5.2; Bollerslev, T. (1986),
    "Generalized Autoregressive Conditional Heteroskedasticity", *Journal of Econometrics* 31(3).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> ewma_ratio(example_candles(), fast=5, slow=20).tail(2).round(3).tolist()
    [1.48, 1.363]
    """
    squares = np.log(lagged_ratio(column(candles, "close"), 1)) ** 2
    recent, usual = _ewma(squares, fast), _ewma(squares, slow)
    values = ratio(recent, usual, neutral=1.0, floor=ROUNDING**2)
    values[:slow] = np.nan
    return as_series(values, candles)
