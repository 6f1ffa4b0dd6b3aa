"""Scores of predictions and regimes: arrays in, numbers out, intervals beside them."""

from auriga.evaluation._bootstrap import Interval, block_bootstrap, block_bootstrap_mean, calendar_weeks
from auriga.evaluation._recovery import recovered_share
from auriga.evaluation._scores import log_loss_rows, roc_auc, score_by_regime
from auriga.evaluation._selection import Selection, select_features

__all__ = [
    "Interval",
    "Selection",
    "block_bootstrap",
    "block_bootstrap_mean",
    "calendar_weeks",
    "log_loss_rows",
    "recovered_share",
    "roc_auc",
    "score_by_regime",
    "select_features",
]
