"""How far numbers have moved from where they were."""

import numpy as np
import numpy.typing as npt

from auriga.errors import ParameterError
from auriga.typing import FloatArray, IntArray

_EMPTY = 0.5
"""Rows that an empty bin counts as, so that one row more or less is not infinitely far."""


def population_stability_index(
    reference: npt.NDArray[np.floating], values: npt.NDArray[np.floating], n_bins: int = 10
) -> float:
    """Population stability index: how differently values fall into the reference's quantile bins.

    By a rule of thumb below 0.1 is stable, above 0.25 is another population. Two samples of n and m rows of
    the same population differ by about `(n_bins - 1) * (1 / n + 1 / m)`.

    Parameters
    ----------
    reference, values : arrays
        Of any length. NaN makes a bin of its own: values that go missing have drifted too.
    n_bins : int
        Bins of equal share in the reference, at least 2; a value that fills more than one has a bin of its
        own.

    Returns
    -------
    float
        At least 0; 0 for equal shares. A bin that is empty on one side counts as half a row. NaN when one
        side has no rows.

    Raises
    ------
    ParameterError
        If `n_bins` is below 2.

    References
    ----------
    Siddiqi, N. (2006), *Credit risk scorecards*; Yurdakul, B., Naranjo, J. (2020), Statistical properties of
    the population stability index, *Journal of Risk Model Validation* 14(4).

    Examples
    --------
    >>> reference = np.arange(100.0)
    >>> population_stability_index(reference, reference)
    0.0
    >>> round(population_stability_index(np.array([1.0, 2.0]), np.array([1.0, 2, 2, 2]), 2), 4)
    0.2747
    """
    if n_bins < 2:
        raise ParameterError(f"n_bins is {n_bins}, it must be at least 2")
    if not len(reference) or not len(values):
        return float("nan")
    edges = _edges(reference[~np.isnan(reference)], n_bins)
    before, now = _counts(reference, edges), _counts(values, edges)
    filled = (before > 0) | (now > 0)
    expected, actual = _shares(before[filled]), _shares(now[filled])
    return float(np.sum((actual - expected) * np.log(actual / expected)))


def _edges(known: npt.NDArray[np.floating], n_bins: int) -> npt.NDArray[np.floating]:
    """Upper ends of all bins but the last; a value that fills more than a bin gets a lower end as well."""
    if not len(known):
        return known
    ends = np.unique(np.quantile(known, np.arange(1, n_bins) / n_bins, method="inverted_cdf"))
    ordered = np.sort(known)
    rows = np.searchsorted(ordered, ends, side="right") - np.searchsorted(ordered, ends, side="left")
    return np.union1d(ends, np.nextafter(ends[rows * n_bins > len(known)], -np.inf))


def _counts(values: npt.NDArray[np.floating], edges: npt.NDArray[np.floating]) -> IntArray:
    """Rows in each bin, those that are NaN last."""
    missing = np.isnan(values)
    inside = np.bincount(np.searchsorted(edges, values[~missing], side="left"), minlength=len(edges) + 1)
    return np.append(inside, np.count_nonzero(missing)).astype(np.int64)


def _shares(counts: IntArray) -> FloatArray:
    shares: FloatArray = np.maximum(counts, _EMPTY) / counts.sum()
    return shares
