"""Which features exist and what they mean, for the documentation and for tests."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from auriga.features._basic import basic_features
from auriga.features._calendar import calendar_features
from auriga.features._period import period_features


@dataclass(frozen=True)
class FeatureGroup:
    """One function that makes feature columns.

    Attributes
    ----------
    compute : callable
        The function.
    each : str
        What the columns exist once for.
    columns : dict of str to str
        Column name to its meaning, in the order of the columns.
    """

    compute: Callable[..., pd.DataFrame]
    each: str
    columns: dict[str, str]


FEATURE_GROUPS = (
    FeatureGroup(
        compute=period_features,
        each="timeframe and period",
        columns={
            "momentum_rsi": "relative strength index, 0 to 100",
            "momentum_mfi": "money flow index, 0 to 100",
            "momentum_roc": "log return over the period in standard deviations of such a return, -10 to 10",
            "trend_adx": "average directional index, 0 to 100",
            "trend_ema_distance": "close from its exponential average, in ATR",
            "trend_efficiency": "net move divided by the path travelled, 0 to 1",
            "volatility_natr": "average true range as a fraction of the close",
            "volatility_std": "standard deviation of one-candle log returns",
            "volatility_bollinger_width": "distance between the Bollinger bands, as a fraction",
            "volatility_bollinger_position": "close between the Bollinger bands, 0 lower and 1 upper",
            "volume_relative": "volume divided by its average",
            "volume_vwap_distance": "close from the volume-weighted average price, as a fraction",
            "volume_obv_slope": "change of on-balance volume as a fraction of the volume, -1 to 1",
        },
    ),
    FeatureGroup(
        compute=basic_features,
        each="timeframe",
        columns={
            "momentum_macd": "MACD histogram (12, 26, 9) in ATR",
            "momentum_return_1": "log return of one candle in standard deviations (20 candles)",
            "momentum_return_3": "log return of three candles in standard deviations of such a return",
            "volume_zscore": "log volume as a standard score (20 candles)",
            "shape_body": "close minus open in ATR",
            "shape_range": "high minus low in ATR",
            "shape_upper_wick": "share of the range above the body",
            "shape_lower_wick": "share of the range below the body",
            "volatility_ratio": "standard deviation of 20 returns divided by that of 100",
        },
    ),
    FeatureGroup(
        compute=calendar_features,
        each="pair",
        columns={
            "calendar_hour_sin": "time of day, sine",
            "calendar_hour_cos": "time of day, cosine",
            "calendar_weekday_sin": "day of the week, sine",
            "calendar_weekday_cos": "day of the week, cosine",
        },
    ),
)
"""All groups, in the order in which FreqAI calls them."""
