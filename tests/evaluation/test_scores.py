"""Scores against known answers, and intervals that cover."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from auriga.errors import ParameterError
from auriga.evaluation import (
    block_bootstrap,
    block_bootstrap_mean,
    calendar_weeks,
    log_loss_rows,
    recovered_share,
    roc_auc,
    score_by_regime,
)


def test_auc_of_shifted_normals_is_the_textbook_value() -> None:
    rng = np.random.default_rng(0)
    up = rng.random(200_000) < 0.5
    # Two unit normals one deviation apart: AUC = Phi(1 / sqrt 2) = 0.7602.
    assert roc_auc(up, rng.normal(size=len(up)) + up) == pytest.approx(0.7602, abs=0.003)


def test_auc_of_one_outcome_is_unknown() -> None:
    assert np.isnan(roc_auc(np.array([True, True]), np.array([0.1, 0.2])))


def test_log_loss_refuses_what_is_no_probability() -> None:
    with pytest.raises(ParameterError, match=r"1\.2"):
        log_loss_rows(np.array([True]), np.array([1.2]))
    with pytest.raises(ParameterError, match="nan"):
        log_loss_rows(np.array([True]), np.array([np.nan]))


def test_table_by_regime_adds_up() -> None:
    rng = np.random.default_rng(1)
    n = 4000
    regimes = rng.choice([-2, -1, 1], size=n)
    probability = rng.uniform(0.3, 0.7, size=n)
    up = rng.random(n) < probability
    table: Any = score_by_regime(up, probability, np.full(n, 0.5), regimes)
    assert table.index.tolist() == ["unknown", "bear", "bull", "all"]
    parts = table.drop(index="all")
    assert parts["rows"].sum() == table.loc["all", "rows"]
    weighted = (parts["rows"] * parts["log_loss"]).sum() / n
    assert weighted == pytest.approx(table.loc["all", "log_loss"])
    assert table.loc["all", "log_loss_constant"] == pytest.approx(np.log(2))
    assert table.loc["all", "skill_1e5"] > 0


def test_block_bootstrap_covers_the_mean_of_dependent_rows() -> None:
    rng = np.random.default_rng(2)
    blocks = np.repeat(np.arange(60), 20)
    covered = 0
    for seed in range(200):
        values = np.repeat(rng.normal(size=60), 20) + rng.normal(size=1200)
        interval = block_bootstrap_mean(values, blocks, n_draws=400, seed=seed)
        covered += interval.low <= 0 <= interval.high
    assert 0.90 <= covered / 200 <= 0.98


def test_both_bootstraps_agree_on_means() -> None:
    rng = np.random.default_rng(3)
    values, blocks = rng.normal(size=4000), rng.integers(80, size=4000)
    fast = block_bootstrap_mean(values, blocks, n_draws=2000)
    general = block_bootstrap(lambda rows: values[rows].mean(), blocks, n_draws=2000)
    assert general.estimate == pytest.approx(fast.estimate)
    assert general.low == pytest.approx(fast.low, abs=0.004)
    assert general.high == pytest.approx(fast.high, abs=0.004)


def test_bootstrap_needs_blocks_and_repeats_itself() -> None:
    with pytest.raises(ParameterError, match="at least 2"):
        block_bootstrap_mean(np.ones(3), np.zeros(3, int))
    values, blocks = np.arange(30.0), np.arange(30) // 3
    assert block_bootstrap_mean(values, blocks) == block_bootstrap_mean(values, blocks)


def test_weeks_begin_on_monday_and_are_shared() -> None:
    dates = pd.Series(pd.to_datetime(["2025-01-05 23:55", "2025-01-06 00:00", "2025-01-12 23:55"], utc=True))
    weeks = calendar_weeks(dates)
    assert weeks[1] == weeks[2] == weeks[0] + 1


def test_recovered_share_counts_answers_only() -> None:
    assert recovered_share(np.array([1, 0, -1, 1]), np.array([1, 0, 1, -2])) == pytest.approx(2 / 3)
    assert np.isnan(recovered_share(np.array([1]), np.array([-2])))
    with pytest.raises(ParameterError, match="must match"):
        recovered_share(np.array([1]), np.array([1, 1]))


def test_each_regime_is_compared_with_the_prior_of_its_own_rows() -> None:
    up = np.array([True, False, True, True])
    prior, regimes = np.array([0.2, 0.2, 0.9, 0.8]), np.array([-1, -1, 1, 1], dtype=np.int8)
    table = score_by_regime(up, np.full(4, 0.5), prior, regimes)
    bull, bear = -np.log([0.9, 0.8]).mean(), -np.log([0.2, 0.8]).mean()
    assert table["log_loss_constant"].to_dict() == pytest.approx(
        {"bear": bear, "bull": bull, "all": (bull + bear) / 2}
    )
    assert table.loc["bull", "skill_1e5"] == pytest.approx(1e5 * (bull - np.log(2)))
