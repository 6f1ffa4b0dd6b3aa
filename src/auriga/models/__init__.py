"""Arrays to estimators: one model per regime behind scikit-learn's contract.

Nothing here knows candles, columns or Freqtrade; regimes arrive as an array of codes.
"""

from auriga.models._binned import BinnedFeatures
from auriga.models._boosting import bin_parameters
from auriga.models._held_out import held_out, held_out_split
from auriga.models._importance import split_importance
from auriga.models._move_scale import MoveScale, fit_move_scale
from auriga.models._regime_classifier import RegimeClassifier
from auriga.models._regime_model import SCHEMES, Expert, Scheme, SharedFallback, with_regime_columns
from auriga.models._regime_regressor import RegimeRegressor
from auriga.models._shap import Contributions, shap_contributions, shap_names
from auriga.models._splits import purged_split
from auriga.models._untrained import UntrainedClassifier, UntrainedRegressor
from auriga.models._weights import (
    average_uniqueness,
    label_uniqueness,
    recency_weights,
    return_weights,
)

__all__ = [
    "SCHEMES",
    "BinnedFeatures",
    "Contributions",
    "Expert",
    "MoveScale",
    "RegimeClassifier",
    "RegimeRegressor",
    "Scheme",
    "SharedFallback",
    "UntrainedClassifier",
    "UntrainedRegressor",
    "average_uniqueness",
    "bin_parameters",
    "fit_move_scale",
    "held_out",
    "held_out_split",
    "label_uniqueness",
    "purged_split",
    "recency_weights",
    "return_weights",
    "shap_contributions",
    "shap_names",
    "split_importance",
    "with_regime_columns",
]
