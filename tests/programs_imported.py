"""What the process has imported that `tests.programs` forks programs from."""

import os

os.environ["COLUMNS"] = "400"  # Freqtrade's console asks for the width of the terminal on import

import freqtrade.commands
import freqtrade.freqai.prediction_models.LightGBMClassifier
import freqtrade.main
import freqtrade.optimize.backtesting  # noqa: F401

import auriga.cli
import auriga.host  # noqa: F401
