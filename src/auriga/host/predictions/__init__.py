"""Predictions of backtests and bots, with the outcomes they are scored by."""

from auriga.host.predictions._live_record import with_record
from auriga.host.predictions._of_backtest import backtest_predictions
from auriga.host.predictions._of_bot import LivePredictions, read_live_predictions
from auriga.host.predictions._of_folder import read_predictions
from auriga.host.predictions._outcomes import label_in_words
from auriga.host.predictions._result_windows import WindowModel, window_models
from auriga.host.predictions._scored import MOVED_BP
from auriga.host.predictions._traded import TradedPredictions
from auriga.host.predictions._training_windows import EXPERTS, training_windows

__all__ = [
    "EXPERTS",
    "MOVED_BP",
    "LivePredictions",
    "TradedPredictions",
    "WindowModel",
    "backtest_predictions",
    "label_in_words",
    "read_live_predictions",
    "read_predictions",
    "training_windows",
    "window_models",
    "with_record",
]
