"""One classifier per regime, and one of all rows to fall back on."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from lightgbm import LGBMClassifier
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from auriga.errors import ParameterError
from auriga.models._binned import BinnedFeatures
from auriga.models._regime_model import RegimeModel, Scheme, SharedFallback, regime_codes
from auriga.models._trainers import AnyArray
from auriga.typing import FloatArray


class RegimeClassifier(ClassifierMixin, RegimeModel):  # type: ignore[misc]
    """One model per regime and a fallback of all rows, combined by a scheme.

    A row is predicted by the expert of its regime. Rows of a regime that had fewer than `min_samples`
    training rows or a single class, and rows whose regime is `Regime.UNKNOWN`, are predicted by the
    fallback. Called without regimes it is the fallback alone.

    Parameters
    ----------
    estimator : classifier, optional
        Template of every model; `LGBMClassifier(verbosity=-1, n_jobs=1)` by default.
    scheme : str
        How an expert comes about.

        `warm_start` : the fallback, continued by `expert_trees` trees on the regime's own rows.
        `hard` : from the regime's own rows alone.
        `shrunk` : as `hard`, its log-odds blended with the fallback's; weight n / (n + `prior_samples`).
        `weighted` : from all rows, those of other regimes at weight `other_weight`.
        `pooled` : no experts; the fallback answers every row.
        `pooled_with_regime` : as `pooled`, with the regime as three more features.
    classes : sequence, optional
        All class labels, if the training rows may lack some. `predict_proba` has one column for each,
        in sorted order, whatever a window contains.
    min_samples : int
        Training rows a regime needs for a model of its own.
    expert_trees, expert_learning_rate
        What `warm_start` adds to the fallback.
    prior_samples : float
        Rows at which a `shrunk` expert counts as much as the fallback.
    other_weight : float
        Weight of other regimes' rows in `weighted`, in [0, 1].
    balance_classes : bool
        Train as if all classes were equally frequent, and take that back in the probabilities: trees
        see rare classes, probabilities stay those of the market.
    n_seeds : int
        Models of different seeds whose scores are averaged.
    n_jobs : int, optional
        Models trained side by side (threads); give each of them one thread of its own.
    random_state : int, optional
        Seed given to every model that takes one.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    regimes_ : array
        Regimes that have a model of their own, ascending.
    estimators_ : dict of Regime to model
        The experts; `scores(X)` gives log-probabilities.
    fallback_ : model
        The model of all rows.
    experts_ : dict of Regime to Expert
        Rows and, for a regime without a model, the reason; `Regime.UNKNOWN` is the fallback.
    class_prior_ : array of shape (n_classes,)
        Weighted share of each class among all training rows.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from auriga.typing import Regime
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(400, 1))
    >>> regimes = np.repeat([Regime.BULL, Regime.BEAR], 200)
    >>> y = np.where((X[:, 0] > 0) == (regimes == Regime.BULL), "up", "down")
    >>> model = RegimeClassifier(LogisticRegression(), scheme="hard", min_samples=50)
    >>> model.fit(X, y, regimes=regimes).predict([[2.0], [2.0]], regimes=[1, -1]).tolist()
    ['up', 'down']
    """

    def __init__(
        self,
        estimator: Any = None,
        *,
        scheme: Scheme = "warm_start",
        classes: Sequence[Any] | None = None,
        min_samples: int = 1000,
        expert_trees: int = 30,
        expert_learning_rate: float = 0.015,
        prior_samples: float = 104_000,
        other_weight: float = 0.3,
        balance_classes: bool = False,
        n_seeds: int = 1,
        n_jobs: int | None = None,
        random_state: int | None = None,
    ) -> None:
        super().__init__(
            estimator,
            scheme=scheme,
            min_samples=min_samples,
            expert_trees=expert_trees,
            expert_learning_rate=expert_learning_rate,
            prior_samples=prior_samples,
            other_weight=other_weight,
            n_seeds=n_seeds,
            n_jobs=n_jobs,
            random_state=random_state,
        )
        self.classes = classes
        self.balance_classes = balance_classes

    def _template(self) -> Any:
        return LGBMClassifier(verbosity=-1, n_jobs=1) if self.estimator is None else self.estimator

    def fit(
        self,
        X: npt.ArrayLike | BinnedFeatures,
        y: npt.ArrayLike,
        *,
        regimes: npt.ArrayLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
        expert_only: npt.ArrayLike | None = None,
        shared: SharedFallback | None = None,
    ) -> Self:
        """Train the fallback on all rows and the experts as the scheme says.

        Parameters
        ----------
        X : array of shape (n_samples, n_features), or BinnedFeatures (LightGBM only)
            NaN is allowed where the estimator allows it. Binned features of `pooled_with_regime` must
            hold the columns of `with_regime_columns` already.
        y : array of shape (n_samples,)
            Class labels.
        regimes : array of shape (n_samples,), optional
            Codes of `auriga.typing.Regime`; without it every row counts as `UNKNOWN`.
        sample_weight : array of shape (n_samples,), optional
        expert_only : bool array of shape (n_samples,), optional
            Rows that the fallback does not see: an expert's longer look-back.
        shared : SharedFallback, optional
            Fallback to take over from another model of the same rows, or to leave for the next one.

        Raises
        ------
        ParameterError
            If a regime code, a class, the scheme or another parameter is not a known one.
        ValueError
            As scikit-learn does, for arrays of wrong shape or content.
        """
        self.check_parameters()
        if isinstance(X, BinnedFeatures):
            data, target = X, np.asarray(y)
            self.n_features_in_ = X.shape[1] - (3 if self.scheme == "pooled_with_regime" else 0)
        else:
            data, target = validate_data(self, X, y, ensure_all_finite=self._finite())
        check_classification_targets(target)
        codes = regime_codes(regimes, len(target))
        weight = _check_sample_weight(sample_weight, np.empty((len(target), 0)))
        self.classes_ = self._all_classes(target)
        numbers = np.searchsorted(self.classes_, target)
        self.class_prior_ = np.bincount(numbers, weight, len(self.classes_)) / weight.sum()
        training_weight = self._training_weight(target, numbers, weight)
        return self._fit_models(
            data, numbers, codes, training_weight, len(self.classes_), expert_only, shared
        )

    def _training_weight(self, y: AnyArray, numbers: AnyArray, weight: FloatArray) -> FloatArray:
        of_template = self._class_weight(y)
        if of_template is not None:
            weight = weight * of_template
        if self.balance_classes:
            weight = (
                weight / (np.maximum(self.class_prior_, 1e-12) * np.count_nonzero(self.class_prior_))[numbers]
            )
        return weight

    def _all_classes(self, y: AnyArray) -> AnyArray:
        seen = np.unique(y)
        if self.classes is None:
            return seen
        known = np.unique(np.asarray(self.classes))
        foreign = np.setdiff1d(seen, known)
        if len(foreign):
            raise ParameterError(f"y holds {foreign.tolist()}, which classes {known.tolist()} does not name")
        return known

    def _unlearnable(self, target: AnyArray) -> str:
        if len(np.unique(target)) > 1:
            return ""
        return f"all {len(target)} rows are of class '{self.classes_[target[0]]}'"

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
        return self._probability(self._scores(X, regimes))

    def held_proba(self, regimes: npt.ArrayLike) -> FloatArray:
        """Probability of every class of the rows that `fit` was given as `shared.held`.

        Parameters
        ----------
        regimes : array of shape (n_held,)
            Their regimes.

        Returns
        -------
        array of shape (n_held, n_classes)
            As `predict_proba` of their values, which bins do not keep.

        Raises
        ------
        ParameterError
            If a regime code is not a known one.
        """
        check_is_fitted(self)
        codes = regime_codes(regimes, len(np.asarray(regimes)))
        return self._probability(self._routed_scores(np.arange(len(codes)), codes))

    def _probability(self, scores: FloatArray) -> FloatArray:
        probability = np.exp(scores)
        if self.balance_classes:
            probability = probability * self.class_prior_
        normalised: FloatArray = probability / probability.sum(axis=1, keepdims=True)
        return normalised

    def predict(self, X: npt.ArrayLike, *, regimes: npt.ArrayLike | None = None) -> AnyArray:
        """Most probable class of each row; parameters as in `predict_proba`."""
        probability = self.predict_proba(X, regimes=regimes)
        winners: AnyArray = self.classes_[probability.argmax(axis=1)]
        return winners
