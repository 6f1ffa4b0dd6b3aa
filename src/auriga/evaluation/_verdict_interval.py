"""Intervals of the verdict: days resampled in blocks, stretched for how few blocks there are."""

import numpy as np
from arch.bootstrap import StationaryBootstrap, optimal_block_length
from scipy.stats import norm, t  # type: ignore[import-untyped]

from auriga.evaluation._bootstrap import Interval
from auriga.typing import FloatArray

LEAST_DAYS = 20
"""Days of test rows below which nothing is judged."""

_BLOCK_DAYS = 7.0
"""Shortest mean block: the models of a window answer for days on end, and markets have weeks."""


def day_interval(values: FloatArray, *, seed: int = 0) -> Interval:
    """Mean of daily values with a 95 % interval; NaN bounds below `LEAST_DAYS`.

    Stationary bootstrap with blocks of a week or, where the values depend on each other for longer, of the
    length that they ask for. Few blocks make percentile intervals too narrow, so these are stretched by
    Student's t with as many degrees of freedom as there are blocks, less one.
    """
    mean = float(values.mean())
    if len(values) < LEAST_DAYS or not np.isfinite(mean):
        return Interval(mean, float("nan"), float("nan"))
    if np.ptp(values) == 0:
        return Interval(mean, mean, mean)
    block = min(max(float(optimal_block_length(values)["stationary"].iloc[0]), _BLOCK_DAYS), len(values) / 4)
    draws = StationaryBootstrap(block, values, seed=seed).apply(np.mean, 1000)[:, 0]
    low, high = np.quantile(draws, [0.025, 0.975])
    stretch = float(t.ppf(0.975, len(values) / block - 1) / norm.ppf(0.975))
    return Interval(mean, mean - stretch * (mean - float(low)), mean + stretch * (float(high) - mean))
