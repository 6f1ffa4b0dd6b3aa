"""Structure: where the price stands among its last highs, lows and swings."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame
from auriga.features._part import Feature, FeaturePart


def _features(candles: pd.DataFrame) -> pd.DataFrame:
    columns = {
        "structure_up_fractal": indicators.up_fractal_distance(candles),
        "structure_up_fractal_age": indicators.up_fractal_age(candles),
        "structure_down_fractal": indicators.down_fractal_distance(candles),
        "structure_down_fractal_age": indicators.down_fractal_age(candles),
        "structure_direction": indicators.zigzag_direction(candles),
        "structure_swing": indicators.zigzag_swing(candles),
        "structure_swing_age": indicators.zigzag_age(candles),
        "structure_waves": indicators.zigzag_waves(candles),
        "structure_retracement": indicators.fibonacci_retracement(candles),
        "structure_fibonacci": indicators.fibonacci_distance(candles),
    }
    return feature_frame(columns, candles.index)


_FRACTAL = "own (Williams 1995, fractals)"
_ZIGZAG = "own (Merrill 1977, filtered waves)"
_FIBONACCI = "own (Murphy 1999, ch. 4 and 13)"

PART = FeaturePart(
    group="structure",
    each="timeframe",
    compute=_features,
    warmup_candles=lambda: indicators.up_fractal_distance.warmup_candles(),
    features={
        "structure_up_fractal": Feature("close from the last confirmed up fractal (2) in ATR (14)", _FRACTAL),
        "structure_up_fractal_age": Feature("candles since that fractal, at most 200", _FRACTAL),
        "structure_down_fractal": Feature(
            "close from the last confirmed down fractal (2) in ATR (14)", _FRACTAL
        ),
        "structure_down_fractal_age": Feature("candles since that fractal, at most 200", _FRACTAL),
        "structure_direction": Feature(
            "1 in a rising, -1 in a falling swing of a zigzag that reverses after 3 ATR (14)", _ZIGZAG
        ),
        "structure_swing": Feature("running swing in ATR, negative when falling", _ZIGZAG),
        "structure_swing_age": Feature("candles since the running swing began, at most 200", _ZIGZAG),
        "structure_waves": Feature("higher highs and lows in a row, lower ones negative, -9 to 9", _ZIGZAG),
        "structure_retracement": Feature(
            "share of the last confirmed swing that is given back, -3 to 3", _FIBONACCI
        ),
        "structure_fibonacci": Feature(
            "close from the nearest retracement level (23.6, 38.2, 50, 61.8, 78.6 %) in ATR", _FIBONACCI
        ),
    },
)
