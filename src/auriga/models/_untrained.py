"""What stands in for a model when a window could not be trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from auriga.typing import FloatArray, IntArray, Regime, RegimeArray


@dataclass(frozen=True)
class _Untrained:
    def route(self, regimes: npt.ArrayLike) -> tuple[RegimeArray, IntArray]:
        """The fallback, with no training rows, for every row."""
        n_samples = len(np.asarray(regimes))
        return np.full(n_samples, Regime.UNKNOWN, dtype=np.int8), np.zeros(n_samples, dtype=np.int64)


@dataclass(frozen=True)
class UntrainedClassifier(_Untrained):
    """Answers every question with "I do not know": equal probabilities from zero training rows.

    It lets a run go on after a window that cannot be trained. Whoever predicts with it must mark the
    rows as unusable; `reason` says why.

    Parameters
    ----------
    classes : sequence
        Class labels, for the columns of `predict_proba`.
    reason : str
        Why no model could be trained.

    Examples
    --------
    >>> UntrainedClassifier(("down", "up"), "no rows").predict_proba(np.zeros((1, 3)))
    array([[0.5, 0.5]])
    """

    classes: Sequence[Any]
    reason: str

    @property
    def classes_(self) -> npt.NDArray[Any]:
        """Class labels in sorted order."""
        return np.unique(np.asarray(self.classes))

    @property
    def class_prior_(self) -> FloatArray:
        """Equal shares, shape (n_classes,)."""
        return np.full(len(self.classes_), 1 / len(self.classes_))

    def predict_proba(self, X: npt.ArrayLike, *, regimes: npt.ArrayLike | None = None) -> FloatArray:
        """Equal probabilities, shape (n_samples, n_classes)."""
        return np.tile(self.class_prior_, (len(np.asarray(X)), 1))


@dataclass(frozen=True)
class UntrainedRegressor(_Untrained):
    """Answers NaN to every question, from zero training rows; otherwise as `UntrainedClassifier`.

    Parameters
    ----------
    reason : str
        Why no model could be trained.
    """

    reason: str
    mean_: float = float("nan")
    scale_: float = float("nan")

    def predict(self, X: npt.ArrayLike, *, regimes: npt.ArrayLike | None = None) -> FloatArray:
        """NaN for each row, shape (n_samples,)."""
        return np.full(len(np.asarray(X)), np.nan)
