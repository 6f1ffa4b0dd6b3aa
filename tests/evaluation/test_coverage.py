"""Intervals hold the truth as often as they say."""

import pytest
from studies.coverage._coverage import coverage
from studies.coverage._returns import Process


@pytest.mark.parametrize(
    ("process", "n_days", "n_samples"),
    [(Process(0.0, "normal"), 365, 800), (Process(0.2, "normal"), 90, 1200)],
    ids=["year", "quarter"],
)
def test_95_percent_intervals_cover_93_to_97_percent(process, n_days, n_samples) -> None:
    covered = coverage(process, n_days, n_samples)  # its own error is below 0.8 %
    assert 0.93 <= covered["mean"] <= 0.97
    assert 0.93 <= covered["sharpe"] <= 0.97
