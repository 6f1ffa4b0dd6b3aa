"""One classifier per regime, and one of all rows to fall back on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed  # type: ignore[import-untyped]
from lightgbm import LGBMClassifier
from sklearn.base import BaseEstimator, ClassifierMixin, clone  # type: ignore[import-untyped]
from sklearn.dummy import DummyClassifier  # type: ignore[import-untyped]
from sklearn.utils import get_tags  # type: ignore[import-untyped]
from sklearn.utils.multiclass import check_classification_targets  # type: ignore[import-untyped]
from sklearn.utils.validation import (  # type: ignore[import-untyped]
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from auriga.errors import ParameterError
from auriga.typing import BoolArray, FloatArray, IntArray, Regime, RegimeArray

AnyArray = npt.NDArray[Any]


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


class RegimeClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One clone of an estimator per regime, each trained on the rows of its own regime alone.

    A row is predicted by the expert of its regime. Rows of a regime that had fewer than `min_samples`
    training rows or a single class, and rows whose regime is `Regime.UNKNOWN`, are predicted by the
    fallback, which is trained on all rows. Called without regimes it is the fallback alone.

    Parameters
    ----------
    estimator : classifier, optional
        Cloned for each expert and the fallback; `LGBMClassifier(verbosity=-1, n_jobs=1)` by default.
    classes : sequence, optional
        All class labels, if the training rows may lack some. `predict_proba` has one column for each,
        in sorted order, whatever a window contains.
    min_samples : int
        Training rows a regime needs for a model of its own.
    n_jobs : int, optional
        Models trained side by side (threads); give each of them one thread of its own.
    random_state : int, optional
        Seed given to every clone that has a `random_state` parameter.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    regimes_ : array
        Regimes that have a model of their own, ascending.
    estimators_ : dict of Regime to classifier
        The experts.
    fallback_ : classifier
        The model of all rows.
    experts_ : dict of Regime to Expert
        Rows and, for a regime without a model, the reason; `Regime.UNKNOWN` is the fallback.
    class_prior_ : array of shape (n_classes,)
        Weighted share of each class among all training rows.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(400, 1))
    >>> regimes = np.repeat([Regime.BULL, Regime.BEAR], 200)
    >>> y = np.where((X[:, 0] > 0) == (regimes == Regime.BULL), "up", "down")
    >>> model = RegimeClassifier(LogisticRegression(), min_samples=50).fit(X, y, regimes=regimes)
    >>> model.predict([[2.0], [2.0]], regimes=[Regime.BULL, Regime.BEAR]).tolist()
    ['up', 'down']
    """

    def __init__(
        self,
        estimator: Any = None,
        *,
        classes: Sequence[Any] | None = None,
        min_samples: int = 1000,
        n_jobs: int | None = None,
        random_state: int | None = None,
    ) -> None:
        self.estimator = estimator
        self.classes = classes
        self.min_samples = min_samples
        self.n_jobs = n_jobs
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        inner = get_tags(self._template()).input_tags
        tags.input_tags.allow_nan = inner.allow_nan
        tags.input_tags.sparse = False
        return tags

    def _template(self) -> Any:
        return LGBMClassifier(verbosity=-1, n_jobs=1) if self.estimator is None else self.estimator

    def _finite(self) -> bool | str:
        return "allow-nan" if get_tags(self).input_tags.allow_nan else True

    def fit(
        self,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        regimes: npt.ArrayLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> Self:
        """Train the fallback on all rows and one expert on the rows of each regime.

        Parameters
        ----------
        X : array of shape (n_samples, n_features)
            NaN is allowed where the estimator allows it.
        y : array of shape (n_samples,)
            Class labels.
        regimes : array of shape (n_samples,), optional
            Codes of `auriga.typing.Regime`; without it every row counts as `UNKNOWN`.
        sample_weight : array of shape (n_samples,), optional

        Raises
        ------
        ParameterError
            If a regime code or a class is not a known one, or `min_samples` is below 1.
        ValueError
            As scikit-learn does, for arrays of wrong shape or content.
        """
        data, target = validate_data(self, X, y, ensure_all_finite=self._finite())
        check_classification_targets(target)
        if self.min_samples < 1:
            raise ParameterError(f"min_samples is {self.min_samples}; it must be at least 1")
        weight = _check_sample_weight(sample_weight, data)
        codes = _regime_codes(regimes, len(data))
        self.classes_ = self._all_classes(target)
        shares = np.array([weight[target == label].sum() for label in self.classes_])
        self.class_prior_ = shares / weight.sum()
        self.experts_ = self._plan(target, codes)
        rows = {regime: codes == regime for regime, expert in self.experts_.items() if not expert.reason}
        rows[Regime.UNKNOWN] = np.ones(len(data), dtype=bool)
        trained = self._train(data, target, weight, rows)
        self.fallback_ = trained.pop(Regime.UNKNOWN)
        self.estimators_ = trained
        self.regimes_ = np.array(sorted(trained), dtype=np.int8)
        return self

    def _all_classes(self, y: AnyArray) -> AnyArray:
        seen = np.unique(y)
        if self.classes is None:
            return seen
        known = np.unique(np.asarray(self.classes))
        foreign = np.setdiff1d(seen, known)
        if len(foreign):
            raise ParameterError(f"y holds {foreign.tolist()}, which classes {known.tolist()} does not name")
        return known

    def _plan(self, y: AnyArray, codes: RegimeArray) -> dict[Regime, Expert]:
        """Decide which regimes get a model of their own."""
        plan = {Regime.UNKNOWN: Expert(Regime.UNKNOWN, len(y))}
        for regime in Regime.known():
            own = y[codes == regime]
            reason = ""
            if len(own) < self.min_samples:
                reason = f"{len(own)} rows, fewer than min_samples {self.min_samples}"
            elif len(np.unique(own)) < 2:
                reason = f"all {len(own)} rows are of class '{own[0]}'"
            plan[regime] = Expert(regime, len(own), reason)
        return plan

    def _train(
        self, X: AnyArray, y: AnyArray, weight: FloatArray, rows: dict[Regime, BoolArray]
    ) -> dict[Regime, Any]:
        template = self._template()
        if self.random_state is not None and "random_state" in template.get_params():
            template = clone(template).set_params(random_state=self.random_state)
        fitted = Parallel(n_jobs=self.n_jobs, prefer="threads")(
            delayed(_fit_one)(template, X[mask], y[mask], weight[mask]) for mask in rows.values()
        )
        return dict(zip(rows, fitted, strict=True))

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
        codes = _regime_codes(codes, len(codes))
        experts = np.where(np.isin(codes, self.regimes_), codes, Regime.UNKNOWN).astype(np.int8)
        counts = np.zeros(len(codes), dtype=np.int64)
        for regime, expert in self.experts_.items():
            counts[experts == regime] = expert.n_samples
        return experts, counts

    def predict_proba(self, X: npt.ArrayLike, *, regimes: npt.ArrayLike | None = None) -> FloatArray:
        """Probability of every class, each row from the expert of its regime.

        Parameters
        ----------
        X : array of shape (n_samples, n_features)
        regimes : array of shape (n_samples,), optional
            Codes of `auriga.typing.Regime`; without it the fallback predicts every row.

        Returns
        -------
        array of shape (n_samples, n_classes)
            Columns in the order of `classes_`; each row sums to 1.

        Raises
        ------
        ParameterError
            If a regime code is not a known one or the lengths differ.
        """
        check_is_fitted(self)
        data = validate_data(self, X, reset=False, ensure_all_finite=self._finite())
        experts, _ = self.route(_regime_codes(regimes, len(data)))
        probability = np.zeros((len(data), len(self.classes_)))
        for regime in np.unique(experts):
            rows = experts == regime
            model = self.estimators_.get(Regime(regime), self.fallback_)
            columns = np.searchsorted(self.classes_, model.classes_)
            probability[np.ix_(rows, columns)] = model.predict_proba(data[rows])
        return probability

    def predict(self, X: npt.ArrayLike, *, regimes: npt.ArrayLike | None = None) -> AnyArray:
        """Most probable class of each row; parameters as in `predict_proba`."""
        probability = self.predict_proba(X, regimes=regimes)
        winners: AnyArray = self.classes_[probability.argmax(axis=1)]
        return winners


def _fit_one(template: Any, X: AnyArray, y: AnyArray, weight: FloatArray) -> Any:
    """Fit a clone; rows of a single class give the constant classifier instead of an error."""
    model = clone(template) if len(np.unique(y)) > 1 else DummyClassifier(strategy="prior")
    return model.fit(X, y) if np.all(weight == 1) else model.fit(X, y, sample_weight=weight)


def _regime_codes(regimes: npt.ArrayLike | None, n_samples: int) -> RegimeArray:
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
