"""Shares of samples whose interval holds the truth."""

from collections.abc import Callable, Iterator

import numpy as np
from arch.bootstrap import optimal_block_length

from auriga.evaluation import (
    StationaryDraws,
    block_length_of,
    drawdowns,
    profit_factor,
    sortino_ratio,
    stationary_draws,
)
from auriga.typing import FloatArray, IntArray
from studies.coverage._returns import Process

N_DRAWS = 1000


def coverage(process: Process, n_days: int, n_samples: int) -> dict[str, float]:
    """Coverage of the 95 % intervals of mean and Sharpe ratio.

    The positions drawn are the same for all samples with the same block length.
    """
    returns = process.samples(n_samples, n_days)
    held = {"mean": 0, "sharpe": 0}
    for draws, rows in _by_block_length(returns):
        same = returns[rows]
        weights = np.stack([np.bincount(drawn, minlength=n_days) for drawn in draws.rows]) / n_days
        mean, square = same @ weights.T, same**2 @ weights.T
        sharpe = mean / np.sqrt(square - mean**2)
        for one, means, sharpes in zip(same, mean, sharpe, strict=True):
            held["mean"] += _holds(draws, one.mean(), means, process.mean)
            held["sharpe"] += _holds(draws, one.mean() / one.std(), sharpes, process.mean)
    return {name: count / n_samples for name, count in held.items()}


def plain_coverage(process: Process, n_days: int, n_samples: int) -> float:
    """Coverage of the percentile interval of the mean with arch's own block length: without ours."""
    returns = process.samples(n_samples, n_days)
    found = [float(optimal_block_length(sample)["stationary"].iloc[0]) for sample in returns]
    held = 0
    for draws, rows in _by_block_length(returns, np.maximum(1, np.round(found))):
        weights = np.stack([np.bincount(drawn, minlength=n_days) for drawn in draws.rows]) / n_days
        low, high = np.quantile(returns[rows] @ weights.T, [0.025, 0.975], axis=1)
        held += int(np.count_nonzero((low <= process.mean) & (process.mean <= high)))
    return held / n_samples


def coverage_of_others(
    process: Process, n_days: int, n_samples: int, scale: float = 0.02
) -> dict[str, float]:
    """The same for Sortino ratio, profit factor and win rate of days, and the largest drawdown.

    `scale` is the daily deviation. The truth of a drawdown is its median over the samples, that of the
    others is taken from a sample of a million days.
    """
    returns = process.samples(n_samples, n_days) * scale
    endless = process.samples(1, 1_000_000, seed=1)[0] * scale
    largest = np.array([_largest_drawdown(sample) for sample in returns])
    truth = {name: statistic(endless) for name, statistic in _OTHERS.items()}
    truth["max_drawdown_frac"] = float(np.median(largest))
    held = dict.fromkeys(truth, 0)
    for draws, rows in _by_block_length(returns):
        for sample in returns[rows]:
            for name, statistic in (_OTHERS | {"max_drawdown_frac": _largest_drawdown}).items():
                drawn = np.array([statistic(one) for one in sample[draws.rows]])
                held[name] += _holds(draws, statistic(sample), drawn, truth[name])
    return {name: count / n_samples for name, count in held.items()}


def _by_block_length(
    returns: FloatArray, lengths: FloatArray | None = None
) -> Iterator[tuple[StationaryDraws, IntArray]]:
    if lengths is None:
        lengths = np.array([block_length_of(sample) for sample in returns])
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        yield stationary_draws(returns.shape[1], block_length=length, n_draws=N_DRAWS), rows


def _holds(draws: StationaryDraws, estimate: float, drawn: FloatArray, truth: float) -> bool:
    interval = draws.between(float(estimate), drawn)
    return interval.low <= truth <= interval.high


def _largest_drawdown(returns: FloatArray) -> float:
    return float(drawdowns(np.r_[1.0, np.cumprod(1 + returns)]).max())


_OTHERS: dict[str, Callable[[FloatArray], float]] = {
    "sortino": sortino_ratio,
    "profit_factor": profit_factor,
    "win_rate_frac": lambda returns: float((returns > 0).mean()),
}
