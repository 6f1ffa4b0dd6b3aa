"""Features: candles -> named float32 columns without Freqtrade's signs, scale-free and backward-looking.

Three functions, one for each of FreqAI's hooks; `FEATURE_GROUPS` says what every column means. All pairs
can share one model, because neither the price level nor the unit of volume shows in any column.
"""

from auriga.features._basic import basic_features, basic_warmup_candles
from auriga.features._calendar import calendar_features
from auriga.features._catalogue import FEATURE_GROUPS, FeatureGroup
from auriga.features._period import period_features, period_warmup_candles

__all__ = [
    "FEATURE_GROUPS",
    "FeatureGroup",
    "basic_features",
    "basic_warmup_candles",
    "calendar_features",
    "period_features",
    "period_warmup_candles",
]
