"""Holding, exposure and the same positions at random times, by hand and by property."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga.evaluation import describe_path, sharpe_ratio, shifted_placebo, wallet_of


def test_a_path_by_hand() -> None:
    found = describe_path(np.array([100.0, 120.0, 90.0, 99.0, 130.0, 117.0]))
    assert found.net_frac == pytest.approx(0.17)
    assert found.drawdown_frac == pytest.approx(0.25)
    assert found.under_water_days == 2
    assert np.isnan(found.worst_year_frac) and np.isnan(found.losing_years_frac)


def test_rolling_years_by_hand() -> None:
    """Up by a tenth at day 100, down to four fifths of the start at day 400."""
    wallet = np.ones(731)
    wallet[100:] = 1.1
    wallet[400:] = 0.8
    found = describe_path(wallet)
    assert found.worst_year_frac == pytest.approx(0.8 / 1.1 - 1)
    # Of 366 spans, those lose that end on day 400 or later and begin before it: from day 35 on.
    assert found.losing_years_frac == pytest.approx(331 / 366)
    assert found.under_water_days == 331


def test_a_wallet_without_days_is_refused() -> None:
    for wallet in (np.array([1.0]), np.array([1.0, 0.0]), np.array([1.0, -1.0])):
        with pytest.raises(ParameterError, match="two days above 0"):
            describe_path(wallet)


def test_holding_one_pair_is_its_price_ratio_less_both_costs() -> None:
    closes = np.array([[10.0], [12.0], [9.0], [15.0]])
    shares = np.array([[1.0], [1.0], [1.0], [0.0]])
    wallet = wallet_of(shares, closes, 0.001)
    assert wallet[0] == pytest.approx(0.999)
    assert wallet[2] == pytest.approx(0.999 * 0.9)
    last = 15 / 9 - 0.001
    assert wallet[3] == pytest.approx(0.999 * 0.9 * last)


def test_a_short_gains_what_the_price_loses_and_a_pair_without_candles_nothing() -> None:
    closes = np.array([[10.0, np.nan], [9.0, np.nan], [9.0, 5.0], [9.0, 5.5]])
    shares = np.array([[-1.0, 0.5]] * 4)
    assert wallet_of(shares, closes, 0.0).tolist() == pytest.approx([1.0, 1.1, 1.1, 1.1 * 1.05])


def test_the_placebo_keeps_exposure_and_costs_and_loses_the_time() -> None:
    """In the market on the ten days that rise, out on all others: no other time is as good."""
    rng = np.random.default_rng(1)
    returns = -np.abs(rng.normal(0.01, 0.003, 60))
    shares = np.zeros((60, 1))
    shares[20:30] = 1.0
    returns[21:31] = 0.02
    closes = 100 * np.cumprod(1 + returns)[:, None]
    found = shifted_placebo(shares, closes, 0.001, draws=500, seed=3)
    assert found.net_frac.shape == found.sharpe.shape == (500,)
    assert found.net_p == pytest.approx(1 / 501)
    assert found.sharpe_p == pytest.approx(1 / 501)
    actual = wallet_of(shares, closes, 0.001)
    assert found.net_frac.max() < actual[-1] - 1


def test_positions_that_are_never_changed_are_as_good_at_any_time() -> None:
    closes = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, (50, 2)), axis=0))
    found = shifted_placebo(np.full((50, 2), 0.5), closes, 0.001, draws=40, seed=0)
    wallet = wallet_of(np.full((50, 2), 0.5), closes, 0.001)
    assert found.net_frac == pytest.approx(np.full(40, wallet[-1] - 1))
    assert found.sharpe == pytest.approx(np.full(40, sharpe_ratio(wallet[1:] / wallet[:-1] - 1)))
    assert found.net_p == 1.0


def test_the_same_seed_draws_the_same_and_another_others() -> None:
    shares = np.r_[np.zeros((20, 1)), np.ones((20, 1))]
    closes = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, (40, 1)), axis=0))
    draws = [shifted_placebo(shares, closes, 0.0, draws=30, seed=seed).net_frac for seed in (1, 1, 2)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])


@pytest.mark.parametrize(("days", "draws"), [(2, 10), (10, 0)])
def test_too_little_to_shift_is_refused(days: int, draws: int) -> None:
    with pytest.raises(ParameterError, match="three days"):
        shifted_placebo(np.ones((days, 1)), np.ones((days, 1)), 0.0, draws=draws, seed=0)


@given(st.lists(st.floats(0.5, 2.0), min_size=2, max_size=30), st.floats(0, 1))
def test_costs_never_help(ratios, share) -> None:
    closes = 100 * np.cumprod(ratios)[:, None]
    shares = np.full((len(ratios), 1), share)
    assert wallet_of(shares, closes, 0.01)[-1] <= wallet_of(shares, closes, 0.0)[-1] * (1 + 1e-12)
