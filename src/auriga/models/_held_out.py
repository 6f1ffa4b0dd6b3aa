"""A classifier's probabilities of the newest rows, learned from earlier rows alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from auriga.models._binned import BinnedFeatures
from auriga.models._regime_classifier import RegimeClassifier
from auriga.models._regime_model import SharedFallback
from auriga.typing import FloatArray, IntArray, RegimeArray

HELD_SHARE = 0.25
"""Share of the time that is held back."""


@dataclass(frozen=True)
class HeldOut:
    """What a model of earlier rows says of later ones.

    Attributes
    ----------
    rows : int array of shape (n,)
        Positions of the later rows, ascending.
    probability : array of shape (n, n_classes)
    experts : int8 array of shape (n,)
        Codes of the experts that answered.
    """

    rows: IntArray
    probability: FloatArray
    experts: RegimeArray


def held_out_split(
    times: IntArray, *, gap: int, most_early: int, most_late: int
) -> tuple[IntArray, IntArray]:
    """Some of the early rows and some of the late ones, evenly spread, a gap of time apart.

    Parameters
    ----------
    times : int array of shape (n,)
        In any order.
    gap : int
        Time between the last early row and the first late one, in the unit of `times`: at least what a label
        looks ahead.
    most_early, most_late : int
        Rows of each part.

    Returns
    -------
    early, late : int arrays
        Ascending positions. Late rows lie in the last `HELD_SHARE` of the time.

    Examples
    --------
    >>> early, late = held_out_split(np.arange(100), gap=5, most_early=35, most_late=5)
    >>> len(early), int(early[-1]), late.tolist()
    (35, 68, [75, 80, 85, 90, 95])
    """
    first, last = int(times.min()), int(times.max())
    cut = last + 1 - HELD_SHARE * (last + 1 - first)
    early, late = np.flatnonzero(times < cut - gap), np.flatnonzero(times >= cut)
    return _some(early, most_early), _some(late, most_late)


def held_out(
    model: RegimeClassifier,
    X: BinnedFeatures | npt.NDArray[Any],
    y: npt.NDArray[Any],
    early: IntArray,
    late: IntArray,
    *,
    regimes: RegimeArray,
    sample_weight: FloatArray | None,
) -> HeldOut:
    """Fit a model on early rows, and ask it about late ones.

    Limits that are counted in rows (`min_samples`, `prior_samples`) shrink with the rows, so that regimes
    have the experts that all rows would give them.

    Parameters
    ----------
    model : RegimeClassifier
        Not fitted yet; it is fitted here.
    X, y, regimes, sample_weight
        As `RegimeClassifier.fit` takes them, of all rows.
    early, late : int arrays
        Ascending positions.
    """
    thinning = len(early) / len(y)
    for name in ("min_samples", "prior_samples"):
        model.set_params(**{name: max(1, round(getattr(model, name) * thinning))})
    weight = None if sample_weight is None else sample_weight[early]
    codes, asked = regimes[early], regimes[late]
    if isinstance(X, BinnedFeatures):
        shared = SharedFallback(held=X.take(late))
        model.fit(X.take(early), y[early], regimes=codes, sample_weight=weight, shared=shared)
        probability = model.held_proba(asked)
    else:
        model.fit(X[early], y[early], regimes=codes, sample_weight=weight)
        probability = model.predict_proba(X[late], regimes=asked)
    return HeldOut(late, probability, model.route(asked)[0])


def _some(rows: IntArray, most: int) -> IntArray:
    if len(rows) <= most:
        return rows
    chosen: IntArray = rows[np.arange(most) * len(rows) // most]
    return chosen
