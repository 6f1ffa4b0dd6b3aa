"""Whether moves come as large as they were expected: buckets, a slope, and intervals from whole weeks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from auriga.errors import ParameterError
from auriga.evaluation._bootstrap import Interval, block_bootstrap_mean
from auriga.typing import FloatArray, IntArray

BUCKETS_BP = (-25.0, -15.0, -10.0, -5.0, 0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0)
"""Edges between buckets of expected moves; a round trip of the shipped costs is 30 bp."""

_COLUMNS = ("low", "high", "rows", "blocks", "expected", "realised", "realised_low", "realised_high")


def expected_move_table(
    expected: FloatArray, realised: FloatArray, blocks: IntArray, *, edges: Sequence[float] = BUCKETS_BP
) -> pd.DataFrame:
    """Mean realised move of each bucket of expected moves.

    Parameters
    ----------
    expected, realised : arrays of shape (n,)
        In one unit; no NaN.
    blocks : int array of shape (n,)
        Rows of one block stay together: `calendar_weeks`, of all pairs.
    edges : sequence of float
        Ascending. An edge belongs to the bucket above it.

    Returns
    -------
    DataFrame
        One row a bucket that has rows, ascending: `low`, `high` (its bounds, infinite at the ends), `rows`,
        `blocks`, `expected`, `realised` (means) and the latter's 95 % interval `realised_low`,
        `realised_high`, NaN with fewer than two blocks.

    Raises
    ------
    ParameterError
        If lengths differ, a value is NaN or the edges do not ascend.

    Examples
    --------
    >>> expected = np.array([1.0, 2.0, 12.0, 12.0])
    >>> table = expected_move_table(expected, np.array([0.0, 4.0, 9.0, 11.0]), np.array([0, 1, 0, 1]))
    >>> table[["low", "high", "rows", "expected", "realised"]].to_numpy().tolist()
    [[0.0, 5.0, 2.0, 1.5, 2.0], [10.0, 15.0, 2.0, 12.0, 10.0]]
    """
    _require_known(expected, realised, blocks)
    bounds = np.array([-np.inf, *edges, np.inf])
    if not (np.diff(bounds) > 0).all():
        raise ParameterError(f"edges are {list(edges)}; they must ascend")
    bucket = np.searchsorted(bounds, expected, side="right") - 1
    rows = []
    for number in np.unique(bucket):
        own = bucket == number
        mean = _mean(realised[own], blocks[own])
        facts = (int(own.sum()), len(np.unique(blocks[own])), float(expected[own].mean()))
        rows.append((bounds[number], bounds[number + 1], *facts, mean.estimate, mean.low, mean.high))
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"rows": np.int64, "blocks": np.int64})


def expected_move_slope(
    expected: FloatArray, realised: FloatArray, blocks: IntArray, *, n_draws: int = 2000, seed: int = 0
) -> Interval:
    """Slope of realised on expected moves through zero: 1 is honest, less promises too much.

    Parameters
    ----------
    expected, realised, blocks
        As in `expected_move_table`.
    n_draws, seed
        Of the bootstrap of whole blocks.

    Returns
    -------
    Interval
        With its 95 % interval, NaN with fewer than two blocks; all NaN where nothing was expected.

    Raises
    ------
    ParameterError
        If lengths differ or a value is NaN.

    Examples
    --------
    >>> expected = np.array([1.0, 2.0, 3.0, 4.0])
    >>> expected_move_slope(expected, 0.5 * expected, np.array([0, 0, 1, 1]))
    Interval(estimate=0.5, low=0.5, high=0.5)
    """
    _require_known(expected, realised, blocks)
    nan = float("nan")
    if not np.any(expected):
        return Interval(nan, nan, nan)
    _, block = np.unique(blocks, return_inverse=True)
    product, square = (np.bincount(block, expected * other) for other in (realised, expected))
    slope = float(product.sum() / square.sum())
    if len(square) < 2:
        return Interval(slope, nan, nan)
    draws = np.random.default_rng(seed).integers(len(square), size=(n_draws, len(square)))
    with np.errstate(invalid="ignore"):  # a draw of blocks without any expectation tells no slope
        slopes = product[draws].sum(axis=1) / square[draws].sum(axis=1)
    low, high = np.nanquantile(slopes, [0.025, 0.975])
    return Interval(slope, float(low), float(high))


def _mean(values: FloatArray, blocks: IntArray) -> Interval:
    if len(np.unique(blocks)) < 2:
        return Interval(float(values.mean()), float("nan"), float("nan"))
    return block_bootstrap_mean(values, blocks)


def _require_known(expected: FloatArray, realised: FloatArray, blocks: IntArray) -> None:
    if not len(expected) == len(realised) == len(blocks):
        raise ParameterError(
            f"expected has {len(expected)} rows, realised {len(realised)} and blocks {len(blocks)}; "
            "they must match"
        )
    if np.isnan(expected).any() or np.isnan(realised).any():
        raise ParameterError("expected or realised holds NaN; leave out rows without an answer")
