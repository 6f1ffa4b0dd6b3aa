"""Intervals of the verdict: days resampled in blocks of at least a week."""

from functools import lru_cache

import numpy as np

from auriga.evaluation._bootstrap import Interval
from auriga.evaluation._stationary_bootstrap import (
    LEAST_ROWS,
    StationaryDraws,
    block_length_of,
    stationary_draws,
)
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
    draws = _draws(len(values), length, seed)
    return draws.between(mean, values[draws.rows].mean(axis=1))


@lru_cache(maxsize=4)
def _draws(n_days: int, length: float, seed: int) -> StationaryDraws:
    """Drawn once for all series of a verdict that have the same block length."""
    return stationary_draws(n_days, block_length=length, seed=seed)
