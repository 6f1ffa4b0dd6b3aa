"""Who takes part in a contest: each is trained on the same rows and asked about the same rows."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

from auriga.errors import HostError
from auriga.host.freqai import RegimeFreqaiModel, class_share
from auriga.host.rows import TrainingTable
from auriga.host.verdict._rows import AskedRows, one_regime, outcomes, rising_classes
from auriga.models import RegimeClassifier, RegimeRegressor, SharedFallback, with_regime_columns
from auriga.typing import FloatArray, RegimeArray

_LOGISTIC_C = 1e-3
"""Hundreds of features that say much the same, labels that overlap: without a penalty it learns noise."""
_CLIP = 5.0


class Contestants:
    """Train and ask everybody in one window.

    Parameters
    ----------
    glue : RegimeFreqaiModel
    rows, told : TrainingTable
        The window's training rows, and the same ones with the regime among the features.
    span : (int, int)
        First moment that the fallback may learn from and the end of training, in ms.
    thinning : float
        Share of the configured rows that are left: limits counted in rows shrink with them.
    """

    def __init__(
        self,
        glue: RegimeFreqaiModel,
        rows: TrainingTable,
        told: TrainingTable,
        span: tuple[int, int],
        thinning: float,
    ) -> None:
        require_same_rows(rows, told)
        self._glue, self._rows, self._told, self._span = glue, rows, told, span
        self._thinning = thinning
        self._shared = SharedFallback()

    def experts(
        self, trained: RegimeArray, asked: RegimeArray, rows: AskedRows
    ) -> tuple[FloatArray, FloatArray]:
        """Probabilities and prior of the configured scheme with these regimes."""
        model = self._fitted(self._model(), replace(self._rows, regimes=trained), self._shared)
        return self._answers(model, rows.features, asked), self._prior(model, len(rows))

    def pooled(self, rows: AskedRows) -> FloatArray:
        """Probabilities of one model: the scheme with all rows in one regime, so with as many trees."""
        model = self._fitted(self._model(min_samples=1), _in_one_regime(self._rows), self._shared)
        return self._answers(model, rows.features, one_regime(rows.regimes))

    def pooled_with_regime(self, rows: AskedRows) -> FloatArray:
        """Probabilities of that one model with the regime as three more features."""
        model = self._fitted(self._model(min_samples=1), _in_one_regime(self._told), None)
        features = with_regime_columns(rows.features, rows.regimes)
        return self._answers(model, features, one_regime(rows.regimes))

    def logistic(self, X: npt.NDArray[np.float32], rows: AskedRows) -> FloatArray:
        """Probabilities of a logistic regression; `X` holds the training rows and is standardised in place.

        Values beyond five standard deviations count as five.
        """
        up, down = outcomes(self._rows.target, self._glue)
        weight = self._glue.weights(self._rows, *self._span)
        known = up | down
        if not known.all():
            X, up, weight = X[known], up[known], None if weight is None else weight[known]
        mean, spread = X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
        spread[spread == 0] = 1.0
        model = LogisticRegression(C=_LOGISTIC_C, max_iter=200, tol=1e-3)
        model.fit(_standardised(X, mean, spread), up, sample_weight=weight)
        asked = _standardised(rows.features.copy(), mean, spread)
        answers: FloatArray = model.predict_proba(asked)[:, 1].astype(np.float64)
        return answers

    def _model(self, **changed: int) -> Any:
        model = self._glue.make_model()
        limits = {
            name: max(1, round(getattr(model, name) * self._thinning))
            for name in ("min_samples", "prior_samples")
        }
        return model.set_params(**(limits | changed))

    def _fitted(
        self, model: RegimeClassifier | RegimeRegressor, rows: TrainingTable, shared: SharedFallback | None
    ) -> Any:
        fitted = self._glue.fit_rows(model, rows, *self._span, shared)
        if not self._glue.trusted(fitted):
            raise HostError("all training rows have the same outcome")
        return fitted

    def _answers(
        self,
        model: RegimeClassifier | RegimeRegressor,
        features: npt.NDArray[np.float32],
        regimes: RegimeArray,
    ) -> FloatArray:
        if self._glue.settings.label.regression:
            answers: FloatArray = norm.cdf(model.predict(features, regimes=regimes) / model.scale_)
            return answers
        shares = model.predict_proba(features, regimes=regimes)
        return class_share(shares, list(model.classes_), *rising_classes(self._glue))

    def _prior(self, model: RegimeClassifier | RegimeRegressor, n_rows: int) -> FloatArray:
        if self._glue.settings.label.regression:
            return np.full(n_rows, norm.cdf(model.mean_ / model.scale_))
        share = class_share(model.class_prior_, list(model.classes_), *rising_classes(self._glue))
        return np.full(n_rows, float(share))


def require_same_rows(one: TrainingTable, other: TrainingTable) -> None:
    """Refuse a contest whose contestants would learn from different rows.

    Raises
    ------
    HostError
    """
    if len(one) != len(other) or any(
        not np.array_equal(getattr(one, name), getattr(other, name)) for name in ("times", "pairs", "target")
    ):
        raise HostError(f"contestants would learn from different rows ({len(one)} and {len(other)})")


def _in_one_regime(rows: TrainingTable) -> TrainingTable:
    return replace(rows, regimes=one_regime(rows.regimes))


def _standardised(X: npt.NDArray[np.float32], mean: FloatArray, spread: FloatArray) -> Any:
    X -= mean.astype(np.float32)
    X /= spread.astype(np.float32)
    return np.clip(X, -_CLIP, _CLIP, out=X)
