"""The Kelly fraction and what it is estimated from."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.risk import calibrated, kelly_fraction, payoff_ratio

unit = st.floats(0, 1)
payoffs = st.floats(0.001, 1000)
profits = st.lists(st.floats(-1, 10), max_size=40)


@pytest.mark.parametrize(
    ("win", "payoff", "expected"),
    [
        (0.6, 1, 0.2),
        (0.5, 2, 0.25),
        (0.9, 0.5, 0.7),
        (0.5, 1, 0),
        (0.25, 3, 0),
        (0.3, 1, 0),
        (1, 1, 1),
        (0, 9, 0),
    ],
)
def test_kelly_in_textbooks(win, payoff, expected) -> None:
    assert kelly_fraction(win, payoff) == pytest.approx(expected, abs=1e-15)


@given(payoffs, unit)
def test_kelly_is_zero_without_an_edge(payoff, share) -> None:
    even = 1 / (1 + payoff)  # where the expected gain is 0
    assert kelly_fraction(share * even, payoff) == pytest.approx(0, abs=1e-12)


@given(payoffs, st.floats(0.001, 1))
def test_kelly_is_above_zero_with_an_edge(payoff, share) -> None:
    even = 1 / (1 + payoff)
    assert 0 < kelly_fraction(even + share * (1 - even), payoff) <= 1


@given(unit, unit, payoffs, payoffs)
def test_kelly_grows_with_probability_and_payoff(win, other_win, payoff, other_payoff) -> None:
    (low, high), (small, large) = sorted((win, other_win)), sorted((payoff, other_payoff))
    assert kelly_fraction(low, payoff) <= kelly_fraction(high, payoff)
    assert kelly_fraction(win, small) <= kelly_fraction(win, large)


@given(st.floats(0.05, 0.95), st.floats(0.1, 10))
def test_no_other_bet_grows_faster(win, payoff) -> None:
    def growth(bet: float) -> float:
        return win * math.log1p(bet * payoff) + (1 - win) * math.log1p(-bet)

    best = growth(kelly_fraction(win, payoff))
    assert all(growth(bet / 100) <= best + 1e-12 for bet in range(100))


@given(st.floats(0.001, 0.999), st.floats(0, 5))
def test_calibration_multiplies_the_log_odds(probability, slope) -> None:
    value = calibrated(probability, slope)
    log_odds = slope * math.log(probability / (1 - probability))
    assert value == pytest.approx(1 / (1 + math.exp(-log_odds)), abs=1e-12)


@given(unit, unit, st.floats(0, 10))
def test_calibration_keeps_the_order_and_the_middle(one, other, slope) -> None:
    low, high = sorted((one, other))
    assert 0 <= calibrated(low, slope) <= calibrated(high, slope) <= 1
    assert calibrated(0.5, slope) == 0.5
    assert calibrated(one, 0) == 0.5
    assert calibrated(one, 1) == pytest.approx(one, abs=1e-15)


def test_payoff_by_hand() -> None:
    closed = [0.03, -0.01, 0.01, -0.01, 0.0]
    assert payoff_ratio(closed, min_trades=5, default=1.5) == pytest.approx(2)
    assert payoff_ratio(closed, min_trades=6, default=1.5) == 1.5
    assert payoff_ratio([0.1] * 9, min_trades=1, default=1.5) == 1.5
    assert payoff_ratio([-0.1] * 9, min_trades=1, default=1.5) == 1.5
    assert payoff_ratio(iter([0.02, -0.01]), min_trades=2, default=1.5) == pytest.approx(2)


@given(profits, st.integers(1, 20), payoffs)
def test_payoff_is_always_one_that_kelly_takes(closed, min_trades, default) -> None:
    payoff = payoff_ratio(closed, min_trades=min_trades, default=default)
    assert 0.001 <= payoff <= 1000
    assert 0 <= kelly_fraction(0.55, payoff) <= 1


@given(profits, st.floats(0.1, 10))
def test_payoff_does_not_depend_on_the_unit(closed, unit_of_profit) -> None:
    scaled = [profit * unit_of_profit for profit in closed]
    expected = payoff_ratio(closed, min_trades=2, default=1)
    assert payoff_ratio(scaled, min_trades=2, default=1) == pytest.approx(expected, rel=1e-6)
