"""Intervals hold the truth as often as they say."""

import pytest
from benchmarks.coverage._coverage import coverage
from benchmarks.coverage._returns import Process


@pytest.mark.parametrize(
    ("process", "n_days"),
    [(Process(0.0, "normal"), 365), (Process(0.2, "normal"), 90)],
    ids=["year", "quarter"],
)
def test_95_percent_intervals_cover_93_to_97_percent(process, n_days) -> None:
    covered = coverage(process, n_days, n_samples=1200)  # its own error is 0.6 %
    assert 0.93 <= covered["mean"] <= 0.97
    assert 0.93 <= covered["sharpe"] <= 0.97
