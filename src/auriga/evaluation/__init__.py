"""Scores of predictions and regimes: arrays in, numbers out, intervals beside them."""

from auriga.evaluation._bootstrap import Interval, block_bootstrap, block_bootstrap_mean, calendar_weeks
from auriga.evaluation._calibration import brier_score, calibration_table, information_coefficient
from auriga.evaluation._costs import break_even_cost_frac, cost_sensitivity
from auriga.evaluation._day_values import auc_rows, day_values
from auriga.evaluation._deflated_sharpe import (
    deflated_sharpe_ratio,
    expected_best_sharpe,
    probabilistic_sharpe_ratio,
    sharpe_probability,
    sharpe_std_of_luck,
)
from auriga.evaluation._drift import population_stability_index
from auriga.evaluation._expected_moves import BUCKETS_BP, expected_move_slope, expected_move_table
from auriga.evaluation._holding import HeldPath, Placebo, describe_path, shifted_placebo, wallet_of
from auriga.evaluation._offline_regimes import offline_regimes
from auriga.evaluation._ratios import cagr_frac, sortino_ratio
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
from auriga.evaluation._score_intervals import SCORES, score_with_intervals
from auriga.evaluation._scores import log_loss_rows, roc_auc, score_by_regime
from auriga.evaluation._selection import Selection, select_features
from auriga.evaluation._shuffled_regimes import shuffle_segments
from auriga.evaluation._stationary_bootstrap import (
    StationaryDraws,
    block_length_of,
    stationary_bootstrap,
    stationary_bootstrap_mean,
    stationary_draws,
)
from auriga.evaluation._trade_figures import profit_factor, win_rate_frac
from auriga.evaluation._trading_loss import trading_loss
from auriga.evaluation._verdict import CONTESTANTS, Verdict, give_verdict
from auriga.evaluation._verdict_interval import LEAST_DAYS
from auriga.evaluation._wallet import daily_returns, drawdowns, max_drawdown_frac, sharpe_ratio

__all__ = [
    "BUCKETS_BP",
    "CONTESTANTS",
    "LEAST_DAYS",
    "SCORES",
    "HeldPath",
    "Interval",
    "Placebo",
    "Selection",
    "StationaryDraws",
    "SwitchDelays",
    "Verdict",
    "auc_rows",
    "block_bootstrap",
    "block_bootstrap_mean",
    "block_length_of",
    "break_even_cost_frac",
    "brier_score",
    "cagr_frac",
    "calendar_weeks",
    "calibration_table",
    "compare_regimes",
    "cost_sensitivity",
    "daily_returns",
    "day_values",
    "deflated_sharpe_ratio",
    "describe_path",
    "drawdowns",
    "dwell_times",
    "expected_best_sharpe",
    "expected_move_slope",
    "expected_move_table",
    "flips_per_month",
    "give_verdict",
    "information_coefficient",
    "log_loss_rows",
    "max_drawdown_frac",
    "offline_regimes",
    "population_stability_index",
    "probabilistic_sharpe_ratio",
    "profit_factor",
    "recovered_share",
    "regime_performance",
    "regime_table",
    "roc_auc",
    "score_by_regime",
    "score_with_intervals",
    "select_features",
    "sharpe_probability",
    "sharpe_ratio",
    "sharpe_std_of_luck",
    "shifted_placebo",
    "shuffle_segments",
    "sortino_ratio",
    "stationary_bootstrap",
    "stationary_bootstrap_mean",
    "stationary_draws",
    "switch_delays",
    "trading_loss",
    "transition_matrix",
    "unknown_share",
    "wallet_of",
    "win_rate_frac",
]
