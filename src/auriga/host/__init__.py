"""The only room that imports freqtrade: FreqAI glue, strategy helpers, commands and results.

What Freqtrade hands over is turned into plain candles and arrays here, and handed back the same way.
"""

from auriga.host._features import add_features
from auriga.host._freqai_model import RegimeFreqaiModel
from auriga.host._labels import add_direction_label
from auriga.host._pair_checks import check_pair
from auriga.host._regimes import add_regimes, market_regimes, regime_tags
from auriga.host._settings import settings_from_config

__all__ = [
    "RegimeFreqaiModel",
    "add_direction_label",
    "add_features",
    "add_regimes",
    "check_pair",
    "market_regimes",
    "regime_tags",
    "settings_from_config",
]
