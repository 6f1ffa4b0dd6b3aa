"""How far a price moves when a classifier leans one way, measured on rows that it did not learn from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from auriga.typing import FloatArray, IntArray, Regime, RegimeArray

LARGEST_MOVE = 5.0
"""Sigmas at which a realised move is cut off: one crash must not decide a slope."""

LARGEST_SLOPE = 1.6
"""Twice what a calibrated classifier of moves that spread normally has: sqrt(2 / pi), about 0.8."""

FEWEST_BLOCKS = 8
"""Blocks of time below which a slope has no standard error worth the name."""

PRIOR_WINDOWS = 2000
"""Independent windows at which an expert's own slope counts as much as the pooled one.

A lean spreads by about 0.05, so n windows tell a slope to about 20 / sqrt(n): 0.45 of 2000.
"""


@dataclass(frozen=True)
class MoveScale:
    """Expected move in sigmas of a lean of 1.

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
        expected: FloatArray = slopes * lean
        return expected


def fit_move_scale(
    lean: FloatArray, moves: FloatArray, *, experts: RegimeArray, blocks: IntArray, windows: IntArray
) -> MoveScale:
    """Regress realised moves on leans through zero, and believe in it no more than its error allows.

    Moves are cut off at `LARGEST_MOVE`. The slope of all rows is shrunk by the square of its standard error
    over itself (the positive part of James and Stein: nothing is left of a slope smaller than its error) and
    cut off at `LARGEST_SLOPE`. An expert's own slope counts n / (n + `PRIOR_WINDOWS`), where n are its
    independent windows, and the pooled one the rest.

    Parameters
    ----------
    lean : array of shape (n,)
        What the classifier said, -1 to 1 in units of a sure move; 0 where it expects nothing.
    moves : array of shape (n,)
        What followed, in sigmas. Rows with NaN in either do not count.
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
    >>> moves = 0.6 * lean + rng.normal(size=50_000)
    >>> scale = fit_move_scale(lean, moves, experts=np.zeros(50_000, np.int8), blocks=time // 48,
    ...                        windows=time // 12)
    >>> round(scale.slope, 2), round(scale.error, 3), round(scale.pooled, 2)
    (0.66, 0.045, 0.66)
    """
    known = np.isfinite(lean) & np.isfinite(moves)
    lean, moves = lean[known], np.clip(moves[known], -LARGEST_MOVE, LARGEST_MOVE)
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
