"""Intervals for means of dependent rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from auriga.errors import ParameterError
from auriga.typing import FloatArray, IntArray


@dataclass(frozen=True)
class Interval:
    """An estimate and its interval; bounds are NaN where there are too few rows for one."""

    estimate: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


def calendar_weeks(dates: pd.Series) -> IntArray:
    """Number of the calendar week (Monday, UTC) of each date: the blocks of the bootstrap.

    Rows of several pairs in the same week share a block, so pairs are resampled together.
    """
    days = dates.to_numpy(dtype="datetime64[D]").astype(np.int64)
    weeks: IntArray = (days + 3) // 7  # 1970-01-01 was a Thursday
    return weeks


def block_bootstrap_mean(
    values: FloatArray,
    blocks: npt.NDArray[np.integer],
    *,
    level: float = 0.95,
    n_draws: int = 2000,
    seed: int = 0,
) -> Interval:
    """Mean of rows with a percentile interval from resampling whole blocks.

    Parameters
    ----------
    values : array of shape (n,)
    blocks : int array of shape (n,)
        Rows of one block stay together; blocks should be longer than the rows' dependence.
    level : float
        Coverage of the interval.
    n_draws : int
        Bootstrap draws.
    seed : int
        Same seed, same interval.

    Raises
    ------
    ParameterError
        If there are fewer than two blocks.

    References
    ----------
    Künsch, H. R. (1989). The jackknife and the bootstrap for general stationary observations.

    Examples
    --------
    >>> block_bootstrap_mean(np.array([1.0, 1, 1, 1]), np.array([0, 0, 1, 1]))
    Interval(estimate=1.0, low=1.0, high=1.0)
    """
    block, n_blocks = _numbered(blocks)
    sums = np.bincount(block, weights=values)
    counts = np.bincount(block)
    draws = np.random.default_rng(seed).integers(n_blocks, size=(n_draws, n_blocks))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    return _percentile_interval(float(values.mean()), means, level)


def block_bootstrap(
    statistic: Callable[[IntArray], float],
    blocks: npt.NDArray[np.integer],
    *,
    level: float = 0.95,
    n_draws: int = 200,
    seed: int = 0,
) -> Interval:
    """Any statistic of rows with a percentile interval from resampling whole blocks.

    Parameters
    ----------
    statistic : callable
        Given row positions (a resampled row comes as often as its block was drawn), returns a number.
    blocks, level, n_draws, seed
        As in `block_bootstrap_mean`, which is faster for means.

    Raises
    ------
    ParameterError
        If there are fewer than two blocks.

    Examples
    --------
    >>> values = np.array([1.0, 2.0, 3.0, 4.0])
    >>> block_bootstrap(lambda rows: values[rows].max(), np.array([0, 0, 1, 1])).estimate
    4.0
    """
    block, n_blocks = _numbered(blocks)
    rows_of = np.split(np.argsort(block, kind="stable"), np.cumsum(np.bincount(block))[:-1])
    rng = np.random.default_rng(seed)
    draws = [
        statistic(np.concatenate([rows_of[drawn] for drawn in rng.integers(n_blocks, size=n_blocks)]))
        for _ in range(n_draws)
    ]
    return _percentile_interval(float(statistic(np.arange(len(block)))), np.array(draws), level)


def _numbered(blocks: npt.NDArray[np.integer]) -> tuple[IntArray, int]:
    _, block = np.unique(blocks, return_inverse=True)
    n_blocks = int(block.max()) + 1 if len(block) else 0
    if n_blocks < 2:
        raise ParameterError(f"{n_blocks} block(s) of rows; a block bootstrap needs at least 2")
    return block, n_blocks


def _percentile_interval(estimate: float, draws: FloatArray, level: float) -> Interval:
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(estimate, float(low), float(high))
