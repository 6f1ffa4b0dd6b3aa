"""How much each feature counts in the models of the regimes."""

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from auriga.errors import ParameterError
from auriga.models._boosting import BoostedTrees
from auriga.models._estimators import EstimatorModel
from auriga.models._regime_model import RegimeModel
from auriga.models._trainers import AverageModel, ConstantModel, Model
from auriga.typing import FloatArray, Regime


def split_importance(model: RegimeModel) -> dict[Regime, FloatArray]:
    """Importance of each feature in each model.

    For LightGBM the gain of all splits on the feature times the learning rate: about how much they lowered
    the loss of all training rows, so that models can be added up. For other estimators what they report
    themselves (`feature_importances_`, or the size of `coef_`). An expert that continues the base counts
    with its own trees alone: those of the base count there. Columns of the regime are left out.

    Parameters
    ----------
    model : RegimeClassifier or RegimeRegressor
        Fitted.

    Returns
    -------
    dict of Regime to array of shape (n_features,)
        `Regime.UNKNOWN` is the base; regimes without a model of their own are missing.

    Raises
    ------
    ParameterError
        If an estimator does not tell.

    Examples
    --------
    >>> from auriga.models import RegimeClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(2000, 2))
    >>> model = RegimeClassifier().fit(X, X[:, 1] > 0, regimes=np.zeros(2000))
    >>> base = split_importance(model)[Regime.UNKNOWN]
    >>> bool(base[1] > 10 * base[0])
    True
    """
    width = model.n_features_in_
    importance = {Regime(regime): _importance(part, width) for regime, part in model.estimators_.items()}
    return {Regime.UNKNOWN: _importance(model.fallback_, width)} | importance


def _importance(model: Model, n_features: int) -> FloatArray:
    if isinstance(model, BoostedTrees):
        gain = np.asarray(model.booster.feature_importance("gain"), dtype=float)[:n_features]
        lowered: FloatArray = gain * float(model.booster.params["learning_rate"])
        return lowered
    if isinstance(model, AverageModel):
        mean: FloatArray = np.mean([_importance(part, n_features) for part in model.models], axis=0)
        return mean
    if isinstance(model, ConstantModel):
        return np.zeros(n_features)
    if isinstance(model, EstimatorModel):
        return _reported(model.estimator)[:n_features]
    raise ParameterError(f"{type(model).__name__} does not tell which features it uses")


def _reported(estimator: Any) -> FloatArray:
    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    if hasattr(last, "feature_importances_"):
        return np.asarray(last.feature_importances_, dtype=float)
    if hasattr(last, "coef_"):
        sizes: FloatArray = np.abs(np.atleast_2d(last.coef_)).mean(axis=0)
        return sizes
    raise ParameterError(
        f"{type(last).__name__} does not tell which features it uses (feature_importances_ or coef_); select "
        "features with a LightGBM model"
    )
