"""How much each training row counts."""

import numpy as np

from auriga.errors import ParameterError
from auriga.typing import FloatArray, IntArray


def label_uniqueness(positions: IntArray, horizon: int | IntArray) -> FloatArray:
    """Average share that each label has of the candles it looks at.

    A label at candle t looks at candles t + 1 to t + `horizon`. Where m labels look at one candle, each
    owns 1 / m of it; a label's uniqueness is its mean share. Rows in a dense stretch get about
    1 / `horizon`, isolated rows 1.

    Parameters
    ----------
    positions : int array of shape (n,)
        Candle numbers of the rows of one pair, ascending.
    horizon : int, or int array of shape (n,)
        Candles ahead that a label looks at, of all labels or of each: a barrier may be touched early.

    Returns
    -------
    array of shape (n,)
        In (0, 1].

    Raises
    ------
    ParameterError
        If a `horizon` is below 1.

    References
    ----------
    López de Prado, M. (2018). Advances in Financial Machine Learning, chapter 4.

    Examples
    --------
    >>> label_uniqueness(np.array([0, 1, 10]), 2).tolist()
    [0.75, 0.75, 1.0]
    >>> label_uniqueness(np.array([0, 1, 10]), np.array([1, 4, 4])).tolist()
    [1.0, 1.0, 1.0]
    """
    if np.min(horizon, initial=1) < 1:
        raise ParameterError(f"horizon is {np.min(horizon)}; it must be at least 1")
    if not len(positions):
        return np.empty(0)
    start = positions - positions[0]
    stop = start + horizon
    change = np.zeros(stop.max() + 1)
    np.add.at(change, start, 1)
    np.add.at(change, stop, -1)
    labels = np.cumsum(change)
    share = np.divide(1.0, labels, out=np.zeros_like(labels), where=labels > 0.5)
    total = np.concatenate([[0.0], np.cumsum(share)])
    uniqueness: FloatArray = (total[stop] - total[start]) / horizon
    return uniqueness


def average_uniqueness(positions: IntArray, horizon: int | IntArray) -> float:
    """How much of its candles a label has to itself on average; 1 where no two labels overlap.

    n labels that overlap tell about as much as n times this number would that do not.

    Parameters
    ----------
    positions, horizon
        As in `label_uniqueness`.

    Returns
    -------
    float
        In (0, 1]; NaN without labels.

    Raises
    ------
    ParameterError
        If a `horizon` is below 1.

    Examples
    --------
    >>> round(average_uniqueness(np.arange(1000), 12), 3)
    0.084
    """
    uniqueness = label_uniqueness(positions, horizon)
    return float(uniqueness.mean()) if len(uniqueness) else float("nan")


def return_weights(returns: FloatArray, limit: float = 5.0) -> FloatArray:
    """Weights that grow with the size of a row's return, so that large moves are learned first.

    A row counts as its size in units of the mean size, at most `limit`; what the limit takes from the largest
    is given to all rows alike, so that the mean stays 1.

    Parameters
    ----------
    returns : array of shape (n,)
        In any unit; NaN counts as a return of mean size.
    limit : float
        Above 0.

    Returns
    -------
    array of shape (n,)
        From 0 to `limit` + 1, mean 1; all 1 where nothing moves.

    Raises
    ------
    ParameterError
        If `limit` is not above 0.

    Examples
    --------
    >>> return_weights(np.array([0.01, -0.03, 0.0, 0.04])).tolist()
    [0.5, 1.5, 0.0, 2.0]
    """
    if not limit > 0:
        raise ParameterError(f"limit is {limit}; it must be above 0")
    size = np.abs(np.asarray(returns, dtype=np.float64))
    known = ~np.isnan(size)
    mean = float(size[known].mean()) if known.any() else 0.0
    if mean <= 0:
        return np.ones(len(size))
    weights = np.minimum(np.where(known, size / mean, 1.0), limit)
    shared: FloatArray = weights + max(0.0, 1.0 - weights.mean())
    return shared


def recency_weights(age: FloatArray, half_life: float) -> FloatArray:
    """Weight that halves with every `half_life` of age; both in the same unit.

    Raises
    ------
    ParameterError
        If `half_life` is not above 0.

    Examples
    --------
    >>> recency_weights(np.array([0.0, 10.0]), half_life=10).tolist()
    [1.0, 0.5]
    """
    if half_life <= 0:
        raise ParameterError(f"half_life is {half_life}; it must be above 0")
    weights: FloatArray = 0.5 ** (age / half_life)
    return weights
