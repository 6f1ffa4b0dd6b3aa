"""Buckets of expected moves and the slope of what came on them."""

import numpy as np
import pandas as pd
import pytest

from auriga.errors import ParameterError
from auriga.evaluation import (
    BUCKETS_BP,
    block_bootstrap_mean,
    calendar_weeks,
    expected_move_slope,
    expected_move_table,
)


def weeks_of(slope: float, n_weeks: int = 60, seed: int = 0):
    """Hourly rows of which all of a week share a shock, so that rows are far fewer pieces of evidence."""
    rng = np.random.default_rng(seed)
    block = np.repeat(np.arange(n_weeks), 168)
    expected = rng.normal(0, 12, len(block))
    shock = rng.normal(0, 20, n_weeks)[block]
    return expected, slope * expected + shock + rng.normal(0, 30, len(block)), block


def test_edges_belong_to_the_bucket_above_and_the_ends_are_open() -> None:
    expected = np.array([-100.0, -25.0, 4.99, 5.0, 39.9, 40.0, 1000.0])
    table = expected_move_table(expected, expected, np.zeros(7, dtype=int))
    assert table[["low", "high", "rows"]].to_numpy().tolist() == [
        [-np.inf, -25, 1], [-25, -15, 1], [0, 5, 1], [5, 10, 1], [30, 40, 1], [40, np.inf, 2],
    ]  # fmt: skip
    assert table["expected"].tolist() == [-100, -25, 4.99, 5, 39.9, 520]
    assert table[["realised_low", "realised_high"]].isna().all(axis=None), "one week tells no interval"
    assert BUCKETS_BP[-1] == 40


def test_the_interval_of_a_bucket_is_that_of_whole_weeks() -> None:
    expected, realised, block = weeks_of(1.0)
    table = expected_move_table(expected, realised, block)
    row = table[table["low"] == 5].iloc[0]
    own = (expected >= 5) & (expected < 10)
    assert row["realised"] == pytest.approx(realised[own].mean())
    interval = block_bootstrap_mean(realised[own], block[own])
    assert (row["realised_low"], row["realised_high"]) == (interval.low, interval.high)
    alone = 3.92 * realised[own].std() / np.sqrt(own.sum())
    assert row["realised_high"] - row["realised_low"] > 1.3 * alone


@pytest.mark.parametrize("true", [1.0, 0.4, 0.0])
def test_the_slope_is_recovered_within_its_interval(true) -> None:
    held = 0
    for seed in range(40):
        slope = expected_move_slope(*weeks_of(true, seed=seed), n_draws=400)
        held += slope.low <= true <= slope.high
    assert held >= 33  # 38 of 40 on the mean


def test_weeks_of_all_pairs_are_drawn_together() -> None:
    """The same week of two pairs tells no more than one of them: the interval stays as wide."""
    expected, realised, block = weeks_of(1.0)
    one = expected_move_slope(expected, realised, block)
    two = expected_move_slope(*(np.r_[part, part] for part in (expected, realised, block)))
    assert (two.low, two.high) == pytest.approx((one.low, one.high))
    dates = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-07", "2024-01-08"], utc=True))
    assert np.diff(calendar_weeks(dates)).tolist() == [0, 1]


def test_where_nothing_is_expected_there_is_no_slope() -> None:
    slope = expected_move_slope(np.zeros(3), np.ones(3), np.arange(3))
    assert np.isnan([slope.estimate, slope.low, slope.high]).all()
    single = expected_move_slope(np.ones(3), np.array([1.0, 2.0, 3.0]), np.zeros(3, dtype=int))
    assert single.estimate == 2
    assert np.isnan([single.low, single.high]).all()
    assert expected_move_table(np.empty(0), np.empty(0), np.empty(0, dtype=int)).empty


@pytest.mark.parametrize("judge", [expected_move_table, expected_move_slope])
def test_rows_without_an_answer_are_refused(judge) -> None:
    with pytest.raises(ParameterError, match="holds NaN; leave out rows"):
        judge(np.array([np.nan]), np.ones(1), np.zeros(1, dtype=int))
    with pytest.raises(ParameterError, match="expected has 1 rows, realised 2 and blocks 1"):
        judge(np.ones(1), np.ones(2), np.zeros(1, dtype=int))


def test_edges_must_ascend() -> None:
    with pytest.raises(ParameterError, match=r"edges are \[5, 5\]; they must ascend"):
        expected_move_table(np.ones(1), np.ones(1), np.zeros(1, dtype=int), edges=[5, 5])
