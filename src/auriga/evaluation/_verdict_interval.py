"""Intervals of the verdict: days resampled in blocks of at least a week."""

import numpy as np

from auriga.evaluation._bootstrap import Interval
from auriga.evaluation._stationary_bootstrap import LEAST_ROWS, block_length_of, stationary_bootstrap_mean
from auriga.typing import FloatArray

LEAST_DAYS = LEAST_ROWS
"""Days of test rows below which nothing is judged."""

_BLOCK_DAYS = 7.0
"""Shortest mean block: the models of a window answer for days on end, and markets have weeks."""


def day_interval(values: FloatArray, *, seed: int = 0) -> Interval:
    """Mean of daily values with a 95 % interval; NaN bounds below `LEAST_DAYS`.

    Stationary bootstrap with blocks of a week or, where the values depend on each other for longer, of the
    length that they ask for, at most a quarter of them.
    """
    mean = float(values.mean())
    if len(values) < LEAST_DAYS or not np.isfinite(mean):
        return Interval(mean, float("nan"), float("nan"))
    length = max(1.0, min(max(block_length_of(values), _BLOCK_DAYS), len(values) / 4))
    return stationary_bootstrap_mean(values, block_length=length, seed=seed)
