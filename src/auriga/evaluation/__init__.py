"""Scores of predictions and regimes: arrays in, numbers out, intervals beside them."""

from auriga.evaluation._bootstrap import Interval, block_bootstrap, block_bootstrap_mean, calendar_weeks
from auriga.evaluation._offline_regimes import offline_regimes
from auriga.evaluation._recovery import recovered_share
from auriga.evaluation._regime_comparison import compare_regimes, regime_table
from auriga.evaluation._regime_delay import SwitchDelays, switch_delays
from auriga.evaluation._regime_statistics import (
    dwell_times,
    flips_per_month,
    regime_performance,
    transition_matrix,
    unknown_share,
)
from auriga.evaluation._scores import log_loss_rows, roc_auc, score_by_regime
from auriga.evaluation._selection import Selection, select_features
from auriga.evaluation._shuffled_regimes import shuffle_segments
from auriga.evaluation._trading_loss import trading_loss
from auriga.evaluation._verdict import CONTESTANTS, Verdict, give_verdict
from auriga.evaluation._wallet import daily_returns, max_drawdown_frac, sharpe_ratio

__all__ = [
    "CONTESTANTS",
    "Interval",
    "Selection",
    "SwitchDelays",
    "Verdict",
    "block_bootstrap",
    "block_bootstrap_mean",
    "calendar_weeks",
    "compare_regimes",
    "daily_returns",
    "dwell_times",
    "flips_per_month",
    "give_verdict",
    "log_loss_rows",
    "max_drawdown_frac",
    "offline_regimes",
    "recovered_share",
    "regime_performance",
    "regime_table",
    "roc_auc",
    "score_by_regime",
    "select_features",
    "sharpe_ratio",
    "shuffle_segments",
    "switch_delays",
    "trading_loss",
    "transition_matrix",
    "unknown_share",
]
