"""The only room that imports freqtrade: FreqAI glue, strategy helpers, commands and results.

What Freqtrade hands over is turned into plain candles and arrays here, and handed back the same way.
"""

from auriga.host._classifier_model import RegimeClassifierModel
from auriga.host._commands import run_freqtrade, terminated_at_exit
from auriga.host._config import load_config, within_timerange
from auriga.host._features import add_features
from auriga.host._freqai_model import RegimeFreqaiModel
from auriga.host._labels import add_label
from auriga.host._memory import map_large_blocks
from auriga.host._pair_checks import check_pair
from auriga.host._predictions import read_predictions
from auriga.host._regimes import add_regimes, market_regimes, regime_tags
from auriga.host._regressor_model import RegimeRegressorModel
from auriga.host._results import BacktestResult, read_backtest, read_candles
from auriga.host._settings import look_back_for_experts, settings_from_config

__all__ = [
    "BacktestResult",
    "RegimeClassifierModel",
    "RegimeFreqaiModel",
    "RegimeRegressorModel",
    "add_features",
    "add_label",
    "add_regimes",
    "check_pair",
    "load_config",
    "look_back_for_experts",
    "map_large_blocks",
    "market_regimes",
    "read_backtest",
    "read_candles",
    "read_predictions",
    "regime_tags",
    "run_freqtrade",
    "settings_from_config",
    "terminated_at_exit",
    "within_timerange",
]
