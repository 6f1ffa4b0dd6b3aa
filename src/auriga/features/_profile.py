"""Profile: where the close stands in the volume by price."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame
from auriga.features._part import Feature, FeaturePart


def _features(candles: pd.DataFrame, *, period: int) -> pd.DataFrame:
    area = indicators.ValueArea.rolling(candles, period=period)
    columns = {
        "profile_control_distance": area.control_distance,
        "profile_value_area_position": area.position,
        "profile_value_area_width": area.width,
    }
    return feature_frame(columns, candles.index)


_SOURCE = "own, numba (Dalton et al. 2013, app. 1)"

PART = FeaturePart(
    group="profile",
    each="period",
    compute=_features,
    warmup_candles=lambda period: indicators.value_area_width.warmup_candles(period=period),
    features={
        "profile_control_distance": Feature(
            "close above the price with most volume, as a share of the period's range, -1 to 1", _SOURCE
        ),
        "profile_value_area_position": Feature(
            "close in the area with 70 % of the volume, 0 lower and 1 upper end", _SOURCE
        ),
        "profile_value_area_width": Feature(
            "share of the period's range that holds 70 % of the volume, 0 to 1", _SOURCE
        ),
    },
)
