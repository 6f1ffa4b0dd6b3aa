"""How much each training row counts."""

import numpy as np

from auriga.errors import ParameterError
from auriga.typing import FloatArray, IntArray


def label_uniqueness(positions: IntArray, horizon: int) -> FloatArray:
    """Average share that each label has of the candles it looks at.

    A label at candle t looks at candles t + 1 to t + `horizon`. Where m labels look at one candle, each
    owns 1 / m of it; a label's uniqueness is its mean share. Rows in a dense stretch get about
    1 / `horizon`, isolated rows 1.

    Parameters
    ----------
    positions : int array of shape (n,)
        Candle numbers of the rows of one pair, ascending.
    horizon : int

    Returns
    -------
    array of shape (n,)
        In (0, 1].

    Raises
    ------
    ParameterError
        If `horizon` is below 1.

    References
    ----------
    López de Prado, M. (2018). Advances in Financial Machine Learning, chapter 4.

    Examples
    --------
    >>> label_uniqueness(np.array([0, 1, 10]), 2).tolist()
    [0.75, 0.75, 1.0]
    """
    if horizon < 1:
        raise ParameterError(f"horizon is {horizon}; it must be at least 1")
    if not len(positions):
        return np.empty(0)
    start = positions - positions[0]
    change = np.zeros(start[-1] + horizon + 1)
    np.add.at(change, start, 1)
    np.add.at(change, start + horizon, -1)
    labels = np.cumsum(change)
    share = np.divide(1.0, labels, out=np.zeros_like(labels), where=labels > 0.5)
    total = np.concatenate([[0.0], np.cumsum(share)])
    uniqueness: FloatArray = (total[start + horizon] - total[start]) / horizon
    return uniqueness


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
