"""Features that exist once for each period."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame, in_deviations, in_units


def period_features(candles: pd.DataFrame, *, period: int) -> pd.DataFrame:
    """Momentum, trend, volatility and volume over one period; uses candles <= t.

    Every column is scale-free: pairs of any price and volume can share one model.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles of any timeframe, oldest first. Not changed.
    period : int
        Candles, 2 to 50,000.

    Returns
    -------
    DataFrame of shape (n_candles, 13)
        float32 on the index of the candles; `FEATURE_GROUPS` says what each column means. NaN only
        while a column warms up, no longer than `period_warmup_candles(period)` rows.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Those of the functions in `auriga.indicators`.

    Examples
    --------
    >>> from auriga.datasets import simulate_market
    >>> features = period_features(simulate_market(300, seed=1).candles, period=14)
    >>> features.shape, int(features["trend_adx"].isna().sum())
    ((300, 13), 27)
    """
    natr = indicators.natr(candles, period=period)
    std = indicators.rolling_std(candles, period=period)
    width = indicators.bollinger_width(candles, period=period)
    from_mean = indicators.sma_distance(candles, period=period)
    from_ema = indicators.ema_distance(candles, period=period)
    moved = indicators.log_return(candles, period=period)
    columns = {
        "momentum_rsi": indicators.rsi(candles, period=period),
        "momentum_mfi": indicators.mfi(candles, period=period),
        "momentum_roc": in_deviations(moved, std, period=period),
        "trend_adx": indicators.adx(candles, period=period),
        "trend_ema_distance": in_units(from_ema, natr),
        "trend_efficiency": indicators.efficiency_ratio(candles, period=period),
        "volatility_natr": natr,
        "volatility_std": std,
        "volatility_bollinger_width": width,
        # The same as indicators.bollinger_position, without computing the bands a second time.
        "volatility_bollinger_position": 0.5 + in_units(from_mean, width),
        "volume_relative": indicators.relative_volume(candles, period=period),
        "volume_vwap_distance": indicators.vwap_distance(candles, period=period),
        "volume_obv_slope": indicators.obv_slope(candles, period=period),
    }
    return feature_frame(columns, candles.index)


def period_warmup_candles(period: int) -> int:
    """Leading rows of `period_features` in which some column is NaN; the ADX takes longest.

    Examples
    --------
    >>> period_warmup_candles(14)
    27
    """
    return indicators.adx.warmup_candles(period=period)
