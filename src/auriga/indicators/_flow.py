"""Where volume comes from and goes to: bursts, changes, and the side of the candle that it closes on."""

import numpy as np
import pandas as pd
import talib

from auriga.errors import ParameterError
from auriga.indicators._arrays import (
    ROUNDING,
    as_series,
    column,
    forgotten,
    high_low_close,
    ratio,
    rolling_deviation,
    rolling_mean,
    rolling_sum,
    typical_price,
)
from auriga.indicators._contract import indicator
from auriga.typing import FloatArray

SPIKE_LEVEL = 3.0
"""A spike is a candle with more than this many times the ordinary volume."""


@indicator(warmup=lambda period: period - 1, scale_free=True)
def volume_ema_ratio(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Volume divided by its exponential moving average; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Length of the average, candle t included, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Ratio from 0 to `(period + 1) / 2`, 1 for an ordinary candle. The leading `period - 1` rows are NaN;
        1 where nothing was ever traded.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Murphy, J. J. (1999), *Technical Analysis of the Financial Markets*, ch. 7 and 9.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> volume_ema_ratio(example_candles(), period=20).tail(2).round(3).tolist()
    [0.938, 1.015]
    """
    volume = column(candles, "volume")
    values = ratio(volume, talib.EMA(volume, period), neutral=1.0)
    values[forgotten(volume, volume, period)] = 1.0
    return as_series(values, candles)


@indicator(warmup=lambda period: period, scale_free=True, minimum=1)
def volume_change(candles: pd.DataFrame, *, period: int = 10) -> pd.Series:
    """Rate of change of the volume, symmetric in rise and fall; uses candles <= t.

    `(now - then) / (now + then)`, which is `roc / (roc + 2)` for the usual rate of change and orders
    candles as that does, but does not explode where next to nothing was traded then.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles between now and then, 1 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction from -1 (nothing now) to 1 (nothing then); 1/3 for twice the volume. The leading `period`
        rows are NaN; 0 where nothing was traded now or then.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Törnqvist, L., Vartia, P., Vartia, Y. O. (1985), "How Should Relative Changes Be Measured?",
    *The American Statistician* 39(1).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> volume_change(example_candles(), period=10).tail(2).round(3).tolist()
    [-0.143, 0.13]
    """
    volume = column(candles, "volume")
    then = np.full(len(volume), np.nan)
    then[period:] = volume[:-period]
    return as_series(ratio(volume - then, volume + then, neutral=0.0), candles)


def _candles_since(events: np.ndarray) -> FloatArray:
    """Candles since the last event, 0 on it and infinity before the first."""
    rows = np.arange(len(events), dtype=np.float64)
    return rows - np.maximum.accumulate(np.where(events, rows, -np.inf))


@indicator(warmup=lambda period: period, scale_free=True)
def volume_spike(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """How fresh the last burst of volume is; uses candles <= t.

    A spike is a candle with more than three times the mean volume of the `period` candles before it. Its
    mark fades by the factor `exp(-1 / period)` a candle.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the mean, and until a mark has faded to 0.37, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        1 on a spike, falling towards 0. The leading `period` rows are NaN; 0 where there was no spike yet.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Gervais, S., Kaniel, R., Mingelgrin, D. H. (2001), "The High-Volume Return Premium", *Journal of Finance*
    56(3) (volume unusual among that of the candles before).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> candles = example_candles()
    >>> candles.loc[57, "volume"] = 9000.0
    >>> volume_spike(candles, period=20).tail(4).round(3).tolist()
    [0.0, 1.0, 0.951, 0.905]
    """
    volume = column(candles, "volume")
    usual = np.full(len(volume), np.nan)
    usual[1:] = rolling_mean(volume, period)[:-1]
    values = np.exp(-_candles_since(volume > SPIKE_LEVEL * usual) / period)
    values[np.isnan(usual)] = np.nan
    return as_series(values, candles)


@indicator(warmup=lambda: 0, scale_free=True)
def session_vwap_distance(candles: pd.DataFrame) -> pd.Series:
    """Distance of the close from the volume-weighted average price of the UTC day; uses candles <= t.

    The average weighs the typical prices of the day's candles up to t and begins anew at midnight. Where
    the series starts in the middle of a day, that day counts from there.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction, `close / vwap - 1` (0.01 = 1 %). Never NaN; 0 while nothing was traded on the day.

    Raises
    ------
    CandleError
        If a column is missing.

    References
    ----------
    Berkowitz, S. A., Logue, D. E., Noser, E. A. (1988), "The Total Cost of Transactions on the NYSE",
    *Journal of Finance* 43(1).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> session_vwap_distance(example_candles()).tail(2).round(4).tolist()
    [0.0549, 0.0631]
    """
    close, volume = column(candles, "close"), column(candles, "volume")
    day = candles["date"].dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    amounts = pd.DataFrame({"traded": typical_price(candles) * volume, "volume": volume})
    sums = amounts.groupby(day).cumsum()
    vwap = ratio(sums["traded"].to_numpy(), sums["volume"].to_numpy(), neutral=close)
    return as_series(close / vwap - 1.0, candles)


@indicator(warmup=lambda period: period - 1, scale_free=True)
def range_volume_correlation(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Pearson correlation of the candles' log range with their volume; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the correlation, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Correlation from -1 to 1. The leading `period - 1` rows are NaN; 0 where the range or the volume
        does not vary.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Karpoff, J. M. (1987), "The Relation Between Price Changes and Trading Volume: A Survey",
    *Journal of Financial and Quantitative Analysis* 22(1).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> range_volume_correlation(example_candles(), period=20).tail(2).round(3).tolist()
    [0.197, 0.171]
    """
    volume = column(candles, "volume")
    spread = np.log(column(candles, "high") / column(candles, "low"))
    mean = rolling_mean(volume, period)
    # Relative to the mean volume, so that one floor tells variation from rounding at every unit.
    weighted = ratio(rolling_mean(spread * volume, period), mean, neutral=0.0)
    covariance = weighted - rolling_mean(spread, period)
    unsteady = ratio(rolling_deviation(volume, period, ddof=0), mean, neutral=0.0)
    deviations = rolling_deviation(spread, period, ddof=0) * unsteady
    correlation = ratio(covariance, deviations, neutral=0.0, floor=ROUNDING)
    return as_series(np.clip(correlation, -1.0, 1.0), candles)


def _money_flow(candles: pd.DataFrame) -> FloatArray:
    """Volume of each candle, signed by where it closes: +1 at its high, -1 at its low, 0 without a range."""
    high, low, close = high_low_close(candles)
    side = ratio((close - low) - (high - close), high - low, neutral=0.0)
    return side * column(candles, "volume")


@indicator(warmup=lambda period: period - 1, scale_free=True)
def chaikin_money_flow(candles: pd.DataFrame, *, period: int = 20) -> pd.Series:
    """Change of the accumulation/distribution line as a share of the volume; uses candles <= t.

    Each candle's volume counts from 1 (close at the high) to -1 (close at the low).

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles that are summed, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction from -1 (distribution) to 1 (accumulation). The leading `period - 1` rows are NaN; 0 where
        nothing was traded.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Achelis, S. B. (2000), *Technical Analysis from A to Z*, 2nd ed. (Chaikin's money flow).

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> chaikin_money_flow(example_candles(), period=20).tail(2).round(3).tolist()
    [-0.02, -0.025]
    """
    flow = rolling_sum(_money_flow(candles), period)
    share = ratio(flow, rolling_sum(column(candles, "volume"), period), neutral=0.0)
    return as_series(np.clip(share, -1.0, 1.0), candles)


def _average_gap(changes: FloatArray, fast: int, slow: int) -> FloatArray:
    """Fast minus slow exponential average of the line whose changes these are.

    Both start at the line's first value. Taken from the changes, the averages cannot lose the small gap
    between them in the rounding of a long sum.
    """
    steps = pd.Series(np.concatenate([[0.0], changes[1:]]))
    weight_fast, weight_slow = 2.0 / (fast + 1.0), 2.0 / (slow + 1.0)
    quick = steps.ewm(alpha=weight_fast, adjust=False).mean() * (1.0 - weight_fast) / weight_fast
    lazy = steps.ewm(alpha=weight_slow, adjust=False).mean() * (1.0 - weight_slow) / weight_slow
    return (lazy - quick).to_numpy()


def _oscillator_warmup(fast: int, slow: int) -> int:
    if fast >= slow:
        raise ParameterError(f"fast={fast} must be below slow={slow}")
    return slow - 1


@indicator(warmup=_oscillator_warmup, scale_free=True)
def chaikin_oscillator(candles: pd.DataFrame, *, fast: int = 3, slow: int = 10) -> pd.Series:
    """Momentum of the accumulation/distribution line as a share of its greatest; uses candles <= t.

    Chaikin's oscillator, the fast minus the slow exponential average of the line, divided by what it would
    be if every candle had closed at its high.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    fast, slow : int
        Lengths of the two averages, 2 to 100,000 and `fast < slow`.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction from -1 (distribution) to 1 (accumulation). The leading `slow - 1` rows are NaN; 0 where
        nothing was ever traded.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a length is out of range or `fast` is not below `slow`.

    References
    ----------
    Achelis, S. B. (2000), *Technical Analysis from A to Z*, 2nd ed. (Chaikin oscillator); TA-Lib ADOSC.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> chaikin_oscillator(example_candles()).tail(2).round(3).tolist()
    [0.178, 0.258]
    """
    flow = _average_gap(_money_flow(candles), fast, slow)
    share = ratio(flow, _average_gap(column(candles, "volume"), fast, slow), neutral=0.0)
    share[: slow - 1] = np.nan
    volume = column(candles, "volume")
    share[forgotten(volume, volume, slow) & (volume == 0)] = 0.0
    return as_series(np.clip(share, -1.0, 1.0), candles)
