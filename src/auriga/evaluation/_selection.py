"""Which features a model can do without: importance, correlation and stability over training windows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from auriga.errors import ParameterError
from auriga.typing import BoolArray, FloatArray, IntArray

Values = npt.NDArray[np.floating[Any]]

_TIE = 1e-12
"""Importance shares that differ by less are equal, so that rounding decides nothing."""


@dataclass(frozen=True)
class Selection:
    """What was found out about each feature; arrays of shape (n_features,) unless said otherwise.

    Attributes
    ----------
    importance : float array
        Share of the importance of all models together, mean over windows; adds up to 1.
    by_model : float array of shape (n_models, n_features)
        The same for each model alone; each row adds up to 1, or is 0 if the model split on nothing.
    stability : float array
        Share of the windows in which the feature is among the `top`, correlated ones left out.
    twin : int array
        Position of the more important feature it is correlated with; -1 for none.
    kept : bool array
    """

    importance: FloatArray
    by_model: FloatArray
    stability: FloatArray
    twin: IntArray
    kept: BoolArray

    def ranked(self) -> IntArray:
        """Positions of all features, the most important first."""
        return by_importance(self.importance)


def select_features(
    gains: FloatArray,
    values: Values,
    *,
    top: int,
    max_correlation: float = 0.95,
    min_stability: float = 0.5,
) -> Selection:
    """Keep features that matter in most training windows, one of each group that says the same.

    The models of a window are added up, the base and each expert, and every window counts alike. Of
    correlated features the most important one stays; those that are left compete for the `top` places of each
    window, and a feature is kept that wins a place in enough of them. Uses nothing but what it is given: rows
    of a test window given here have been seen.

    Parameters
    ----------
    gains : array of shape (n_windows, n_models, n_features)
        Importance, such as the loss that a feature's splits took away; not negative. A row of NaN stands for
        a model that a window does not have.
    values : array of shape (n_samples, n_features)
        Complete rows of the training windows.
    top : int
        Places in a window, at least 1.
    max_correlation : float
        Largest absolute rank correlation of two features that are both kept, in (0, 1].
    min_stability : float
        Smallest share of the windows, in (0, 1].

    Raises
    ------
    ParameterError
        If shapes do not fit, a value is missing or out of range, or no window has a model.

    References
    ----------
    Meinshausen, N., Buehlmann, P. (2010), Stability selection, *Journal of the Royal Statistical Society B*
    72(4): the share of subsamples that select a feature; here the subsamples are training windows.

    Examples
    --------
    >>> gains = np.array([[[6.0, 3.0, 1.0]], [[5.0, 4.0, 1.0]]])
    >>> values = np.array([[1, 2, 5], [2, 4, 1], [3, 5, 4], [4, 9, 2.0]])
    >>> select_features(gains, values, top=1).kept.tolist()  # the second ranks rows as the first does
    [True, False, False]
    """
    _check(gains, values, top=top, max_correlation=max_correlation, min_stability=min_stability)
    present = np.logical_not(np.isnan(gains).all(axis=2))
    by_window = importance_shares(np.nansum(gains, axis=1)[present.any(axis=1)])
    importance = by_window.mean(axis=0)
    twin = correlated_twins(values, importance, max_correlation=max_correlation)
    stability = top_shares(np.where(twin < 0, by_window, 0.0), top=top)
    shares = importance_shares(gains)
    counts = present.sum(axis=0)[:, None]
    by_model = np.divide(np.nansum(shares, axis=0), counts, out=np.zeros(shares.shape[1:]), where=counts > 0)
    return Selection(importance, by_model, stability, twin, stability >= min_stability)


def importance_shares(gains: FloatArray) -> FloatArray:
    """Importance as a share of the model's whole; 0 for a model without splits, NaN stays NaN.

    Parameters
    ----------
    gains : array of shape (..., n_features)

    Examples
    --------
    >>> importance_shares(np.array([[3.0, 1.0], [0.0, 0.0]])).tolist()
    [[0.75, 0.25], [0.0, 0.0]]
    """
    total = gains.sum(axis=-1, keepdims=True)
    shares: FloatArray = gains / np.where(total == 0, 1, total)
    return shares


def by_importance(importance: FloatArray) -> IntArray:
    """Positions by falling importance; equal ones in the order of the features."""
    order: IntArray = np.argsort(-np.round(importance / _TIE), kind="stable")
    return order


def top_shares(importance: FloatArray, *, top: int) -> FloatArray:
    """Share of the windows in which each feature is among the most important and counts at all.

    Parameters
    ----------
    importance : array of shape (n_windows, n_features)
    top : int
        Places in each window.

    Examples
    --------
    >>> top_shares(np.array([[0.6, 0.4, 0.0], [0.3, 0.7, 0.0]]), top=1).tolist()
    [0.5, 0.5, 0.0]
    """
    inside = np.zeros(importance.shape, dtype=bool)
    for window, shares in enumerate(importance):
        inside[window, by_importance(shares)[:top]] = True
    share: FloatArray = (inside & (importance > 0)).mean(axis=0)
    return share


def correlated_twins(values: Values, importance: FloatArray, *, max_correlation: float) -> IntArray:
    """For each feature, the more important one that makes it superfluous; -1 where there is none.

    Features are visited by falling importance, and one whose Spearman correlation with a feature that stays
    is above the limit goes. A constant feature is correlated with nothing.

    Parameters
    ----------
    values : array of shape (n_samples, n_features)
        Without missing values.
    importance : array of shape (n_features,)
    max_correlation : float

    Examples
    --------
    >>> values = np.array([[1, -1, 3], [2, -2, 1], [3, -3, 2.0]])
    >>> correlated_twins(values, np.array([0.2, 0.7, 0.1]), max_correlation=0.9).tolist()
    [1, -1, -1]
    """
    correlation = np.abs(rank_correlation(values))
    twin = np.full(len(importance), -1)
    stays: list[int] = []
    for feature in by_importance(importance):
        near = [other for other in stays if correlation[feature, other] > max_correlation]
        if near:
            twin[feature] = near[0]
        else:
            stays.append(int(feature))
    return twin


def rank_correlation(values: Values) -> FloatArray:
    """Spearman correlation of columns, shape (n_features, n_features); 0 where a column is constant."""
    ranks = np.asarray(rankdata(values, axis=0), dtype=np.float64)
    ranks -= ranks.mean(axis=0)
    size = np.sqrt((ranks**2).sum(axis=0))
    ranks /= np.where(size > 0, size, 1)
    correlation: FloatArray = ranks.T @ ranks
    return correlation


def _check(
    gains: FloatArray, values: Values, *, top: int, max_correlation: float, min_stability: float
) -> None:
    if gains.ndim != 3 or values.ndim != 2 or gains.shape[2] != values.shape[1] or len(values) < 2:
        raise ParameterError(
            f"gains {gains.shape} and values {values.shape} do not fit: (windows, models, features) and at "
            "least two rows of (samples, features)"
        )
    if not np.isfinite(values).all():
        raise ParameterError(
            f"values has {np.count_nonzero(~np.isfinite(values))} missing ones; drop the rows"
        )
    if np.isnan(gains).all():
        raise ParameterError("gains has no model at all; every row is NaN")
    if (gains < 0).any():
        raise ParameterError(f"gains holds {np.nanmin(gains)}; importance is not negative")
    if top < 1:
        raise ParameterError(f"top is {top}; it must be at least 1")
    for name, value in (("max_correlation", max_correlation), ("min_stability", min_stability)):
        if not 0 < value <= 1:
            raise ParameterError(f"{name} is {value}; it must lie above 0 and at most at 1")
