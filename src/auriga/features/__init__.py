"""Features: candles -> named float32 columns without Freqtrade's signs, scale-free and backward-looking.

Three functions, one for each of FreqAI's hooks; `FEATURE_PARTS` says what every column means and who computes
it. All pairs can share one model, because neither the price level nor the unit of volume shows in any column.
"""

from auriga.features._calendar import calendar_features
from auriga.features._catalogue import (
    DEFAULT_GROUPS,
    FEATURE_GROUPS,
    FEATURE_PARTS,
    basic_features,
    basic_warmup_candles,
    period_features,
    period_warmup_candles,
    standard_features,
    standard_warmup_candles,
)
from auriga.features._part import Feature, FeaturePart, PairInputs

__all__ = [
    "DEFAULT_GROUPS",
    "FEATURE_GROUPS",
    "FEATURE_PARTS",
    "Feature",
    "FeaturePart",
    "PairInputs",
    "basic_features",
    "basic_warmup_candles",
    "calendar_features",
    "period_features",
    "period_warmup_candles",
    "standard_features",
    "standard_warmup_candles",
]
