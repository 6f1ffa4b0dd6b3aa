"""Volume: how much is traded, at which price, and on which side."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame
from auriga.features._part import Feature, FeaturePart

_SHORT_PERIOD = 20


def _period_features(candles: pd.DataFrame, *, period: int) -> pd.DataFrame:
    columns = {
        "volume_relative": indicators.relative_volume(candles, period=period),
        "volume_vwap_distance": indicators.vwap_distance(candles, period=period),
        "volume_obv_slope": indicators.obv_slope(candles, period=period),
    }
    return feature_frame(columns, candles.index)


def _basic_features(candles: pd.DataFrame) -> pd.DataFrame:
    columns = {"volume_zscore": indicators.volume_zscore(candles, period=_SHORT_PERIOD)}
    return feature_frame(columns, candles.index)


PERIOD_PART = FeaturePart(
    group="volume",
    each="period",
    compute=_period_features,
    warmup_candles=lambda period: indicators.obv_slope.warmup_candles(period=period),
    features={
        "volume_relative": Feature("volume divided by its simple average", "pandas"),
        "volume_vwap_distance": Feature(
            "close from the rolling volume-weighted average price, as a fraction",
            "pandas (Berkowitz et al. 1988)",
        ),
        "volume_obv_slope": Feature(
            "change of on-balance volume as a fraction of the volume, -1 to 1", "pandas (Granville 1963)"
        ),
    },
)

BASIC_PART = FeaturePart(
    group="volume",
    each="timeframe",
    compute=_basic_features,
    warmup_candles=lambda: indicators.volume_zscore.warmup_candles(period=_SHORT_PERIOD),
    features={
        "volume_zscore": Feature("log volume as a standard score among 20 candles", "pandas"),
    },
)
