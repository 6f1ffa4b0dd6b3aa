"""Training with LightGBM on features that were sorted into bins once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import lightgbm as lgb
import numpy as np
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.base import clone

from auriga.errors import ParameterError
from auriga.models._binned import BinnedFeatures
from auriga.models._trainers import AnyArray, Model, one_class, packed_classes
from auriga.typing import FloatArray, IntArray


@dataclass(frozen=True)
class BoostedTrees:
    """A LightGBM booster, or the trees that an expert adds to `start`.

    Attributes
    ----------
    booster : lightgbm.Booster
    present : array or None
        Class numbers that the booster's outputs stand for; None for a regression.
    n_classes : int or None
    start : BoostedTrees or None
        Trees whose raw scores come first.
    """

    booster: lgb.Booster
    present: AnyArray | None
    n_classes: int | None
    start: "BoostedTrees | None" = None

    def raw(self, X: AnyArray) -> FloatArray:
        """Raw scores, shape (n,) or (n, n_present)."""
        own = np.asarray(self.booster.predict(X, raw_score=True, num_threads=1), dtype=float)
        return own if self.start is None else own + self.start.raw(X)

    def scores(self, X: AnyArray) -> FloatArray:
        """Log-probabilities or values, shape (n, n_outputs)."""
        raw = self.raw(X)
        if self.present is None or self.n_classes is None:
            return raw.reshape(-1, 1)
        scores = np.full((len(X), self.n_classes), -np.inf)
        scores[:, self.present] = _log_softmax(raw)
        return scores


@dataclass
class LightGBMTrainer:
    """Grows LightGBM trees on bins that all models share.

    Parameters
    ----------
    template : LGBMClassifier or LGBMRegressor
        Gives the parameters; it is not fitted.
    binned : BinnedFeatures
    n_classes : int or None
        None for a regression.
    expert_trees, expert_learning_rate
        What `resume` adds.
    """

    template: LGBMClassifier | LGBMRegressor
    binned: BinnedFeatures
    n_classes: int | None
    expert_trees: int
    expert_learning_rate: float
    _grown: dict[int, tuple[Model, IntArray, FloatArray]] = field(default_factory=dict)

    def fit(
        self,
        rows: IntArray,
        target: AnyArray,
        weight: FloatArray | None,
        *,
        seed: int | None,
        others: IntArray | None = None,
    ) -> Model:
        """Grow all trees; rows of a single class give a constant."""
        constant = one_class(target, self.n_classes)
        if constant is not None:
            return constant
        present, packed = packed_classes(target, self.n_classes)
        params, trees = native_parameters(self.template, None if present is None else len(present), seed)
        data = self.binned.dataset(rows, packed, weight=weight)
        booster = _grow(params, data, trees)
        model = self._model(booster, present)
        # What the trees say of binned rows comes for free here, and experts continue from it.
        scores = _kept_scores(booster.eval_train, present)
        if others is not None and len(others):
            booster.add_valid(self.binned.dataset(others, np.zeros(len(others))), "others")
            rows = np.concatenate([rows, others])
            scores = np.concatenate([scores, _kept_scores(booster.eval_valid, present)])
        order = np.argsort(rows, kind="stable")
        self._grown[id(model)] = model, rows[order], scores[order]
        return model

    def resume(
        self, start: Model, rows: IntArray, target: AnyArray, weight: FloatArray | None, *, seed: int | None
    ) -> Model:
        """Add an expert's trees on these rows, which must be among those (or `others`) given to `fit`."""
        if not isinstance(start, BoostedTrees):
            return start
        _, grown_rows, scores = self._grown[id(start)]
        init_score = scores[np.searchsorted(grown_rows, rows)]
        present = start.present
        packed = target if present is None else np.searchsorted(present, target)
        params, _ = native_parameters(self.template, None if present is None else len(present), seed)
        params["learning_rate"] = self.expert_learning_rate
        data = self.binned.dataset(rows, packed, weight=weight, init_score=init_score)
        booster = _grow(params, data, self.expert_trees)
        return self._model(booster, present, start)

    def _model(
        self, booster: lgb.Booster, present: AnyArray | None, start: BoostedTrees | None = None
    ) -> BoostedTrees:
        return BoostedTrees(_without_data(booster), present, self.n_classes, start)


@dataclass(frozen=True)
class AnsweredTrees(BoostedTrees):
    """Trees that are asked about held-back rows by position: `X` holds row numbers."""

    answers: FloatArray = field(kw_only=True)

    def raw(self, X: AnyArray) -> FloatArray:
        """Raw scores of the held-back rows at these positions."""
        found: FloatArray = self.answers[X]
        return found


@dataclass
class HeldOutTrainer(LightGBMTrainer):
    """Asks every model about held-back rows as soon as it is grown: bins keep no values to ask about later.

    Parameters
    ----------
    held : BinnedFeatures
        Rows that no model learns from, in the bins of `binned`.
    """

    held: BinnedFeatures = field(kw_only=True)

    def _model(
        self, booster: lgb.Booster, present: AnyArray | None, start: BoostedTrees | None = None
    ) -> BoostedTrees:
        rows = np.arange(self.held.shape[0])
        before = None if start is None else start.raw(rows)
        booster.add_valid(self.held.dataset(rows, np.zeros(len(rows)), init_score=before), "held")
        answers = _kept_scores(booster.eval_valid, present)
        return AnsweredTrees(_without_data(booster), present, self.n_classes, start, answers=answers)


def native_parameters(
    template: LGBMClassifier | LGBMRegressor, n_outputs: int | None, seed: int | None
) -> tuple[dict[str, Any], int]:
    """LightGBM's own parameters of a scikit-learn template, and its number of trees.

    Raises
    ------
    ParameterError
        For early stopping, which needs rows that a template does not say.
    """
    params = {name: value for name, value in template.get_params().items() if value is not None}
    for name in ("early_stopping_round", "early_stopping_rounds", "n_iter_no_change"):
        if params.get(name):
            raise ParameterError(f"{name} is {params[name]!r}; it is not supported, set n_estimators instead")
    for name in ("class_weight", "importance_type"):  # of the template alone
        params.pop(name, None)
    trees = int(params.pop("n_estimators"))
    params |= _objective(params.get("objective"), n_outputs)
    if seed is not None:
        params["random_state"] = seed
    params.setdefault("n_jobs", 1)
    # Trees are the same with a smaller pool; with 255 bins and 31 leaves an unlimited one takes 34 MB a model
    # (8 MB: a fifth more time), with the shipped parameters 4 MB.
    params.setdefault("histogram_pool_size", 8)
    return params | {"feature_pre_filter": False, "verbosity": -1}, trees


def _objective(asked: str | None, n_outputs: int | None) -> dict[str, Any]:
    """LightGBM's objective; only those whose raw scores are log-odds or the value itself."""
    if n_outputs is None:
        known: tuple[str, ...] = ("regression", "regression_l1", "l1", "l2", "mae", "mse", "huber")
        objective = asked or "regression"
    else:
        known = ("binary", "multiclass")
        objective = "binary" if n_outputs == 2 else "multiclass"
    if asked is not None and asked not in known:
        raise ParameterError(f"objective is {asked!r}; use one of {', '.join(known)}, or leave it out")
    return {"objective": objective} | ({"num_class": n_outputs} if objective == "multiclass" else {})


def bin_parameters(template: LGBMClassifier | LGBMRegressor) -> dict[str, Any]:
    """Parameters for `BinnedFeatures` that agree with those of the models."""
    params, _ = native_parameters(clone(template).set_params(objective=None), None, None)
    params.pop("objective")
    return params


def _grow(params: dict[str, Any], data: lgb.Dataset, trees: int) -> lgb.Booster:
    booster = lgb.Booster(params, data)
    for _ in range(trees):
        if booster.update():  # nothing left to split
            break
    return booster


def _without_data(booster: lgb.Booster) -> lgb.Booster:
    """Return a booster that holds trees alone, not the rows it was trained on."""
    return lgb.Booster(model_str=booster.model_to_string(num_iteration=-1))


def _kept_scores(evaluate: Callable[..., Any], present: AnyArray | None) -> FloatArray:
    """Raw scores of a data set of the booster, which it keeps while it grows."""
    kept: list[FloatArray] = []

    def keep(predictions: FloatArray, _: lgb.Dataset) -> tuple[str, float, bool]:
        kept.append(np.array(predictions, dtype=float))
        return "kept", 0.0, True

    evaluate(keep)
    if present is None:
        return kept[0]
    tiny = np.finfo(float).tiny
    if len(present) == 2:
        odds: FloatArray = np.log(np.maximum(kept[0], tiny)) - np.log(np.maximum(1 - kept[0], tiny))
        return odds
    scores: FloatArray = np.log(np.maximum(kept[0], tiny))
    return scores


def _log_softmax(raw: FloatArray) -> FloatArray:
    """Log-probabilities of raw scores; one column of log-odds counts for two classes."""
    outputs = np.column_stack([np.zeros_like(raw), raw]) if raw.ndim == 1 else raw
    largest = outputs.max(axis=1, keepdims=True)
    shifted = outputs - largest
    normalised: FloatArray = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return normalised
