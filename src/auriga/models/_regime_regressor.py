"""One regressor per regime, and one of all rows to fall back on."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from lightgbm import LGBMRegressor
from sklearn.base import RegressorMixin
from sklearn.utils.validation import _check_sample_weight, validate_data

from auriga.models._binned import BinnedFeatures
from auriga.models._regime_model import RegimeModel, SharedFallback, regime_codes
from auriga.typing import FloatArray


class RegimeRegressor(RegressorMixin, RegimeModel):  # type: ignore[misc]
    """One model per regime and a fallback of all rows, for values instead of classes.

    Parameters are those of `RegimeClassifier`, without the ones that concern classes; the template is
    `LGBMRegressor(verbosity=-1, n_jobs=1)` by default, and `shrunk` blends values instead of log-odds.

    Attributes
    ----------
    regimes_, estimators_, fallback_, experts_
        As in `RegimeClassifier`.
    mean_ : float
        Weighted mean of the training values: what a constant predictor would say.
    scale_ : float
        Weighted standard deviation of the training values.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> X = np.arange(20.0).reshape(-1, 1)
    >>> regimes = np.repeat([1, -1], 10)
    >>> model = RegimeRegressor(LinearRegression(), scheme="hard", min_samples=5)
    >>> model = model.fit(X, X[:, 0] * regimes, regimes=regimes)
    >>> model.predict([[3.0], [3.0]], regimes=[1, -1]).round(6).tolist()
    [3.0, -3.0]
    """

    def _template(self) -> Any:
        return LGBMRegressor(verbosity=-1, n_jobs=1) if self.estimator is None else self.estimator

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
        y : array of shape (n_samples,)
            Values.
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
            If a regime code, the scheme or another parameter is not a known one.
        """
        self.check_parameters()
        if isinstance(X, BinnedFeatures):
            data, target = X, np.asarray(y, dtype=float)
            self.n_features_in_ = X.shape[1] - (3 if self.scheme == "pooled_with_regime" else 0)
        else:
            data, target = validate_data(self, X, y, ensure_all_finite=self._finite(), y_numeric=True)
            target = target.astype(float)
        codes = regime_codes(regimes, len(target))
        weight = _check_sample_weight(sample_weight, np.empty((len(target), 0)))
        self.mean_ = float(np.average(target, weights=weight))
        self.scale_ = float(np.sqrt(np.average((target - self.mean_) ** 2, weights=weight)))
        return self._fit_models(data, target, codes, weight, None, expert_only, shared)

    def predict(self, X: npt.ArrayLike, *, regimes: npt.ArrayLike | None = None) -> FloatArray:
        """Value of each row from the expert of its regime, shape (n_samples,).

        Raises
        ------
        ParameterError
            If a regime code is not a known one or the lengths differ.
        """
        return self._scores(X, regimes)[:, 0]
