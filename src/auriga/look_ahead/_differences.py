"""Columns that two computations of the same candles do not agree on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from auriga.typing import BoolArray


@dataclass(frozen=True)
class Difference:
    """One column, and the rows in which two computations differ.

    Attributes
    ----------
    column : int
    first : int
        First row that differs.
    count : int
        Rows that differ.
    everywhere : bool
        Whether (almost) every row with a value differs, as after a change of the whole sample.
    """

    column: int
    first: int
    count: int
    everywhere: bool


def differing(
    one: npt.NDArray[Any], other: npt.NDArray[Any], *, relative: float, spread_of: npt.NDArray[Any]
) -> BoolArray:
    """Which values differ by more than a share of their column's spread; NaN agrees with NaN alone.

    Parameters
    ----------
    one, other : float array of shape (n, k)
    relative : float
        Tolerated difference, as a fraction of the standard deviation of `spread_of` (and as a thousandth of
        it, of the value itself, which float32 cannot do better).
    spread_of : float array of shape (m, k)

    Returns
    -------
    bool array of shape (n, k)

    Examples
    --------
    >>> a = np.array([[1.0], [2.0], [np.nan]])
    >>> differing(a, np.array([[1.0], [2.5], [3.0]]), relative=0.01, spread_of=a).ravel().tolist()
    [False, True, True]
    """
    one, other = one.astype(np.float64), other.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        tolerated = relative * spread(spread_of) + 1e-6 * np.maximum(np.abs(one), np.abs(other))
        apart = np.abs(one - other) > tolerated
    same = (one == other) | (~np.isfinite(one) & ~np.isfinite(other))
    missing = np.isfinite(one) != np.isfinite(other)
    return np.asarray((apart | missing) & ~same)


def spread(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the standard deviation of each column's finite values, shape (k,); 0 where there are none."""
    finite = np.isfinite(values)
    counts = np.maximum(finite.sum(axis=0), 1)
    filled = np.where(finite, values, 0.0).astype(np.float64)
    mean = filled.sum(axis=0) / counts
    squares = np.where(finite, (filled - mean) ** 2, 0.0).sum(axis=0)
    return np.asarray(np.sqrt(squares / counts))


def differences(whole: npt.NDArray[Any], cut: npt.NDArray[Any]) -> list[Difference]:
    """Columns in which `cut` is not the beginning of `whole`; both of the same candles from the first on."""
    before = whole[: len(cut)]
    apart = differing(before, cut, relative=1e-4, spread_of=before)
    finite = np.isfinite(before) | np.isfinite(cut)
    found = []
    for column in np.flatnonzero(apart.any(axis=0)):
        rows = np.flatnonzero(apart[:, column])
        valued = np.count_nonzero(finite[:, column])
        found.append(Difference(int(column), int(rows[0]), len(rows), bool(len(rows) > 0.9 * valued)))
    return found
