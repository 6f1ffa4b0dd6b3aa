"""Differences between two predictors of the same rows, with intervals."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from auriga.evaluation import Interval, block_bootstrap_mean, calendar_weeks, log_loss_rows, roc_auc
from auriga.typing import BoolArray, FloatArray, IntArray
from studies.split._run import Results

_DRAWS = 10_000


@dataclass(frozen=True)
class Difference:
    """One predictor minus another: AUC in 1e-4 (more is better), log-loss in 1e-5 nats (less is better)."""

    auc: Interval
    log_loss: Interval


def weekly_auc(up: BoolArray, said: FloatArray, weeks: IntArray) -> FloatArray:
    """AUC among all pairs' rows of each row's calendar week; constant within a week."""
    values = np.empty(len(up))
    for week in np.unique(weeks):
        rows = weeks == week
        values[rows] = roc_auc(up[rows], said[rows])
    return values


def widened(interval: Interval, comparisons: int) -> Interval:
    """Stretch a 95 % interval so that `comparisons` of them hold together.

    Bonferroni with normal quantiles: resampling two dozen weeks does not reach quantiles that far out.
    """
    factor = float(norm.ppf(1 - 0.025 / comparisons) / norm.ppf(0.975))
    return Interval(
        interval.estimate,
        interval.estimate - factor * (interval.estimate - interval.low),
        interval.estimate + factor * (interval.high - interval.estimate),
    )


class Scorer:
    """Scores predictors by name; several names together are placebo draws, whose scores are averaged.

    The block of the bootstrap is the calendar week with all its pairs. AUC is taken within each week and
    averaged over weeks by their rows, which makes it a mean that resampling weeks is fast for.
    """

    def __init__(self, results: Results) -> None:
        self.results = results
        self.weeks = calendar_weeks(pd.Series(results.dates.astype("datetime64[ns]")))
        self._rows: dict[str, tuple[FloatArray, FloatArray]] = {}

    def rows(self, names: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
        """AUC of each row's week and log-loss of each row, NaN where the predictor was not trained."""
        parts = [self._one(name) for name in names]
        auc, loss = (np.mean([part[i] for part in parts], axis=0) for i in (0, 1))
        return auc, loss

    def _one(self, name: str) -> tuple[FloatArray, FloatArray]:
        if name not in self._rows:
            said = self.results.said[name].astype(np.float64)
            there = np.isfinite(said)
            auc, loss = np.full(len(said), np.nan), np.full(len(said), np.nan)
            auc[there] = weekly_auc(self.results.up[there], said[there], self.weeks[there])
            loss[there] = log_loss_rows(self.results.up[there], said[there])
            self._rows[name] = auc, loss
        return self._rows[name]

    def only(self, rows: BoolArray) -> "Scorer":
        """Scorer of some rows: AUC within each week is then among these alone."""
        kept = self.results
        return Scorer(
            replace(
                kept,
                dates=kept.dates[rows],
                pair=kept.pair[rows],
                up=kept.up[rows],
                said={name: values[rows] for name, values in kept.said.items()},
                regimes={name: codes[rows] for name, codes in kept.regimes.items()},
            )
        )

    def complete(self, n_pairs: int) -> BoolArray:
        """Rows of weeks in which this many pairs took part."""
        seen = np.unique(np.column_stack([self.weeks, self.results.pair]), axis=0)[:, 0]
        week, count = np.unique(seen, return_counts=True)
        whole: BoolArray = np.isin(self.weeks, week[count == n_pairs])
        return whole

    def level(self, names: tuple[str, ...]) -> tuple[float, float]:
        """AUC, and log-loss saved against ln 2 in 1e-5 nats, over the rows that were answered."""
        auc, loss = self.rows(names)
        return float(np.nanmean(auc)), float(1e5 * (np.log(2) - np.nanmean(loss)))

    def difference(
        self, ours: tuple[str, ...], theirs: tuple[str, ...], among: BoolArray | None = None
    ) -> Difference | None:
        """Compare two predictors on the rows that both answered; None with fewer than two weeks of them."""
        one, other = self.rows(ours), self.rows(theirs)
        there = np.isfinite(one[0]) & np.isfinite(other[0]) & (True if among is None else among)
        if len(np.unique(self.weeks[there])) < 2:
            return None
        auc, loss = (scale * (a - b)[there] for scale, a, b in zip((1e4, 1e5), one, other, strict=True))
        return Difference(*(block_bootstrap_mean(v, self.weeks[there], n_draws=_DRAWS) for v in (auc, loss)))
