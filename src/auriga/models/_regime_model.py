"""What the classifier and the regressor of regimes share: planning, training, routing, blending."""

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.base import BaseEstimator, clone
from sklearn.utils import get_tags
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import check_is_fitted, validate_data

from auriga.errors import ParameterError
from auriga.models._binned import BinnedFeatures
from auriga.models._boosting import HeldOutTrainer, LightGBMTrainer, bin_parameters, native_parameters
from auriga.models._estimators import EstimatorTrainer, require_resumable
from auriga.models._trainers import AnyArray, AverageModel, Model, Trainer
from auriga.typing import BoolArray, FloatArray, IntArray, Regime, RegimeArray

Scheme = Literal["warm_start", "hard", "shrunk", "weighted", "pooled", "pooled_with_regime"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)


@dataclass(frozen=True)
class Expert:
    """What is known about one regime's training.

    Attributes
    ----------
    regime : Regime
        `Regime.UNKNOWN` stands for the fallback, which learns from all rows.
    n_samples : int
        Training rows of this regime (all rows for the fallback).
    reason : str
        Why there is no model of its own; empty when there is one.
    """

    regime: Regime
    n_samples: int
    reason: str = ""


@dataclass
class SharedFallback:
    """Fallback that models of the same rows share: the first one trains it, the others take it over.

    Give the same empty one to `fit` of models that differ in nothing but the regimes of their rows. `held`
    are binned rows to ask a model about that learns from others: `RegimeClassifier.held_proba`.
    """

    held: BinnedFeatures | None = None
    trainer: Trainer | None = None
    bases: list[Model] = field(default_factory=list)


class RegimeModel(BaseEstimator):  # type: ignore[misc]
    """Parameters, planning, training and routing of `RegimeClassifier` and `RegimeRegressor`."""

    def __init__(
        self,
        estimator: Any = None,
        *,
        scheme: Scheme = "warm_start",
        min_samples: int = 1000,
        expert_trees: int = 30,
        expert_learning_rate: float = 0.015,
        prior_samples: float = 104_000,
        other_weight: float = 0.3,
        n_seeds: int = 1,
        n_jobs: int | None = None,
        random_state: int | None = None,
    ) -> None:
        self.estimator = estimator
        self.scheme = scheme
        self.min_samples = min_samples
        self.expert_trees = expert_trees
        self.expert_learning_rate = expert_learning_rate
        self.prior_samples = prior_samples
        self.other_weight = other_weight
        self.n_seeds = n_seeds
        self.n_jobs = n_jobs
        self.random_state = random_state

    @abstractmethod
    def _template(self) -> Any:
        """Return the estimator to clone."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        inner = get_tags(self._template()).input_tags
        tags.input_tags.allow_nan = inner.allow_nan
        tags.input_tags.sparse = False
        return tags

    def _finite(self) -> bool | str:
        return "allow-nan" if get_tags(self).input_tags.allow_nan else True

    def check_parameters(self) -> None:
        """Refuse parameters that cannot work, before there is any data; `fit` does it too.

        Raises
        ------
        ParameterError
            Naming the parameter, its value and what is allowed.
        """
        if self.scheme not in SCHEMES:
            raise ParameterError(f"scheme is {self.scheme!r}; known schemes are {', '.join(SCHEMES)}")
        for name, least in (("min_samples", 1), ("expert_trees", 1), ("n_seeds", 1), ("prior_samples", 0)):
            if getattr(self, name) < least:
                raise ParameterError(f"{name} is {getattr(self, name)}; it must be at least {least}")
        if not 0 <= self.other_weight <= 1:
            raise ParameterError(f"other_weight is {self.other_weight}; it must lie between 0 and 1")
        template = self._template()
        if _is_lightgbm(template):
            params, _ = native_parameters(template, None if isinstance(template, LGBMRegressor) else 2, None)
            forest = "rf" in (params.get("boosting"), params.get("boosting_type"))
            if forest and self.scheme == "warm_start":
                raise ParameterError(
                    "boosting is 'rf', whose trees no expert can continue; use 'gbdt', or another scheme "
                    "than warm_start"
                )
        elif self.scheme == "warm_start":
            require_resumable(template)

    def _has_experts(self) -> bool:
        return self.scheme not in ("pooled", "pooled_with_regime")

    def _fit_models(
        self,
        X: AnyArray | BinnedFeatures,
        target: AnyArray,
        codes: RegimeArray,
        weight: FloatArray | None,
        n_classes: int | None,
        expert_only: npt.ArrayLike | None,
        shared: SharedFallback | None = None,
    ) -> Self:
        """Train the fallback, then the experts side by side."""
        self.n_classes_ = n_classes
        older = _mask(expert_only, len(target))
        every, others = np.flatnonzero(~older), np.flatnonzero(older)
        self.experts_ = self._plan(target, codes, len(every))
        if weight is not None and np.all(weight == 1):
            weight = None
        seeds = self._seeds()
        known = shared if shared is not None else SharedFallback()
        if known.trainer is None:
            known.trainer = self._trainer(X, codes, n_classes, known.held)
            base_weight = None if weight is None else weight[every]
            known.bases = Parallel(n_jobs=self.n_jobs, prefer="threads")(
                delayed(known.trainer.fit)(every, target[every], base_weight, seed=seed, others=others)
                for seed in seeds
            )
        trainer, bases = known.trainer, known.bases
        wanted = [regime for regime, e in self.experts_.items() if regime != Regime.UNKNOWN and not e.reason]
        jobs = [(regime, base, seed) for regime in wanted for base, seed in zip(bases, seeds, strict=True)]
        trained = Parallel(n_jobs=self.n_jobs, prefer="threads")(
            delayed(self._train_expert)(trainer, base, regime, target, codes, weight, seed)
            for regime, base, seed in jobs
        )
        self.fallback_ = _average(bases)
        self.estimators_ = {
            regime: _average([model for job, model in zip(jobs, trained, strict=True) if job[0] == regime])
            for regime in wanted
        }
        self.regimes_ = np.array(sorted(self.estimators_), dtype=np.int8)
        return self

    def _plan(self, target: AnyArray, codes: RegimeArray, base_samples: int) -> dict[Regime, Expert]:
        """Decide which regimes get a model of their own."""
        plan = {Regime.UNKNOWN: Expert(Regime.UNKNOWN, base_samples)}
        for regime in Regime.known():
            own = target[codes == regime]
            reason = ""
            if not self._has_experts():
                reason = f"scheme '{self.scheme}' has one model for all rows"
            elif len(own) < self.min_samples:
                reason = f"{len(own)} rows, fewer than min_samples {self.min_samples}"
            else:
                reason = self._unlearnable(own)
            plan[regime] = Expert(regime, len(own), reason)
        return plan

    def _unlearnable(self, target: AnyArray) -> str:
        """Why nothing can be learned from these rows; empty when something can."""
        return ""

    def _seeds(self) -> list[int | None]:
        own = self._template().get_params().get("random_state")
        first = self.random_state if self.random_state is not None else own
        if self.n_seeds == 1:
            return [self.random_state]
        if first is None:
            first = 0
        return [int(first) + number for number in range(self.n_seeds)]

    def _trainer(
        self,
        X: AnyArray | BinnedFeatures,
        codes: RegimeArray,
        n_classes: int | None,
        held: BinnedFeatures | None,
    ) -> Trainer:
        template = clone(self._template())
        if _takes_class_weight(template):
            template.set_params(class_weight=None)  # counted among the sample weights
        extra = (n_classes, self.expert_trees, self.expert_learning_rate)
        if isinstance(X, BinnedFeatures):
            if not _is_lightgbm(template):
                raise ParameterError(f"{type(template).__name__} needs plain arrays, not BinnedFeatures")
            if held is not None:
                return HeldOutTrainer(template, X, *extra, held=held)
            return LightGBMTrainer(template, X, *extra)
        if self.scheme == "pooled_with_regime":
            X = with_regime_columns(X, codes)
        if _is_lightgbm(template):
            return LightGBMTrainer(template, BinnedFeatures([X], params=bin_parameters(template)), *extra)
        return EstimatorTrainer(template, X, *extra)

    def _train_expert(
        self,
        trainer: Trainer,
        base: Model,
        regime: Regime,
        target: AnyArray,
        codes: RegimeArray,
        weight: FloatArray | None,
        seed: int | None,
    ) -> Model:
        own = codes == regime
        if self.scheme == "weighted":
            ones = np.ones(len(target)) if weight is None else weight
            return trainer.fit(
                np.arange(len(target)), target, np.where(own, ones, self.other_weight * ones), seed=seed
            )
        rows = np.flatnonzero(own)
        own_weight = None if weight is None else weight[rows]
        if self.scheme == "warm_start":
            return trainer.resume(base, rows, target[rows], own_weight, seed=seed)
        return trainer.fit(rows, target[rows], own_weight, seed=seed)

    def _class_weight(self, y: AnyArray) -> FloatArray | None:
        """Weights that the template's `class_weight` gives to rows; None when it gives none."""
        template = self._template()
        if not _takes_class_weight(template):
            return None
        weights: FloatArray = compute_sample_weight(template.get_params()["class_weight"], y)
        return weights

    def route(self, regimes: npt.ArrayLike) -> tuple[RegimeArray, IntArray]:
        """Which estimator predicts each row, and from how many training rows it learned.

        Parameters
        ----------
        regimes : array of shape (n_samples,)
            Codes of `auriga.typing.Regime`.

        Returns
        -------
        experts : array of shape (n_samples,), int8
            The regime of the expert, or `Regime.UNKNOWN` for the fallback.
        n_samples : array of shape (n_samples,)
            Training rows of that estimator.
        """
        check_is_fitted(self)
        codes = np.asarray(regimes)
        codes = regime_codes(codes, len(codes))
        experts = np.where(np.isin(codes, self.regimes_), codes, Regime.UNKNOWN).astype(np.int8)
        counts = np.zeros(len(codes), dtype=np.int64)
        for regime, expert in self.experts_.items():
            counts[experts == regime] = expert.n_samples
        return experts, counts

    def _scores(self, X: npt.ArrayLike, regimes: npt.ArrayLike | None) -> FloatArray:
        """Scores of each row from the expert of its regime, shape (n, n_outputs)."""
        check_is_fitted(self)
        data = validate_data(self, X, reset=False, ensure_all_finite=self._finite())
        codes = regime_codes(regimes, len(data))
        if self.scheme == "pooled_with_regime":
            data = with_regime_columns(data, codes)
        return self._routed_scores(data, codes)

    def _routed_scores(self, data: AnyArray, codes: RegimeArray) -> FloatArray:
        experts, _ = self.route(codes)
        scores = np.zeros((len(data), self.n_classes_ or 1))
        for regime in np.unique(experts):
            rows = experts == regime
            scores[rows] = self._expert_scores(Regime(regime), data[rows])
        return scores

    def _expert_scores(self, regime: Regime, data: AnyArray) -> FloatArray:
        if regime == Regime.UNKNOWN:
            return self.fallback_.scores(data)
        own: FloatArray = self.estimators_[regime].scores(data)
        if self.scheme != "shrunk":
            return own
        n_samples = self.experts_[regime].n_samples
        share = n_samples / (n_samples + self.prior_samples)
        pooled = self.fallback_.scores(data)
        # A class that the expert never saw keeps the fallback's probability.
        own = np.where(np.isneginf(own), pooled, own)
        return np.where(np.isneginf(pooled), pooled, share * own + (1 - share) * pooled)


def with_regime_columns(X: AnyArray, regimes: npt.ArrayLike) -> AnyArray:
    """Append one column for each known regime, 1 in its rows; `UNKNOWN` rows have none set.

    Parameters
    ----------
    X : array of shape (n, n_features)
    regimes : array of shape (n,)
        Codes of `auriga.typing.Regime`.

    Returns
    -------
    array of shape (n, n_features + 3), dtype of X
    """
    codes = np.asarray(regimes)
    flags = [(codes == regime).astype(X.dtype) for regime in Regime.known()]
    return np.column_stack([X, *flags])


def regime_codes(regimes: npt.ArrayLike | None, n_samples: int) -> RegimeArray:
    """Regime codes, checked; all `UNKNOWN` when there are none.

    Raises
    ------
    ParameterError
        If a code is not a known one or the length differs.
    """
    if regimes is None:
        return np.full(n_samples, Regime.UNKNOWN, dtype=np.int8)
    codes = np.asarray(regimes)
    if codes.shape != (n_samples,):
        raise ParameterError(f"regimes has shape {codes.shape}; X has {n_samples} rows, one regime each")
    foreign = np.setdiff1d(codes, [int(regime) for regime in Regime])
    if len(foreign):
        known = ", ".join(f"{int(regime)} ({regime.label})" for regime in Regime)
        raise ParameterError(f"regimes holds {foreign.tolist()}; known codes are {known}")
    return codes.astype(np.int8)


def _mask(flags: npt.ArrayLike | None, n_samples: int) -> BoolArray:
    mask = np.zeros(n_samples, dtype=bool) if flags is None else np.asarray(flags, dtype=bool)
    if mask.shape != (n_samples,) or mask.all():
        raise ParameterError(
            f"expert_only has shape {mask.shape} and {np.count_nonzero(mask)} flags; it must flag some of "
            f"the {n_samples} rows, not all"
        )
    return mask


def _is_lightgbm(template: Any) -> bool:
    return isinstance(template, LGBMClassifier | LGBMRegressor)


def _takes_class_weight(template: Any) -> bool:
    weight = template.get_params().get("class_weight")
    return weight is not None and weight != "balanced_subsample"


def _average(models: list[Model]) -> Model:
    return models[0] if len(models) == 1 else AverageModel(tuple(models))
