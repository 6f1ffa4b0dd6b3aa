"""Whether probabilities mean what they say, and whether predictions rank what follows."""

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from sklearn.metrics import brier_score_loss

from auriga.errors import ParameterError
from auriga.typing import BoolArray, FloatArray


def information_coefficient(prediction: FloatArray, outcome: FloatArray) -> float:
    """Rank correlation (Spearman) of predictions with what happened.

    Parameters
    ----------
    prediction, outcome : arrays of shape (n,)
        No NaN: leave out rows whose outcome is not known yet.

    Returns
    -------
    float
        In [-1, 1]; equal values share their mean rank. NaN with fewer than 3 rows or when one side is
        constant.

    Raises
    ------
    ParameterError
        If lengths differ or a value is NaN.

    Examples
    --------
    >>> information_coefficient(np.array([0.1, 0.2, 0.3]), np.array([-1.0, 5.0, 2.0]))
    0.5
    """
    _check_lengths(prediction, outcome, "prediction", "outcome")
    if np.isnan(prediction).any() or np.isnan(outcome).any():
        raise ParameterError("prediction or outcome holds NaN; leave out rows without an answer")
    if len(prediction) < 3 or np.ptp(prediction) == 0 or np.ptp(outcome) == 0:
        return float("nan")
    return float(spearmanr(prediction, outcome).statistic)


def brier_score(up: BoolArray, probability: FloatArray) -> float:
    """Mean squared error of probabilities; 0 is perfect, 0.25 is always saying one half.

    Parameters
    ----------
    up : bool array of shape (n,)
    probability : array of shape (n,)

    Returns
    -------
    float
        In [0, 1]; NaN without rows.

    Raises
    ------
    ParameterError
        If lengths differ, or a probability is NaN or outside [0, 1].

    Examples
    --------
    >>> round(brier_score(np.array([True, False]), np.array([0.7, 0.4])), 3)
    0.125
    """
    _check_probability(up, probability)
    return float(brier_score_loss(up, probability, pos_label=True)) if len(up) else float("nan")


def calibration_table(up: BoolArray, probability: FloatArray, n_bins: int = 10) -> pd.DataFrame:
    """Predicted against observed shares, in bins of as equal size as ties allow.

    Parameters
    ----------
    up : bool array of shape (n,)
    probability : array of shape (n,)
    n_bins : int
        At least 1.

    Returns
    -------
    DataFrame
        One row a bin by rising probability: `predicted` (mean probability), `observed` (share that rose) and
        `rows`. Rows of the same probability stay together, so there may be fewer bins; none without rows.

    Raises
    ------
    ParameterError
        If lengths differ, a probability is NaN or outside [0, 1], or `n_bins` is below 1.

    Examples
    --------
    >>> up, probability = np.array([False, True, True, True]), np.array([0.25, 0.25, 0.75, 0.25])
    >>> calibration_table(up, probability, 2).round(3).to_numpy().tolist()
    [[0.25, 0.667, 3.0], [0.75, 1.0, 1.0]]
    """
    _check_probability(up, probability)
    if n_bins < 1:
        raise ParameterError(f"n_bins is {n_bins}, it must be at least 1")
    rows = pd.DataFrame({"predicted": probability, "observed": up.astype(np.float64)})
    if rows.empty:
        return rows.assign(rows=np.array([], dtype=np.int64))
    inner = np.quantile(probability, np.arange(1, n_bins) / n_bins, method="inverted_cdf")
    bins = np.searchsorted(np.unique(inner), probability, side="left")
    table = rows.groupby(bins).mean()
    return table.assign(rows=np.unique(bins, return_counts=True)[1]).reset_index(drop=True)


def _check_lengths(one: FloatArray | BoolArray, other: FloatArray, name: str, other_name: str) -> None:
    if len(one) != len(other):
        raise ParameterError(f"{name} has {len(one)} rows, {other_name} has {len(other)}; they must match")


def _check_probability(up: BoolArray, probability: FloatArray) -> None:
    _check_lengths(up, probability, "up", "probability")
    inside = (probability >= 0) & (probability <= 1)
    if not inside.all():
        raise ParameterError(f"probability {probability[~inside][0]} lies outside [0, 1]")
