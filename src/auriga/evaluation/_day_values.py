"""Scores of rows as one value a day, so that a bootstrap of days is a bootstrap of a mean."""

import numpy as np
from scipy.stats import rankdata

from auriga.typing import BoolArray, FloatArray, IntArray


def auc_rows(up: BoolArray, probability: FloatArray) -> FloatArray:
    """Each row's share in the area under the ROC curve; their mean is the area.

    The value of a row is the area plus the row's influence on it (placement values), so that resampling
    means of these values stands for resampling the area.

    Parameters
    ----------
    up : bool array of shape (n,)
    probability : array of shape (n,)

    Returns
    -------
    array of shape (n,)
        NaN when all rows have the same outcome.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson (1988). Comparing the areas under two or more correlated receiver
    operating characteristic curves: a nonparametric approach.

    Examples
    --------
    >>> float(auc_rows(np.array([True, False, True]), np.array([0.6, 0.5, 0.4])).mean())
    0.5
    """
    n_up = int(np.count_nonzero(up))
    n_down = len(up) - n_up
    if not n_up or not n_down:
        return np.full(len(up), np.nan)
    below = rankdata(probability)
    share = np.empty(len(up))
    share[up] = (below[up] - rankdata(probability[up])) / n_down
    share[~up] = 1 - (below[~up] - rankdata(probability[~up])) / n_up
    area = share[up].mean()
    rows: FloatArray = area + (share - area) * len(up) / np.where(up, n_up, n_down)
    return rows


def day_values(values: FloatArray, days: IntArray) -> FloatArray:
    """One value for each day that occurs, in order; their mean is the mean of the rows.

    A day with more rows weighs more: its value is the mean of all rows plus its own rows' distance from it,
    summed and divided by the rows of an average day.

    Parameters
    ----------
    values : array of shape (n,)
    days : int array of shape (n,)
        Number of the day of each row, in any order.

    Examples
    --------
    >>> day_values(np.array([1.0, 3.0, 5.0]), np.array([7, 7, 8])).round(3).tolist()
    [1.667, 4.333]
    """
    _, number = np.unique(days, return_inverse=True)
    counts = np.bincount(number)
    mean = values.mean()
    by_day: FloatArray = mean + np.bincount(number, weights=values - mean) / counts.mean()
    return by_day
