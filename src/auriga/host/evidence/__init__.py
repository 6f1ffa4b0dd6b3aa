"""What a finished backtest shows: trades, predictions, regimes, models, tries."""

from auriga.host.evidence._comparison import Comparison, compare_results
from auriga.host.evidence._feature_selection import MODELS, FeatureEvidence, feature_evidence, selection_end
from auriga.host.evidence._models import ModelEvidence, model_evidence
from auriga.host.evidence._pair_regimes import PairRegimes, read_pair_regimes
from auriga.host.evidence._predictions import PredictionEvidence, prediction_evidence, prediction_scores
from auriga.host.evidence._regime_views import detector_names, regime_views
from auriga.host.evidence._regimes import RegimeEvidence, regime_evidence
from auriga.host.evidence._trading import TradingEvidence, trading_evidence
from auriga.host.evidence._trials import Trials, count_trials

__all__ = [
    "MODELS",
    "Comparison",
    "FeatureEvidence",
    "ModelEvidence",
    "PairRegimes",
    "PredictionEvidence",
    "RegimeEvidence",
    "TradingEvidence",
    "Trials",
    "compare_results",
    "count_trials",
    "detector_names",
    "feature_evidence",
    "model_evidence",
    "prediction_evidence",
    "prediction_scores",
    "read_pair_regimes",
    "regime_evidence",
    "regime_views",
    "selection_end",
    "trading_evidence",
]
