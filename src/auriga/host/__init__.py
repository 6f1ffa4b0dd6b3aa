"""The only room that imports freqtrade: FreqAI glue, strategy helpers, commands and results.

What Freqtrade hands over is turned into plain candles and arrays here, and handed back the same way.
"""

from auriga.host._amounts import amount_text, price_text
from auriga.host._announcements import Announcements
from auriga.host._backup import write_backup
from auriga.host._backup_manifest import BackupManifest
from auriga.host._chart import plot_config, regime_bands
from auriga.host._classifier_model import RegimeClassifierModel
from auriga.host._commands import run_freqtrade, terminated_at_exit
from auriga.host._comparison import Comparison, compare_results
from auriga.host._config import bot_database, load_config, within_timerange
from auriga.host._contest import verdict_of
from auriga.host._costs import charge_costs
from auriga.host._entry_guard import EntryGuard, guarded_adjustment
from auriga.host._estimator_parameters import LIGHTGBM_DEFAULTS
from auriga.host._explain_backtest import explain_backtest_candle, explain_backtest_trade
from auriga.host._explain_bot import explain_bot_candle, explain_bot_trade
from auriga.host._explanation import Explanation, FeatureShare, ModelView, SignalView, TradeView
from auriga.host._features import add_features, feature_warmup_candles, pair_inputs
from auriga.host._freeze import describe_freeze, freeze_backtest, freeze_live
from auriga.host._freqai_model import RegimeFreqaiModel
from auriga.host._frozen_manifest import Manifest
from auriga.host._frozen_models import FrozenModels, frozen_folder
from auriga.host._frozen_side import check_frozen
from auriga.host._halts import Halts
from auriga.host._journal import JOURNALS, JournalFilter, write_journal
from auriga.host._journal_backtest import journal_of_backtest
from auriga.host._journal_database import journal_of_database
from auriga.host._journal_trades import JournalTrade
from auriga.host._labels import add_label
from auriga.host._market_checks import check_leverage, check_market
from auriga.host._model_evidence import ModelEvidence, model_evidence
from auriga.host._only_reads_trade import only_reads_trade
from auriga.host._pair_checks import check_pair
from auriga.host._pair_regimes import OFFLINE, PairRegimes, read_pair_regimes
from auriga.host._parity import Parity, live_parity
from auriga.host._prediction_evidence import PredictionEvidence, prediction_evidence, prediction_scores
from auriga.host._predictions import read_predictions
from auriga.host._reconcile import Reconciler, Reconciliation
from auriga.host._regime_evidence import RegimeEvidence, regime_evidence
from auriga.host._regime_views import detector_names, detector_settings, regime_views
from auriga.host._regimes import (
    add_regimes,
    detected_regimes,
    detector_from_settings,
    market_regimes,
    regime_candles,
    regime_pair,
    regime_tags,
)
from auriga.host._regressor_model import RegimeRegressorModel
from auriga.host._restore import Restored, restore_backup, verify_backup
from auriga.host._result_files import find_result, read_strategies
from auriga.host._results import BacktestResult, read_backtest, read_candles
from auriga.host._selection import MODELS, FeatureEvidence, feature_evidence, selection_end
from auriga.host._settings import look_back_for_experts, settings_from_config, startup_candles
from auriga.host._signals import Thresholds, add_entries, add_exits, add_signal_columns
from auriga.host._slow_candles import read_slow_candles
from auriga.host._sources import informative_sources
from auriga.host._threshold_checks import check_thresholds
from auriga.host._trade_books import shown_url
from auriga.host._trade_rules import TradeRules
from auriga.host._trading_evidence import TradingEvidence, trading_evidence
from auriga.host._trials import Trials, count_trials

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
    "amount_text",
    "bot_database",
    "charge_costs",
    "check_frozen",
    "check_leverage",
    "check_market",
    "check_pair",
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
    "live_parity",
    "load_config",
    "look_back_for_experts",
    "market_regimes",
    "model_evidence",
    "only_reads_trade",
    "pair_inputs",
    "plot_config",
    "prediction_evidence",
    "prediction_scores",
    "price_text",
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
