"""FreqAI's model: backtest, live, with frozen models."""

from auriga.host.freqai._backtest import BacktestRun
from auriga.host.freqai._classifier import RegimeClassifierModel, class_share
from auriga.host.freqai._estimator_parameters import LIGHTGBM_DEFAULTS
from auriga.host.freqai._frozen_side import check_frozen
from auriga.host.freqai._model import RegimeFreqaiModel
from auriga.host.freqai._regressor import RegimeRegressorModel

__all__ = [
    "LIGHTGBM_DEFAULTS",
    "BacktestRun",
    "RegimeClassifierModel",
    "RegimeFreqaiModel",
    "RegimeRegressorModel",
    "check_frozen",
    "class_share",
]
