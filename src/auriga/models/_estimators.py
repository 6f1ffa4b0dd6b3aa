"""Training with any scikit-learn estimator, on plain arrays."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from auriga.errors import ParameterError
from auriga.models._trainers import AnyArray, Model, log_probability, one_class, packed_classes
from auriga.typing import FloatArray, IntArray


@dataclass(frozen=True)
class EstimatorModel:
    """A fitted estimator and the class numbers that its columns stand for (None for a regression)."""

    estimator: Any
    present: AnyArray | None
    n_classes: int | None
    start: Model | None = None

    def scores(self, X: AnyArray) -> FloatArray:
        """Log-probabilities or values of the estimator, shape (n, n_outputs)."""
        margin = {} if self.start is None else {"base_margin": _margin(self.start.scores(X))}
        if self.present is None or self.n_classes is None:
            return np.asarray(self.estimator.predict(X, **margin), dtype=float).reshape(-1, 1)
        scores = np.full((len(X), self.n_classes), -np.inf)
        scores[:, self.present] = log_probability(self.estimator.predict_proba(X, **margin))
        return scores


@dataclass(frozen=True)
class EstimatorTrainer:
    """Fits a clone of an estimator for each model.

    Parameters
    ----------
    template : estimator
    X : array of shape (n, n_features)
    n_classes : int or None
        None for a regression.
    expert_trees, expert_learning_rate
        What `resume` adds to a forest or to XGBoost; forests have no learning rate.
    """

    template: Any
    X: AnyArray
    n_classes: int | None
    expert_trees: int
    expert_learning_rate: float

    def fit(
        self,
        rows: IntArray,
        target: AnyArray,
        weight: FloatArray | None,
        *,
        seed: int | None,
        others: IntArray | None = None,
    ) -> Model:
        """Fit a clone; rows of a single class give a constant instead of an error."""
        constant = one_class(target, self.n_classes)
        if constant is not None:
            return constant
        present, packed = packed_classes(target, self.n_classes)
        fitted = _fit(_seeded(clone(self.template), seed), self.X[rows], packed, weight)
        return EstimatorModel(fitted, present, self.n_classes)

    def resume(
        self, start: Model, rows: IntArray, target: AnyArray, weight: FloatArray | None, *, seed: int | None
    ) -> Model:
        """Grow more trees in a forest, or boost from the scores of `start`.

        A start that knows other classes than these rows stays as it is: neither kind of trees can
        be continued on fewer classes.
        """
        require_resumable(self.template)
        present, packed = packed_classes(target, self.n_classes)
        if not isinstance(start, EstimatorModel) or not _same(start.present, present):
            return start
        if _is_forest(self.template):
            grown = deepcopy(start.estimator)
            grown.set_params(warm_start=True, n_estimators=grown.n_estimators + self.expert_trees)
            return EstimatorModel(_fit(grown, self.X[rows], packed, weight), present, self.n_classes)
        expert = _seeded(clone(self.template), seed)
        expert.set_params(n_estimators=self.expert_trees, learning_rate=self.expert_learning_rate)
        margin = _margin(start.scores(self.X[rows]))
        fitted = _fit(expert, self.X[rows], packed, weight, base_margin=margin)
        return EstimatorModel(fitted, present, self.n_classes, start)


def require_resumable(template: Any) -> None:
    """Refuse an estimator that cannot continue from another model.

    Raises
    ------
    ParameterError
        With the schemes that work with every estimator.
    """
    if not (_is_forest(template) or has_fit_parameter(template, "base_margin")):
        raise ParameterError(
            f"scheme 'warm_start' continues a model with more trees, which {type(template).__name__} cannot; "
            "use 'shrunk', 'hard', 'weighted', 'pooled' or 'pooled_with_regime'"
        )


def _is_forest(template: Any) -> bool:
    return {"warm_start", "n_estimators", "max_samples"} <= set(template.get_params())


def _same(one: AnyArray | None, other: AnyArray | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


def _margin(scores: FloatArray) -> FloatArray:
    """Log-odds of two classes, or one score for each class or value."""
    if scores.shape[1] == 2:
        odds: FloatArray = scores[:, 1] - scores[:, 0]
        return odds
    return scores[:, 0] if scores.shape[1] == 1 else scores


def _seeded(estimator: Any, seed: int | None) -> Any:
    if seed is not None and "random_state" in estimator.get_params():
        estimator.set_params(random_state=seed)
    return estimator


def _fit(estimator: Any, X: AnyArray, target: AnyArray, weight: FloatArray | None, **extra: Any) -> Any:
    if weight is not None:
        name = (
            f"{estimator.steps[-1][0]}__sample_weight" if isinstance(estimator, Pipeline) else "sample_weight"
        )
        extra[name] = weight
    return estimator.fit(X, target, **extra)
