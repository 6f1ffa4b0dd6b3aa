"""AUC, log-loss and the share of the possible edge, with intervals from resampling weeks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auriga.evaluation import Interval, block_bootstrap_mean, calendar_weeks, log_loss_rows, roc_auc
from auriga.typing import BoolArray, FloatArray, IntArray
from studies.truth._data import Pair

_DRAWS = 2000


def captured(auc: float, best: float) -> float:
    """Share of the best possible edge; NaN where there is none to capture.

    Examples
    --------
    >>> captured(0.6, 0.7)
    0.5
    """
    return (auc - 0.5) / (best - 0.5) if best > 0.5 + 1e-9 else float("nan")


def auc_gain(up: BoolArray, ours: FloatArray, theirs: FloatArray, blocks: IntArray) -> Interval:
    """AUC of `ours` minus that of `theirs` over all rows, resampled in whole blocks.

    A resampled AUC only needs how often each block's ups beat each block's downs, counted once.
    """
    _, block = np.unique(blocks, return_inverse=True)
    wins = block_wins(up, ours, block) - block_wins(up, theirs, block)
    ups, downs = (np.bincount(block[rows], minlength=len(wins)) for rows in (up, ~up))
    draws = np.random.default_rng(0).multinomial(len(wins), np.full(len(wins), 1 / len(wins)), size=_DRAWS)
    gains = ((draws @ wins) * draws).sum(axis=1) / ((draws @ ups) * (draws @ downs))
    low, high = np.quantile(gains, [0.025, 0.975])
    return Interval(float(wins.sum() / (ups.sum() * downs.sum())), float(low), float(high))


def block_wins(up: BoolArray, said: FloatArray, block: IntArray) -> FloatArray:
    """Entry (i, j): how many pairs of an up row of block i and a down row of j are in order; ties half."""
    _, level = np.unique(said, return_inverse=True)
    n_blocks, n_levels = int(block.max()) + 1, int(level.max()) + 1
    wins = np.empty((n_blocks, n_blocks))
    for number in range(n_blocks):
        downs = np.bincount(level[~up & (block == number)], minlength=n_levels)
        beaten = np.cumsum(downs) - downs / 2
        wins[:, number] = np.bincount(block[up], weights=beaten[level[up]], minlength=n_blocks)
    return wins


@dataclass(frozen=True)
class Scored:
    """Test rows of all pairs of a market, against which predictions are scored.

    Attributes
    ----------
    up : bool array of shape (n,)
    best : array of shape (n,)
        The best possible prediction.
    blocks : int array of shape (n,)
        Weeks; no two pairs share one, since pairs are simulated independently.
    """

    up: BoolArray
    best: FloatArray
    blocks: IntArray

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> "Scored":
        """Stack the test rows in the order of the pairs."""
        weeks = [calendar_weeks(p.dates.iloc[p.test]) + 10_000 * number for number, p in enumerate(pairs)]
        return cls(
            np.concatenate([p.up[p.test] for p in pairs]),
            np.concatenate([p.best[p.test] for p in pairs]),
            np.concatenate(weeks),
        )

    def auc(self, said: FloatArray) -> float:
        return roc_auc(self.up, said)

    def share(self, said: FloatArray) -> float:
        return captured(self.auc(said), self.auc(self.best))

    def auc_gain(self, ours: FloatArray, theirs: FloatArray) -> Interval:
        return auc_gain(self.up, ours, theirs, self.blocks)

    def log_loss_gain(self, ours: FloatArray, theirs: FloatArray) -> Interval:
        """Log-loss of `theirs` minus `ours` in 1e-5 nats: above 0 ours is better."""
        saved = log_loss_rows(self.up, theirs) - log_loss_rows(self.up, ours)
        return block_bootstrap_mean(1e5 * saved, self.blocks)
