"""Features that exist once for each timeframe: the last few candles and their shape."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame, in_deviations, in_units

_ATR_PERIOD = 14
_SHORT_PERIOD = 20
_LONG_PERIOD = 100


def _shape(candles: pd.DataFrame, natr: pd.Series) -> dict[str, pd.Series]:
    """Body and range of the candle in ATR, its wicks as shares of its range."""
    close = candles["close"]
    open_, high, low = candles["open"] / close, candles["high"] / close, candles["low"] / close
    spread = high - low
    return {
        "shape_body": in_units(1.0 - open_, natr),
        "shape_range": in_units(spread, natr),
        "shape_upper_wick": in_units(high - open_.clip(lower=1.0), spread),
        "shape_lower_wick": in_units(open_.clip(upper=1.0) - low, spread),
    }


def basic_features(candles: pd.DataFrame) -> pd.DataFrame:
    """Last moves, candle shape, volume and change of volatility; uses candles <= t.

    Every column is scale-free: pairs of any price and volume can share one model.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles of any timeframe, oldest first. Not changed.

    Returns
    -------
    DataFrame of shape (n_candles, 9)
        float32 on the index of the candles; `FEATURE_GROUPS` says what each column means. NaN only
        while a column warms up, no longer than `basic_warmup_candles()` rows.

    Raises
    ------
    CandleError
        If a column is missing.

    References
    ----------
    Nison, S. (2001), *Japanese Candlestick Charting Techniques*, 2nd ed., ch. 3 (body and wicks); for the
    others those of the functions in `auriga.indicators`.

    Examples
    --------
    >>> from auriga.datasets import simulate_market
    >>> features = basic_features(simulate_market(300, seed=1).candles)
    >>> features.shape, int(features["volatility_ratio"].isna().sum())
    ((300, 9), 100)
    """
    natr = indicators.natr(candles, period=_ATR_PERIOD)
    short = indicators.rolling_std(candles, period=_SHORT_PERIOD)
    long = indicators.rolling_std(candles, period=_LONG_PERIOD)
    columns = {
        "momentum_macd": in_units(indicators.macd_histogram(candles) / candles["close"], natr),
        "momentum_return_1": in_deviations(indicators.log_return(candles, period=1), short, period=1),
        "momentum_return_3": in_deviations(indicators.log_return(candles, period=3), short, period=3),
        "volume_zscore": indicators.volume_zscore(candles, period=_SHORT_PERIOD),
        **_shape(candles, natr),
        "volatility_ratio": in_units(short, long, neutral=1.0),
    }
    return feature_frame(columns, candles.index)


def basic_warmup_candles() -> int:
    """Leading rows of `basic_features` in which some column is NaN.

    Examples
    --------
    >>> basic_warmup_candles()
    100
    """
    return indicators.rolling_std.warmup_candles(period=_LONG_PERIOD)
