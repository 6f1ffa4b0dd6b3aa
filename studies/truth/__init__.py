"""What the models recover of simulated markets, whose truth is known.

Four pairs of a market form a group; models train on 180 days, either of all four pairs or of each pair
alone, and predict the next 60 days from the features that the product computes. Regimes are those that a
user gets, detected from daily candles, and once the true ones.
"""

from studies.truth._data import Pair, simulate_pair
from studies.truth._fit import Group, Plan, predict
from studies.truth._scores import Scored, captured
from studies.truth._single import auc_difference, difference, run
from studies.truth._tables import main, measure

__all__ = [
    "Group",
    "Pair",
    "Plan",
    "Scored",
    "auc_difference",
    "captured",
    "difference",
    "main",
    "measure",
    "predict",
    "run",
    "simulate_pair",
]
