"""What each feature adds to a prediction: SHAP values of the experts, in log-odds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.utils.validation import check_is_fitted, validate_data

from auriga.errors import ParameterError
from auriga.models._boosting import BoostedTrees
from auriga.models._estimator_shap import Pieces, chosen_output, estimator_pieces
from auriga.models._estimators import EstimatorModel
from auriga.models._regime_classifier import RegimeClassifier
from auriga.models._regime_model import RegimeModel, regime_codes, with_regime_columns
from auriga.models._trainers import AnyArray, AverageModel, ConstantModel, Model
from auriga.typing import FloatArray, Regime

Contrast = tuple[int, int] | None
"""Numbers of the two classes that are compared; None for a regression."""


@dataclass(frozen=True)
class Contributions:
    """What features add to predictions.

    Attributes
    ----------
    values : array of shape (n, n_columns)
        Log-odds (or units of the label, for a regression) that each column adds in each row. Columns are the
        features, then one for each known regime where the regime is a feature (see `shap_names`).
    expected : array of shape (n,)
        What the row's model says before it looks at any column; with the values it adds up to the
        prediction: `expected + values.sum(axis=1)` is the log-odds of the probability.
    """

    values: FloatArray
    expected: FloatArray

    @property
    def total(self) -> FloatArray:
        """Predictions that the contributions add up to, shape (n,)."""
        total: FloatArray = self.expected + self.values.sum(axis=1)
        return total


def shap_contributions(
    model: RegimeModel,
    X: npt.ArrayLike,
    *,
    regimes: npt.ArrayLike | None = None,
    contrast: tuple[Any, Any] | None = None,
) -> Contributions:
    """SHAP values of each row, from the model that answers it.

    Trees are attributed by LightGBM and XGBoost themselves (TreeSHAP along the paths that training rows
    took), linear models by coefficient times the distance from the mean of the training rows (from 0 where
    no `StandardScaler` knows the mean). An expert that continues the base has the base's contributions and
    its own, a shrunk one the blend, averaged seeds their mean; what balanced classes change in the
    probabilities afterwards counts as expected.

    Parameters
    ----------
    model : RegimeClassifier or RegimeRegressor
        Fitted.
    X : array of shape (n, n_features)
    regimes : array of shape (n,), optional
        Codes of `auriga.typing.Regime`; without it the fallback answers every row.
    contrast : (class, class), optional
        Log-odds of the first class against the second; the last of `classes_` against the first by default.
        Not used for a regression.

    Returns
    -------
    Contributions

    Raises
    ------
    ParameterError
        If the estimator cannot be attributed exactly, a class is not known, or a model that answers has
        never seen one of the two classes, which makes its log-odds infinite.

    References
    ----------
    Lundberg et al., From local explanations to global understanding with explainable AI for trees, 2020.

    Examples
    --------
    >>> from auriga.models import RegimeClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(2000, 2))
    >>> model = RegimeClassifier().fit(X, X[:, 1] > 0)
    >>> found = shap_contributions(model, X[:100])
    >>> probability = model.predict_proba(X[:100])[:, 1]
    >>> bool(np.allclose(1 / (1 + np.exp(-found.total)), probability))
    True
    >>> bool(np.abs(found.values).mean(axis=0)[1] > 10 * np.abs(found.values).mean(axis=0)[0])
    True
    """
    check_is_fitted(model)
    data = validate_data(model, X, reset=False, ensure_all_finite=model._finite())
    codes = regime_codes(regimes, len(data))
    experts, _ = model.route(codes)
    if model.scheme == "pooled_with_regime":
        data = with_regime_columns(data, codes)
    pair = _class_numbers(model, contrast)
    values, expected = np.zeros(data.shape), np.zeros(len(data))
    for regime in np.unique(experts):
        rows = experts == regime
        values[rows], expected[rows] = _expert_pieces(model, Regime(regime), data[rows], pair)
    return Contributions(values, expected + _prior_log_odds(model, pair))


def shap_names(model: RegimeModel, names: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns of `Contributions.values`, given those of the features.

    Examples
    --------
    >>> from auriga.models import RegimeClassifier
    >>> shap_names(RegimeClassifier(scheme="pooled_with_regime"), ["rsi"])
    ('rsi', 'regime is bear', 'regime is sideways', 'regime is bull')
    """
    flags = [f"regime is {regime.label}" for regime in Regime.known()]
    return (*names, *(flags if model.scheme == "pooled_with_regime" else ()))


def _class_numbers(model: RegimeModel, contrast: tuple[Any, Any] | None) -> Contrast:
    if not isinstance(model, RegimeClassifier):
        return None
    classes = list(model.classes_)
    if contrast is None:
        return len(classes) - 1, 0
    foreign = [name for name in contrast if name not in classes]
    if foreign:
        raise ParameterError(f"contrast names {foreign}; the classes are {classes}")
    return classes.index(contrast[0]), classes.index(contrast[1])


def _prior_log_odds(model: RegimeModel, pair: Contrast) -> float:
    """What `balance_classes` takes back from every row."""
    if pair is None or not (isinstance(model, RegimeClassifier) and model.balance_classes):
        return 0.0
    with np.errstate(divide="ignore"):
        prior = np.log(model.class_prior_)
    return float(prior[pair[0]] - prior[pair[1]])


def _expert_pieces(model: RegimeModel, regime: Regime, data: AnyArray, pair: Contrast) -> Pieces:
    if regime == Regime.UNKNOWN:
        return _pieces(model.fallback_, data, pair)
    own = _pieces(model.estimators_[regime], data, pair)
    if model.scheme != "shrunk":
        return own
    n_samples = model.experts_[regime].n_samples
    share = n_samples / (n_samples + model.prior_samples)
    pooled = _pieces(model.fallback_, data, pair)
    return share * own[0] + (1 - share) * pooled[0], share * own[1] + (1 - share) * pooled[1]


def _pieces(model: Model, data: AnyArray, pair: Contrast) -> Pieces:
    """Values of shape (n, n_columns) and expected values of shape (n,) of one model."""
    if isinstance(model, AverageModel):
        parts = [_pieces(part, data, pair) for part in model.models]
        return np.mean([part[0] for part in parts], axis=0), np.mean([part[1] for part in parts], axis=0)
    if isinstance(model, ConstantModel):
        scores = model.scores(data)
        return np.zeros(data.shape), scores[:, 0] if pair is None else _finite(scores, pair)
    if isinstance(model, BoostedTrees):
        return _boosted_pieces(model, data, pair)
    if isinstance(model, EstimatorModel):
        values, expected = estimator_pieces(
            model.estimator, data, _packed(model.present, pair), continues=model.start is not None
        )
        if model.start is None:
            return _checked(model, data, pair, (values, expected))
        first = _pieces(model.start, data, pair)
        return _checked(model, data, pair, (values + first[0], expected + first[1]))
    raise ParameterError(f"{type(model).__name__} does not tell what its features add")


def _boosted_pieces(model: BoostedTrees, data: AnyArray, pair: Contrast) -> Pieces:
    told = np.asarray(model.booster.predict(data, pred_contrib=True, num_threads=1), dtype=float)
    outputs = told.reshape(
        len(told), -1, data.shape[1] + 1
    )  # of each output its columns, then what is expected
    chosen = chosen_output(outputs, _packed(model.present, pair))
    values, expected = chosen[:, :-1], chosen[:, -1]
    if model.start is None:
        return values, expected
    first = _boosted_pieces(model.start, data, pair)
    return values + first[0], expected + first[1]


def _packed(present: AnyArray | None, pair: Contrast) -> Contrast:
    """Positions of the two classes among those that a model has seen."""
    if pair is None or present is None:
        return None
    found = [np.flatnonzero(present == number) for number in pair]
    if not all(len(places) for places in found):
        raise ParameterError(
            "a model has seen no row of one of the two classes, so its log-odds are infinite and there is "
            "nothing to attribute"
        )
    return int(found[0][0]), int(found[1][0])


def _finite(scores: FloatArray, pair: tuple[int, int]) -> FloatArray:
    difference: FloatArray = scores[:, pair[0]] - scores[:, pair[1]]
    if not np.isfinite(difference).all():
        raise ParameterError("all training rows were of one class, so there is nothing to attribute")
    return difference


def _checked(model: EstimatorModel, data: AnyArray, pair: Contrast, pieces: Pieces) -> Pieces:
    """Refuse pieces that do not add up to what the estimator says, within its own rounding."""
    scores, total = model.scores(data), pieces[1] + pieces[0].sum(axis=1)
    if pair is None:
        same = np.allclose(total, scores[:, 0], rtol=1e-3, atol=1e-6)
    else:
        same = np.allclose(expit(total), expit(scores[:, pair[0]] - scores[:, pair[1]]), atol=1e-4)
    if not same:
        raise ParameterError(
            f"the contributions of {type(model.estimator).__name__} do not add up to its prediction; use a "
            "LightGBM model, whose trees are attributed exactly"
        )
    return pieces
