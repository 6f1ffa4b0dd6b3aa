"""Volatility of closed days, and the stake that swings by its share of the target."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import RiskError
from auriga.risk import LEAST_RETURNS, annual_volatility, volatility_stake


def walk(n: int, daily: float = 0.03, seed: int = 0) -> np.ndarray:
    return 100 * np.exp(np.cumsum(daily * np.random.default_rng(seed).standard_normal(n)))


def test_it_is_the_exponential_deviation_of_the_last_180_returns() -> None:
    closes = walk(500)
    returns = np.diff(np.log(closes))[-180:]
    weights = 0.5 ** (np.arange(180)[::-1] / 30)
    mean = np.average(returns, weights=weights)
    expected = np.sqrt(365 * np.average((returns - mean) ** 2, weights=weights))
    assert annual_volatility(closes, 30.0)[-1] == pytest.approx(expected, rel=1e-12)


def test_it_is_near_what_pandas_says_without_a_window() -> None:
    closes = walk(500)
    pandas = pd.Series(np.log(closes)).diff().ewm(halflife=30).std().to_numpy() * np.sqrt(365)
    assert annual_volatility(closes, 30.0)[-200:] == pytest.approx(pandas[-200:], rel=0.03)


def test_a_steady_volatility_is_found() -> None:
    assert annual_volatility(walk(5000, 0.02, seed=3), 30.0)[200:].mean() == pytest.approx(
        0.02 * np.sqrt(365), rel=0.03
    )


def test_a_short_half_life_follows_a_shock_sooner() -> None:
    closes = np.concatenate(
        [walk(200, 0.01), walk(200, 0.01)[-1] * np.exp(np.cumsum(np.resize([0.1, -0.1], 10)))]
    )
    assert annual_volatility(closes, 5.0)[-1] > 1.5 * annual_volatility(closes, 60.0)[-1]


def test_nothing_is_said_before_thirty_returns() -> None:
    known = np.isfinite(annual_volatility(walk(40), 30.0))
    assert known.tolist() == [False] * LEAST_RETURNS + [True] * 10
    assert annual_volatility(np.array([]), 30.0).shape == (0,)


@pytest.mark.parametrize("cut", [31, 100, 181, 250])
def test_later_days_change_nothing(cut: int) -> None:
    closes = walk(300)
    np.testing.assert_array_equal(
        annual_volatility(closes, 30.0)[:cut], annual_volatility(closes[:cut], 30.0)
    )


@pytest.mark.parametrize("dropped", [1, 50, 100])
def test_days_before_the_window_change_nothing(dropped: int) -> None:
    """What a bot says that loads 200 days, and a backtest that loads years."""
    closes = walk(300)
    whole, part = annual_volatility(closes, 30.0), annual_volatility(closes[dropped:], 30.0)
    np.testing.assert_array_equal(whole[-15:], part[-15:])


def test_a_day_without_a_close_is_no_volatility_while_it_counts() -> None:
    closes = walk(400)
    closes[100] = np.nan
    known = np.isfinite(annual_volatility(closes, 30.0))
    assert np.flatnonzero(~known).tolist() == [*range(LEAST_RETURNS), *range(100, 281)]


def test_a_price_that_stands_still_has_none() -> None:
    assert annual_volatility(np.full(50, 7.0), 30.0)[-1] == 0.0
    assert volatility_stake(1000, positions=4, target=0.4, volatility=0.0) == 250.0


def test_half_lives_out_of_bounds_are_refused() -> None:
    for half_life in (0.0, -1.0, float("nan")):
        with pytest.raises(RiskError, match="half_life_days"):
            annual_volatility(walk(40), half_life)


@pytest.mark.parametrize(
    ("volatility", "stake"),
    [(0.8, 1250.0), (0.4, 2500.0), (0.39, 2500.0), (0.41, 2500.0 * 0.4 / 0.41), (4.0, 250.0)],
)
def test_stakes_by_hand(volatility: float, stake: float) -> None:
    assert volatility_stake(10_000, positions=4, target=0.4, volatility=volatility) == pytest.approx(stake)


@given(st.floats(0, 1e9), st.integers(1, 50), st.floats(0.01, 2.0), st.floats(0, 20))
def test_all_positions_together_never_ask_for_more_than_there_is(
    capital, positions, target, volatility
) -> None:
    stake = volatility_stake(capital, positions=positions, target=target, volatility=volatility)
    assert 0 <= stake * positions <= capital * (1 + 1e-12)
    assert stake * positions * volatility <= capital * target * (1 + 1e-12)


@pytest.mark.parametrize(
    "wrong",
    [{"positions": 0}, {"target": 0.0}, {"target": -0.4}, {"volatility": -0.1}, {"volatility": float("nan")}],
)
def test_numbers_out_of_bounds_are_refused(wrong) -> None:
    with pytest.raises(RiskError, match=next(iter(wrong))):
        volatility_stake(**{"capital": 1000, "positions": 4, "target": 0.4, "volatility": 0.8, **wrong})
