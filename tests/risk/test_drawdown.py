"""What the kill switches measure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.risk import consecutive_losses, drawdown_frac

profits = st.lists(st.floats(-1, 10), max_size=30)


@given(st.floats(-1e9, 1e12), st.floats(1e-6, 1e12))
def test_a_drawdown_is_a_share(equity, peak) -> None:
    value = drawdown_frac(equity, peak)
    assert 0 <= value <= 1
    if equity >= peak:
        assert value == 0
    elif equity >= 0:
        assert peak * (1 - value) == pytest.approx(equity, rel=1e-6, abs=peak * 1e-9)


@given(st.lists(st.floats(0.01, 1e9), min_size=1, max_size=50))
def test_the_drawdown_of_a_path_is_zero_at_each_new_high_only(path) -> None:
    peak = path[0]
    for equity in path:
        peak = max(peak, equity)
        assert (drawdown_frac(equity, peak) == 0) == (equity == peak)


def test_drawdowns_by_hand() -> None:
    assert drawdown_frac(950, 1000) == pytest.approx(0.05)
    assert drawdown_frac(0, 1000) == drawdown_frac(-5, 1000) == 1
    assert drawdown_frac(1200, 1000) == 0


def test_losses_in_a_row_by_hand() -> None:
    assert consecutive_losses([]) == 0
    assert consecutive_losses([-1, -1, 0.1]) == 0
    assert consecutive_losses([-1, 0.0, -1]) == 1  # nothing lost ends the row too
    assert consecutive_losses((0.1, -0.1, -0.2, -0.3)) == 3


@given(profits, st.integers(0, 20))
def test_only_the_losses_at_the_end_count(before, losses) -> None:
    assert consecutive_losses([*before, 0.01, *[-0.01] * losses]) == losses
    assert 0 <= consecutive_losses(before) <= sum(profit < 0 for profit in before)
