"""Intervals for statistics of rows in time, by resampling blocks of random length."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm, t

from auriga.errors import MissingPackageError, ParameterError, clause
from auriga.evaluation._bootstrap import Interval
from auriga.typing import FloatArray, IntArray

LEAST_ROWS = 20
"""Fewer rows get no interval: their resamples say more about the rows that are missing than about these."""

_LEAST_BLOCK = 1.25
"""Cube roots of the number of rows; see docs/evaluation.md for the coverage with and without it."""

_MOST_NAN_FRAC = 0.05
"""Share of draws that may be without a number before the interval is unknown."""


@dataclass(frozen=True, eq=False)
class StationaryDraws:
    """Resampled row positions, drawn once for any number of statistics.

    Attributes
    ----------
    rows : int array of shape (n_draws, n_rows)
        Positions; consecutive ones in blocks of random length, the last row followed by the first.
    block_length : float
        Mean length of the blocks in rows, at least 1.

    Examples
    --------
    >>> returns = np.random.default_rng(0).normal(0.001, 0.01, size=200)
    >>> draws = stationary_draws(len(returns), values=returns, n_draws=500)
    >>> best = draws.interval(lambda rows: returns[rows].max())
    >>> best.low < best.estimate == best.high
    True
    """

    rows: IntArray
    block_length: float

    def interval(self, statistic: Callable[[IntArray], float], *, level: float = 0.95) -> Interval:
        """Any statistic of row positions, as in `stationary_bootstrap`."""
        estimate = float(statistic(np.arange(self.rows.shape[1])))
        if self.rows.shape[1] < LEAST_ROWS:
            return Interval(estimate, float("nan"), float("nan"))
        return self.between(estimate, np.array([statistic(rows) for rows in self.rows], float), level=level)

    def between(self, estimate: float, resampled: FloatArray, *, level: float = 0.95) -> Interval:
        """Interval of a statistic whose value on each row of `rows` is known, shape (n_draws,)."""
        known = resampled[~np.isnan(resampled)]
        n_rows = self.rows.shape[1]
        if n_rows < LEAST_ROWS or np.isnan(estimate) or len(known) < (1 - _MOST_NAN_FRAC) * len(resampled):
            return Interval(estimate, float("nan"), float("nan"))
        tail = expanded_tail(n_rows, self.block_length, level)
        low, high = np.quantile(known, [tail, 1 - tail])
        return Interval(estimate, float(low), float(high))


def stationary_draws(
    n_rows: int,
    *,
    block_length: float | None = None,
    values: FloatArray | None = None,
    n_draws: int = 1000,
    seed: int = 0,
) -> StationaryDraws:
    """Draw row positions for the stationary bootstrap.

    Parameters
    ----------
    n_rows : int
        Rows in order of time, at least 1.
    block_length : float, optional
        Mean length of the blocks in rows, at least 1 (then rows are drawn one by one).
    values : array of shape (n_rows,), optional
        What the block length is taken from when it is not given: see `block_length_of`. One of the two is
        needed from `LEAST_ROWS` rows on.
    n_draws : int
        Bootstrap draws, at least 1.
    seed : int
        Same seed, same positions.

    Raises
    ------
    ParameterError
        If a number is out of bounds, or neither `block_length` nor `values` is given.
    MissingPackageError
        If arch is not installed.
    """
    if n_rows < 1 or n_draws < 1:
        raise ParameterError(f"n_rows is {n_rows} and n_draws {n_draws}; both must be at least 1")
    if n_rows < LEAST_ROWS:
        return StationaryDraws(np.zeros((0, n_rows), dtype=np.int64), 1.0)
    length = _length(n_rows, block_length, values)
    bootstrap = _arch().StationaryBootstrap(length, np.arange(n_rows), seed=seed)
    return StationaryDraws(np.stack([bootstrap.update_indices() for _ in range(n_draws)]), length)


def block_length_of(values: FloatArray) -> float:
    """Mean block length for the stationary bootstrap of a series, in whole rows.

    Longer for rows that depend more on those before them, and at least 1.25 times the cube root of their
    number: in samples as short as those of trading, the rule of Politis and White often sees no dependence.

    Parameters
    ----------
    values : array of shape (n,)
        In order of time, at least `LEAST_ROWS`, all finite.

    Raises
    ------
    ParameterError
        If there are too few values or one is not finite.
    MissingPackageError
        If arch is not installed.

    References
    ----------
    Politis, D. N., White, H. (2004), Automatic block-length selection for the dependent bootstrap,
    *Econometric Reviews* 23(1), corrected by Patton, Politis and White (2009), 28(4).

    Examples
    --------
    >>> block_length_of(np.ones(365))
    9.0
    """
    if len(values) < LEAST_ROWS or not np.isfinite(values).all():
        raise ParameterError(
            f"values has {len(values)} rows, {np.count_nonzero(~np.isfinite(values))} of them not finite; a "
            f"block length needs at least {LEAST_ROWS} finite ones"
        )
    least = max(1.0, float(round(_LEAST_BLOCK * len(values) ** (1 / 3))))
    if np.ptp(values) == 0:
        return least
    with np.errstate(divide="ignore", invalid="ignore"):  # correlations of a stretch that stands still
        found = float(_arch().optimal_block_length(values)["stationary"].iloc[0])
    return max(least, float(round(found))) if np.isfinite(found) else least


def stationary_bootstrap(
    statistic: Callable[[IntArray], float],
    n_rows: int,
    *,
    block_length: float | None = None,
    values: FloatArray | None = None,
    level: float = 0.95,
    n_draws: int = 1000,
    seed: int = 0,
) -> Interval:
    """Any statistic of rows in time with an interval from resampling blocks of random length.

    The interval is the percentile interval of the draws, expanded for the number of blocks (see
    `expanded_tail`), so it never leaves the range of the statistic. Simulated coverage of 95 % intervals
    stands in docs/evaluation.md: 93 to 97 % for means and Sharpe ratios. For extremes such as the largest
    drawdown the interval only describes how far resamples of the same days spread.

    Parameters
    ----------
    statistic : callable
        Given row positions (a row comes as often as it was drawn), returns a number; NaN where it has none.
    n_rows, block_length, values, n_draws, seed
        As in `stationary_draws`, with which several statistics share their draws.
    level : float
        Coverage of the interval, in (0, 1).

    Returns
    -------
    Interval
        Bounds are NaN below `LEAST_ROWS` rows, when the estimate is NaN, and when more than 5 % of the draws
        are; other draws without a number do not count.

    Raises
    ------
    ParameterError, MissingPackageError
        As in `stationary_draws`.

    References
    ----------
    Politis, D. N., Romano, J. P. (1994), The stationary bootstrap, *JASA* 89(428).

    Examples
    --------
    >>> values = np.random.default_rng(0).normal(size=100)
    >>> share = stationary_bootstrap(lambda rows: (values[rows] > 0).mean(), 100, values=values)
    >>> 0.3 < share.low < share.estimate < share.high < 0.7
    True
    """
    draws = stationary_draws(n_rows, block_length=block_length, values=values, n_draws=n_draws, seed=seed)
    return draws.interval(statistic, level=level)


def stationary_bootstrap_mean(
    values: FloatArray,
    *,
    block_length: float | None = None,
    level: float = 0.95,
    n_draws: int = 1000,
    seed: int = 0,
) -> Interval:
    """Mean of rows in time with its stationary-bootstrap interval; as `stationary_bootstrap`, faster.

    Examples
    --------
    >>> stationary_bootstrap_mean(np.ones(50))
    Interval(estimate=1.0, low=1.0, high=1.0)
    """
    draws = stationary_draws(
        len(values), block_length=block_length, values=values, n_draws=n_draws, seed=seed
    )
    return draws.between(float(values.mean()), values[draws.rows].mean(axis=1), level=level)


def expanded_tail(n_rows: int, block_length: float, level: float) -> float:
    """Share of the draws beyond each end of an interval, corrected for a finite number of blocks.

    Resamples spread too little, because they spread about the mean of the same rows, and their normal
    quantile leaves out that the spread itself is estimated. Both are put right by a smaller share in the
    tails, as for Student's t interval; for many short blocks it is (1 - level) / 2, for a few long ones 0.

    The variance of a resampled mean adds autocovariances of lag k with weights (1 - 1 / b)**k, b the mean
    length of a block. The weights' sum, 2 b - 1, over n is the share of the variance that goes missing; n
    over the sum of their squares are its degrees of freedom. For b = 1 it is Hesterberg's interval.

    Parameters
    ----------
    n_rows : int
    block_length : float
        At least 1.
    level : float
        Coverage, in (0, 1).

    Raises
    ------
    ParameterError
        If the level is out of bounds.

    References
    ----------
    Hesterberg, T. C. (2015), What teachers should know about the bootstrap, *The American Statistician*
    69(4), section 4.1: the expanded percentile interval, for independent rows.

    Examples
    --------
    >>> [round(expanded_tail(n, b, 0.95), 4) for n, b in ((10**9, 1.0), (20, 1.0), (90, 6.0), (20, 12.0))]
    [0.025, 0.0159, 0.0115, 0.0]
    """
    if not 0 < level < 1:
        raise ParameterError(f"level is {level}, it must lie between 0 and 1; 0.95 is usual")
    weights = 2 * block_length - 1
    degrees = n_rows / (2 * block_length**2 / weights - 1) - 1
    if n_rows <= weights or degrees < 1:
        return 0.0
    return float(norm.cdf((n_rows / (n_rows - weights)) ** 0.5 * t.ppf((1 - level) / 2, degrees)))


def _length(n_rows: int, block_length: float | None, values: FloatArray | None) -> float:
    if block_length is not None:
        if not 1 <= block_length <= n_rows:
            raise ParameterError(f"block_length is {block_length}, it must lie within 1 and {n_rows} rows")
        return float(block_length)
    if values is None or len(values) != n_rows:
        given = "missing" if values is None else f"of {len(values)} rows"
        raise ParameterError(
            f"block_length is not given and values is {given}; give one of them for {n_rows} rows"
        )
    return block_length_of(values)


def _arch() -> Any:
    """Import it only here: it takes seconds, and belongs to an extra."""
    try:
        from arch import bootstrap
    except ImportError as error:
        raise MissingPackageError(
            f"intervals need arch ({clause(error)}): pip install auriga[report]"
        ) from None
    return bootstrap
