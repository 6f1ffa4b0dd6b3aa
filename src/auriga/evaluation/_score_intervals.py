"""Scores of probabilities with intervals, for groups of many rows, from sums and histograms by day."""

import numpy as np
import pandas as pd

from auriga.errors import ParameterError
from auriga.evaluation._bootstrap import Interval
from auriga.evaluation._calibration import brier_score, information_coefficient
from auriga.evaluation._scores import log_loss_rows, roc_auc
from auriga.evaluation._stationary_bootstrap import StationaryDraws, stationary_draws
from auriga.typing import BoolArray, FloatArray, IntArray

BLOCK_DAYS = 7
"""Mean length of the blocks that are resampled: a week, longer than labels and daily habits reach."""

_BINS = 1000

SCORES = (
    "rows", "up_share", "auc", "auc_low", "auc_high", "log_loss", "log_loss_constant", "skill_1e5",
    "skill_low", "skill_high", "brier", "ic", "ic_low", "ic_high",
)  # fmt: skip
"""Names that `score_with_intervals` gives."""


def score_with_intervals(
    up: FloatArray,
    probability: FloatArray,
    prior: FloatArray,
    move: FloatArray,
    days: IntArray,
    *,
    level: float = 0.95,
    n_draws: int = 1000,
    seed: int = 0,
) -> dict[str, float]:
    """Score probabilities of one group with intervals from resampled days.

    Whole days are resampled, in blocks of `BLOCK_DAYS` on average, so rows of several pairs and of
    overlapping labels stay together; days without a row of the group do not count. The intervals of AUC and
    of the information coefficient are made from daily sums and are fast for any number of rows:
    probabilities go into 1000 bins of equal size (rows of one bin count as ties), and ranks are those among
    all rows.

    Parameters
    ----------
    up : array of shape (n,)
        1 or 0; NaN where the move is flat, which only `ic` looks at.
    probability, prior : arrays of shape (n,)
        In [0, 1]: of an upward move, and what a constant predictor says.
    move : array of shape (n,)
        Return to rank the probability with; NaN leaves a row out of `ic`.
    days : int array of shape (n,)
        Number of each row's day.
    level, n_draws, seed
        As in `stationary_bootstrap`.

    Returns
    -------
    dict
        `SCORES`: `rows` counts all; `log_loss` and `log_loss_constant` are in nats, `skill_1e5` is the second
        less the first in 1e-5 nats. NaN where nothing can be said: classes missing, below 20 days.

    Raises
    ------
    ParameterError
        If lengths differ or a probability lies outside [0, 1].

    Examples
    --------
    >>> one = np.array([1.0, 0.0, 1.0, 0.0])
    >>> scores = score_with_intervals(one, np.array([0.6, 0.4, 0.7, 0.3]), one * 0 + 0.5, one, np.arange(4))
    >>> scores["auc"], scores["auc_low"]
    (1.0, nan)
    """
    _check_lengths(up, probability, prior, move, days)
    told = ~np.isnan(up)
    draw = _Days(days, n_draws, seed, level)
    scores: dict[str, float] = dict.fromkeys(SCORES, float("nan")) | {"rows": len(up)}
    if told.any():
        scores |= _class_scores(up[told] > 0, probability[told], prior[told], draw.only(told))
    moved = ~np.isnan(move)
    if moved.any():
        ic = _ic(probability[moved], move[moved], draw.only(moved))
        scores |= {"ic": ic.estimate, "ic_low": ic.low, "ic_high": ic.high}
    return scores


class _Days:
    """Days of rows, and how often each is drawn."""

    def __init__(self, days: IntArray, n_draws: int, seed: int, level: float) -> None:
        self.days, self.level, self._options = days, level, (n_draws, seed)
        _, self.number = np.unique(days, return_inverse=True)
        self.n_days = int(self.number.max()) + 1 if len(days) else 0

    def only(self, rows: BoolArray) -> "_Days":
        return self if rows.all() else _Days(self.days[rows], *self._options, self.level)

    def draws(self) -> StationaryDraws:
        n_draws, seed = self._options
        length = min(BLOCK_DAYS, max(1, self.n_days))
        return stationary_draws(self.n_days, block_length=length, n_draws=n_draws, seed=seed)

    def weights(self, draws: StationaryDraws) -> FloatArray:
        """How often each draw holds each day, shape (n_draws, n_days)."""
        cells = draws.rows + self.n_days * np.arange(len(draws.rows))[:, None]
        counts = np.bincount(cells.ravel(), minlength=len(draws.rows) * self.n_days)
        return counts.reshape(-1, self.n_days).astype(np.float64)

    def sums(self, *values: FloatArray) -> FloatArray:
        """Sums by day, shape (n_days, number of arrays)."""
        return np.column_stack([np.bincount(self.number, value, minlength=self.n_days) for value in values])


def _class_scores(up: BoolArray, probability: FloatArray, prior: FloatArray, days: _Days) -> dict[str, float]:
    model, constant = log_loss_rows(up, probability), log_loss_rows(up, prior)
    draws = days.draws()
    weights = days.weights(draws)
    auc = draws.between(
        roc_auc(up, probability), _drawn_aucs(up, probability, days, weights), level=days.level
    )
    saved = weights @ days.sums(constant - model, np.ones(len(up)))
    estimate = float(1e5 * (constant - model).mean())
    skill = draws.between(estimate, 1e5 * saved[:, 0] / saved[:, 1], level=days.level)
    return {
        "up_share": float(np.mean(up)),
        "auc": auc.estimate,
        "auc_low": auc.low,
        "auc_high": auc.high,
        "log_loss": float(model.mean()),
        "log_loss_constant": float(constant.mean()),
        "skill_1e5": skill.estimate,
        "skill_low": skill.low,
        "skill_high": skill.high,
        "brier": brier_score(up, probability),
    }


def _drawn_aucs(up: BoolArray, probability: FloatArray, days: _Days, weights: FloatArray) -> FloatArray:
    """AUC of each draw from the histograms of its days."""
    edges = np.unique(np.quantile(probability, np.arange(1, _BINS) / _BINS))
    bins = np.searchsorted(edges, probability, side="left")
    shape = (days.n_days, len(edges) + 1)
    cells = days.number * shape[1] + bins
    ups, downs = (
        weights @ np.bincount(cells[rows], minlength=shape[0] * shape[1]).reshape(shape) for rows in (up, ~up)
    )
    below = np.cumsum(downs, axis=1) - downs / 2
    pairs = ups.sum(axis=1) * downs.sum(axis=1)
    aucs: FloatArray = np.divide(
        (ups * below).sum(axis=1), pairs, out=np.full(len(pairs), np.nan), where=pairs > 0
    )
    return aucs


def _ic(probability: FloatArray, move: FloatArray, days: _Days) -> Interval:
    """Rank correlation, and that of the same ranks in each draw."""
    draws = days.draws()
    one, other = (_centred_ranks(values) for values in (probability, move))
    sums = days.weights(draws) @ days.sums(np.ones(len(one)), one, other, one**2, other**2, one * other)
    n, x, y, xx, yy, xy = sums.T
    spread = np.sqrt(np.maximum(n * xx - x**2, 0) * np.maximum(n * yy - y**2, 0))
    drawn = np.divide(n * xy - x * y, spread, out=np.full(len(n), np.nan), where=spread > 0)
    return draws.between(information_coefficient(probability, move), drawn, level=days.level)


def _centred_ranks(values: FloatArray) -> FloatArray:
    ranks = pd.Series(values).rank().to_numpy() / len(values)
    centred: FloatArray = ranks - 0.5
    return centred


def _check_lengths(*arrays: FloatArray | IntArray) -> None:
    lengths = {len(array) for array in arrays}
    if len(lengths) > 1:
        raise ParameterError(
            f"arrays of {sorted(lengths)} rows; up, probability, prior, move, days must match"
        )
