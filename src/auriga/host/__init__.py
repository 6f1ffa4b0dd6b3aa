"""The only room that imports freqtrade: FreqAI glue, strategy helpers, commands and results.

What Freqtrade hands over is turned into plain candles and arrays here, and handed back the same way.
"""

from auriga.host.backup._backup import write_backup
from auriga.host.backup._manifest import BackupManifest
from auriga.host.backup._restore import Restored, restore_backup, verify_backup
from auriga.host.books._trades import shown_url
from auriga.host.checks._market import check_leverage, check_market
from auriga.host.checks._pair import check_pair, check_pairs
from auriga.host.checks._result_cache import name_inputs
from auriga.host.checks._start import check_start
from auriga.host.checks._thresholds import check_thresholds
from auriga.host.evidence._comparison import Comparison, compare_results
from auriga.host.evidence._feature_selection import MODELS, FeatureEvidence, feature_evidence, selection_end
from auriga.host.evidence._models import ModelEvidence, model_evidence
from auriga.host.evidence._pair_regimes import OFFLINE, PairRegimes, read_pair_regimes
from auriga.host.evidence._predictions import PredictionEvidence, prediction_evidence, prediction_scores
from auriga.host.evidence._regime_views import detector_names, detector_settings, regime_views
from auriga.host.evidence._regimes import RegimeEvidence, regime_evidence
from auriga.host.evidence._trading import TradingEvidence, trading_evidence
from auriga.host.evidence._trials import Trials, count_trials
from auriga.host.explain._backtest import explain_backtest_candle, explain_backtest_trade
from auriga.host.explain._bot import explain_bot_candle, explain_bot_trade
from auriga.host.explain._explanation import Explanation, FeatureShare, ModelView, SignalView, TradeView
from auriga.host.freeze._freeze import describe_freeze, freeze_backtest, freeze_live
from auriga.host.freeze._manifest import Manifest
from auriga.host.freeze._models import FrozenModels, frozen_folder
from auriga.host.freqai._classifier import RegimeClassifierModel
from auriga.host.freqai._estimator_parameters import LIGHTGBM_DEFAULTS
from auriga.host.freqai._frozen_side import check_frozen
from auriga.host.freqai._model import RegimeFreqaiModel
from auriga.host.freqai._regressor import RegimeRegressorModel
from auriga.host.guard._guard import EntryGuard, guarded_adjustment
from auriga.host.guard._reconcile import Reconciler, Reconciliation
from auriga.host.halts._halts import Halts
from auriga.host.journal._backtest import journal_of_backtest
from auriga.host.journal._database import journal_of_database
from auriga.host.journal._journal import JOURNALS, JournalFilter, write_journal
from auriga.host.journal._trades import JournalTrade
from auriga.host.messages._announcements import Announcements
from auriga.host.parity._parity import Parity, live_parity
from auriga.host.predictions._of_folder import read_predictions
from auriga.host.results._files import find_result, read_strategies
from auriga.host.results._result import BacktestResult, read_backtest, read_candles
from auriga.host.results._slow_candles import read_slow_candles
from auriga.host.rows._feature_hooks import add_features, feature_warmup_candles, pair_inputs
from auriga.host.rows._labels import add_label
from auriga.host.rows._regimes import (
    add_regimes,
    detected_regimes,
    detector_from_settings,
    market_regimes,
    regime_candles,
    regime_pair,
    regime_tags,
)
from auriga.host.rows._sources import informative_sources
from auriga.host.setup._amounts import money, price
from auriga.host.setup._command_line import own_command
from auriga.host.setup._commands import run_freqtrade, terminated_at_exit
from auriga.host.setup._config import bot_database, load_config, within_timerange
from auriga.host.setup._costs import charge_costs
from auriga.host.setup._freqai_options import require_freqai, require_model
from auriga.host.setup._pair_lists import listed_pairs
from auriga.host.setup._settings import look_back_for_experts, settings_from_config, startup_candles
from auriga.host.signals._chart import plot_config, regime_bands
from auriga.host.signals._signals import Thresholds, add_entries, add_exits, add_signal_columns
from auriga.host.trading._only_reads_trade import only_reads_trade
from auriga.host.trading._rules import TradeRules
from auriga.host.verdict._contest import verdict_of

__all__ = [
    "JOURNALS",
    "LIGHTGBM_DEFAULTS",
    "MODELS",
    "OFFLINE",
    "Announcements",
    "BacktestResult",
    "BackupManifest",
    "Comparison",
    "EntryGuard",
    "Explanation",
    "FeatureEvidence",
    "FeatureShare",
    "FrozenModels",
    "Halts",
    "JournalFilter",
    "JournalTrade",
    "Manifest",
    "ModelEvidence",
    "ModelView",
    "PairRegimes",
    "Parity",
    "PredictionEvidence",
    "Reconciler",
    "Reconciliation",
    "RegimeClassifierModel",
    "RegimeEvidence",
    "RegimeFreqaiModel",
    "RegimeRegressorModel",
    "Restored",
    "SignalView",
    "Thresholds",
    "TradeRules",
    "TradeView",
    "TradingEvidence",
    "Trials",
    "add_entries",
    "add_exits",
    "add_features",
    "add_label",
    "add_regimes",
    "add_signal_columns",
    "bot_database",
    "charge_costs",
    "check_frozen",
    "check_leverage",
    "check_market",
    "check_pair",
    "check_pairs",
    "check_start",
    "check_thresholds",
    "compare_results",
    "count_trials",
    "describe_freeze",
    "detected_regimes",
    "detector_from_settings",
    "detector_names",
    "detector_settings",
    "explain_backtest_candle",
    "explain_backtest_trade",
    "explain_bot_candle",
    "explain_bot_trade",
    "feature_evidence",
    "feature_warmup_candles",
    "find_result",
    "freeze_backtest",
    "freeze_live",
    "frozen_folder",
    "guarded_adjustment",
    "informative_sources",
    "journal_of_backtest",
    "journal_of_database",
    "listed_pairs",
    "live_parity",
    "load_config",
    "look_back_for_experts",
    "market_regimes",
    "model_evidence",
    "money",
    "name_inputs",
    "only_reads_trade",
    "own_command",
    "pair_inputs",
    "plot_config",
    "prediction_evidence",
    "prediction_scores",
    "price",
    "read_backtest",
    "read_candles",
    "read_pair_regimes",
    "read_predictions",
    "read_slow_candles",
    "read_strategies",
    "regime_bands",
    "regime_candles",
    "regime_evidence",
    "regime_pair",
    "regime_tags",
    "regime_views",
    "require_freqai",
    "require_model",
    "restore_backup",
    "run_freqtrade",
    "selection_end",
    "settings_from_config",
    "shown_url",
    "startup_candles",
    "terminated_at_exit",
    "trading_evidence",
    "verdict_of",
    "verify_backup",
    "within_timerange",
    "write_backup",
    "write_journal",
]
