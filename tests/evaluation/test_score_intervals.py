"""Intervals from sums by day against the same statistics of the resampled rows themselves."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from auriga.errors import ParameterError
from auriga.evaluation import SCORES, StationaryDraws, score_by_regime, score_with_intervals, stationary_draws
from auriga.evaluation._score_intervals import BLOCK_DAYS

DAYS, A_DAY = 60, 40


@pytest.fixture(scope="module")
def rows():
    """Probabilities with two decimals, so that bins hold equal ones only; some moves are flat."""
    rng = np.random.default_rng(3)
    days = np.repeat(np.arange(DAYS), A_DAY)
    probability = np.clip(rng.normal(0.5, 0.1, len(days)), 0.05, 0.95).round(2)
    move = rng.normal(probability - 0.5, 0.4)
    up = np.where(np.abs(move) < 0.05, np.nan, move > 0)
    return up, probability, np.full(len(days), 0.48), move, days


def resampled(days: np.ndarray) -> tuple[list[np.ndarray], StationaryDraws]:
    """Row positions of each draw of days, put together one by one."""
    draws = stationary_draws(DAYS, block_length=BLOCK_DAYS, n_draws=300, seed=0)
    of_day = [np.flatnonzero(days == day) for day in range(DAYS)]
    return [np.concatenate([of_day[day] for day in drawn]) for drawn in draws.rows], draws


def test_intervals_are_those_of_resampled_rows(rows) -> None:
    up, probability, prior, move, days = rows
    scores = score_with_intervals(*rows, n_draws=300)
    positions, draws = resampled(days)
    told = [drawn[~np.isnan(up[drawn])] for drawn in positions]
    aucs = np.array([roc_auc_score(up[drawn], probability[drawn]) for drawn in told])
    exact = draws.between(scores["auc"], aucs)
    assert (scores["auc_low"], scores["auc_high"]) == pytest.approx((exact.low, exact.high), abs=1e-4)
    ranked = np.array([spearmanr(probability[drawn], move[drawn]).statistic for drawn in positions])
    near = draws.between(scores["ic"], ranked)
    assert (scores["ic_low"], scores["ic_high"]) == pytest.approx((near.low, near.high), abs=0.002)
    loss = -np.where(up > 0, np.log(prior), np.log(1 - prior)) + np.where(
        up > 0, np.log(probability), np.log(1 - probability)
    )
    saved = draws.between(scores["skill_1e5"], 1e5 * np.array([loss[drawn].mean() for drawn in told]))
    assert (scores["skill_low"], scores["skill_high"]) == pytest.approx((saved.low, saved.high))


def test_estimates_are_those_without_intervals(rows) -> None:
    up, probability, prior, _, _ = rows
    told = ~np.isnan(up)
    plain = score_by_regime(up[told] > 0, probability[told], prior[told], np.ones(told.sum(), dtype=np.int8))
    scores = score_with_intervals(*rows)
    assert tuple(scores) == SCORES and scores["rows"] == len(up) > told.sum()
    for name in ("up_share", "auc", "log_loss", "log_loss_constant", "skill_1e5"):
        assert scores[name] == pytest.approx(plain.loc["all", name], rel=1e-12), name
    assert scores["brier"] == pytest.approx(np.mean((probability[told] - up[told]) ** 2))


def test_days_without_rows_do_not_count_and_few_days_give_no_interval(rows) -> None:
    early = rows[4] < 19
    scores = score_with_intervals(*(column[early] for column in rows))
    assert np.isfinite(scores["auc"]) and np.isnan(scores["auc_low"]) and np.isnan(scores["ic_high"])
    spread = np.isin(rows[4], np.arange(0, DAYS, 2))
    assert np.isfinite(score_with_intervals(*(column[spread] for column in rows))["auc_low"])


def test_one_class_or_flat_moves_alone(rows) -> None:
    up, probability, prior, move, days = rows
    alone = score_with_intervals(np.ones(len(up)), probability, prior, move, days)
    assert np.isnan(alone["auc"]) and np.isnan(alone["auc_low"]) and np.isfinite(alone["log_loss"])
    flat = score_with_intervals(np.full(len(up), np.nan), probability, prior, move, days)
    assert np.isnan(flat["log_loss"]) and flat["ic"] > 0
    with pytest.raises(ParameterError, match="must match"):
        score_with_intervals(up[1:], probability, prior, move, days)
