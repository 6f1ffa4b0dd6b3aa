"""Chronological splits whose parts do not share any label's future."""

import numpy as np

from auriga.errors import ParameterError
from auriga.typing import IntArray


def purged_split(n_samples: int, *, test_size: float, purge_size: int) -> tuple[IntArray, IntArray]:
    """Split rows in time order into training rows, a purged gap, and the test rows at the end.

    Parameters
    ----------
    n_samples : int
        Rows in time order.
    test_size : float
        Share of the rows that form the test part, in (0, 1).
    purge_size : int
        Rows dropped between the parts. A label that looks h rows ahead needs at least h, or the last
        training labels are known only from test rows.

    Returns
    -------
    train, test : arrays of row positions
        `train[-1] + purge_size < test[0]`.

    Raises
    ------
    ParameterError
        If a number is out of range or no training row would be left.

    References
    ----------
    López de Prado, M. (2018). Advances in Financial Machine Learning, chapter 7.

    Examples
    --------
    >>> train, test = purged_split(10, test_size=0.3, purge_size=2)
    >>> train.tolist(), test.tolist()
    ([0, 1, 2, 3, 4], [7, 8, 9])
    """
    if not 0 < test_size < 1:
        raise ParameterError(f"test_size is {test_size}; it must lie between 0 and 1")
    if purge_size < 0:
        raise ParameterError(f"purge_size is {purge_size}; it must not be negative")
    first_test = n_samples - max(1, round(n_samples * test_size))
    if first_test - purge_size < 1:
        raise ParameterError(
            f"{n_samples} rows leave nothing to train on with test_size {test_size} and purge_size "
            f"{purge_size}; use more rows or a smaller test"
        )
    return np.arange(first_test - purge_size), np.arange(first_test, n_samples)
