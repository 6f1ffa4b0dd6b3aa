"""How far a price moves when a classifier leans one way, measured on rows that it did not learn from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from auriga.typing import FloatArray, IntArray, Regime, RegimeArray

LARGEST_MOVE = 5.0
"""Sigmas at which a realised move is cut off: one crash must not decide a slope."""

LARGEST_SLOPE = 8.0
"""Bound of the slope of moves on `curved` leans; at a lean of 0.1 a sure classifier's 0.8 x lean."""

LARGEST_SHARE = 1.6
"""Bound of an expected move in leans: twice 0.8, the mean size of a normal move in sigmas."""

FEWEST_BLOCKS = 8
"""Blocks of time below which a slope has no standard error worth the name."""

PRIOR_WINDOWS = 2000
"""Independent windows at which an expert's own slope counts as much as the pooled one."""


@dataclass(frozen=True)
class MoveScale:
    """Expected move in sigmas of a `curved` lean of 1.

    Attributes
    ----------
    pooled : float
        Of every expert that `experts` does not name; 0 or above.
    experts : mapping of Regime to float
        Of experts that were measured.
    slope, error : float
        Of all rows, as measured: before anything is cut off or shrunk. NaN where nothing was.
    windows : int
        Independent windows that were measured.
    reason : str
        Why nothing could be measured; empty where it was.
    """

    pooled: float
    experts: Mapping[Regime, float] = field(default_factory=dict)
    slope: float = float("nan")
    error: float = float("nan")
    windows: int = 0
    reason: str = ""

    def expected(self, lean: FloatArray, experts: RegimeArray) -> FloatArray:
        """Expected moves in sigmas of leans, each of the expert that answered; shape (n,)."""
        slopes = np.full(len(lean), self.pooled)
        for regime, slope in self.experts.items():
            slopes[experts == regime] = slope
        expected: FloatArray = slopes * curved(lean)
        return np.clip(expected, -LARGEST_SHARE * np.abs(lean), LARGEST_SHARE * np.abs(lean))


def curved(lean: FloatArray) -> FloatArray:
    """Square of a lean with its sign.

    A small lean is mostly the noise of an estimate and what was frequent in the training span, a large one
    mostly signal: moves grow faster than leans (studies/EXPECTED.md).

    Examples
    --------
    >>> curved(np.array([0.3, -0.1])).round(2).tolist()
    [0.09, -0.01]
    """
    square: FloatArray = lean * np.abs(lean)
    return square


def fit_move_scale(
    lean: FloatArray,
    moves: FloatArray,
    sigmas: FloatArray,
    *,
    experts: RegimeArray,
    blocks: IntArray,
    windows: IntArray,
) -> MoveScale:
    """Regress realised moves on `curved` leans through zero, and believe no more of it than its error allows.

    Both sides are taken times their sigma, so that what is right on the mean are moves of the price: a
    volatile candle counts more. Moves are cut off at `LARGEST_MOVE`. The slope of all rows is shrunk by the
    square of its standard error over itself (the positive part of James and Stein: nothing is left of a slope
    smaller than its error) and cut off at `LARGEST_SLOPE`. An expert's own slope counts
    n / (n + `PRIOR_WINDOWS`), where n are its independent windows, and the pooled one the rest.

    Parameters
    ----------
    lean : array of shape (n,)
        What the classifier said, -1 to 1 in units of a sure move; 0 where it expects nothing.
    moves : array of shape (n,)
        What followed, in sigmas.
    sigmas : array of shape (n,)
        One sigma in any unit of the price's move. Rows with NaN in one of these do not count.
    experts : int8 array of shape (n,)
        Codes of the experts that answered.
    blocks : int array of shape (n,)
        Number of the stretch of time, long against a label's horizon: rows of one block may depend on each
        other in any way, whatever their pair.
    windows : int array of shape (n,)
        Number of the stretch of time as long as a label's horizon.

    Returns
    -------
    MoveScale
        All 0, with the reason, where there are fewer than `FEWEST_BLOCKS` blocks or nothing was said.

    References
    ----------
    Liang, K.-Y., Zeger, S. L. (1986), "Longitudinal data analysis using generalized linear models",
    *Biometrika* 73: the error from sums over blocks. Efron, B., Morris, C. (1973), "Stein's estimation rule
    and its competitors", *Journal of the American Statistical Association* 68.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> time, lean = np.arange(50_000), rng.normal(0, 0.1, 50_000)
    >>> moves = 3.0 * curved(lean) + rng.normal(size=50_000)
    >>> scale = fit_move_scale(lean, moves, np.ones(50_000), experts=np.zeros(50_000, np.int8),
    ...                        blocks=time // 48, windows=time // 12)
    >>> round(scale.slope, 2), round(scale.error, 2), round(scale.pooled, 2)
    (3.14, 0.26, 3.12)
    """
    known = np.isfinite(lean) & np.isfinite(moves) & np.isfinite(sigmas)
    size = sigmas[known]
    lean, moves = curved(lean[known]) * size, np.clip(moves[known], -LARGEST_MOVE, LARGEST_MOVE) * size
    experts, blocks, windows = experts[known], blocks[known], windows[known]
    n_blocks = len(np.unique(blocks))
    if n_blocks < FEWEST_BLOCKS:
        return MoveScale(0.0, reason=f"{n_blocks} blocks of held-back rows, fewer than {FEWEST_BLOCKS}")
    if not np.any(lean):
        return MoveScale(0.0, reason="the model of the earlier rows says nothing of the later ones")
    slope, error = _slope(lean, moves, blocks)
    pooled = _bounded(slope * max(0.0, 1 - (error / slope) ** 2) if slope > 0 else 0.0)
    own: dict[Regime, float] = {}
    for code in np.unique(experts):
        rows = experts == code
        if np.any(lean[rows]):
            n_windows = len(np.unique(windows[rows]))
            share = n_windows / (n_windows + PRIOR_WINDOWS)
            raw = float(lean[rows] @ moves[rows] / (lean[rows] @ lean[rows]))
            own[Regime(code)] = share * _bounded(raw) + (1 - share) * pooled
    return MoveScale(pooled, own, slope, error, len(np.unique(windows)))


def _slope(lean: FloatArray, moves: FloatArray, blocks: IntArray) -> tuple[float, float]:
    """Slope through zero, and its standard error with whatever dependence there is within blocks."""
    square = float(lean @ lean)
    slope = float(lean @ moves) / square
    _, number = np.unique(blocks, return_inverse=True)
    sums = np.bincount(number, lean * (moves - slope * lean))
    return slope, float(np.sqrt(len(sums) / (len(sums) - 1) * (sums @ sums))) / square


def _bounded(slope: float) -> float:
    return min(max(slope, 0.0), LARGEST_SLOPE)
