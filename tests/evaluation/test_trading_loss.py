"""The loss of hyperopt: figures worked out by hand, and monotone in each of its parts."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga.evaluation import daily_returns, max_drawdown_frac, sharpe_ratio, trading_loss

SHARPES = st.floats(-60, 60) | st.sampled_from([math.inf, -math.inf, math.nan])
FRACS = st.floats(0, 1)
COUNTS = st.integers(0, 5000)
PROFITS = st.lists(st.floats(-5000, 5000), max_size=40).map(np.array)


def test_daily_returns_are_of_the_wallet_of_the_morning() -> None:
    days, profits = np.array([3, 0, 0]), np.array([-55.0, 40.0, 60.0])
    returns = daily_returns(days, profits, n_days=5, capital=1000.0)
    assert returns == pytest.approx([0.1, 0, 0, -0.05, 0])


def test_an_empty_wallet_stays_empty() -> None:
    days, profits = np.array([0, 1, 2]), np.array([50.0, -200.0, 900.0])
    assert daily_returns(days, profits, n_days=4, capital=100.0) == pytest.approx([0.5, -1, 0, 0])
    assert max_drawdown_frac(profits, capital=100.0) == 1


def test_sharpe_ratio_is_annual() -> None:
    # mean 0.005, standard deviation 0.015
    assert sharpe_ratio(np.array([0.02, -0.01])) == pytest.approx(0.005 / 0.015 * math.sqrt(365))
    assert sharpe_ratio(np.zeros(30)) == 0


def test_drawdown_is_of_the_highest_wallet_before() -> None:
    assert max_drawdown_frac(np.array([100.0, -50.0, 200.0, -175.0]), capital=100.0) == pytest.approx(0.5)
    assert max_drawdown_frac(np.array([]), capital=100.0) == 0
    assert max_drawdown_frac(np.array([1.0, 2.0]), capital=100.0) == 0


@given(PROFITS, st.floats(1, 1e6), st.integers(0, 2**32 - 1))
def test_what_a_wallet_did_is_always_a_number(profits, capital, seed) -> None:
    days = np.sort(np.random.default_rng(seed).integers(0, 20, len(profits)))
    returns = daily_returns(days, profits, n_days=20, capital=capital)
    assert len(returns) == 20
    assert (returns >= -1).all()
    assert 0 <= max_drawdown_frac(profits, capital=capital) <= 1
    assert math.isfinite(sharpe_ratio(returns))
    wallet = capital + np.cumsum(profits)
    assume((wallet > 1).all())
    assert capital * np.prod(1 + returns) == pytest.approx(capital + profits.sum(), rel=1e-6)


@given(SHARPES, SHARPES, FRACS, FRACS, COUNTS, COUNTS, st.integers(1, 1000))
def test_loss_is_monotone_in_each_part(one, other, little, much, few, many, enough) -> None:
    (little, much), (few, many) = sorted([little, much]), sorted([few, many])
    assume(not (math.isnan(one) or math.isnan(other)))
    low, high = sorted([one, other])

    def loss(sharpe: float, drawdown: float, count: int) -> float:
        return trading_loss(sharpe, drawdown, count, enough_trades=enough)

    assert loss(high, much, few) <= loss(low, much, few)
    assert loss(low, little, few) <= loss(low, much, few)
    assert loss(low, much, many) <= loss(low, much, few)


@given(SHARPES, FRACS, COUNTS, st.integers(1, 1000))
def test_loss_is_finite_and_below_what_freqtrade_calls_bad(sharpe, drawdown, count, enough) -> None:
    # Hyperopt keeps no epoch with a loss of 100 or more.
    assert -50 <= trading_loss(sharpe, drawdown, count, enough_trades=enough) <= 80


@given(st.floats(-40, 40), FRACS, st.integers(1, 200), st.floats(0.001, 5))
def test_more_of_each_part_counts(sharpe, drawdown, count, more) -> None:
    assert trading_loss(sharpe + more, drawdown, count, enough_trades=300) < trading_loss(
        sharpe, drawdown, count, enough_trades=300
    )
    assert trading_loss(sharpe, drawdown, count + 1, enough_trades=300) < trading_loss(
        sharpe, drawdown, count, enough_trades=300
    )
    assert trading_loss(sharpe, min(1.0, drawdown + 0.01), count, enough_trades=300) >= trading_loss(
        sharpe, drawdown, count, enough_trades=300
    )


def test_an_unknown_sharpe_is_the_worst() -> None:
    worst = trading_loss(-math.inf, 0.2, 10, enough_trades=100)
    assert trading_loss(math.nan, 0.2, 10, enough_trades=100) == worst


def test_weights_are_in_units_of_sharpe() -> None:
    base = trading_loss(1.0, 0.0, 100, enough_trades=100)
    assert trading_loss(2.0, 0.1, 100, enough_trades=100, drawdown_weight=10) == pytest.approx(base)
    assert trading_loss(6.0, 0.0, 0, enough_trades=100, shortage_weight=5) == pytest.approx(base)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"drawdown_frac": 1.5}, "drawdown_frac is 1.5"),
        ({"drawdown_frac": math.nan}, "drawdown_frac is nan"),
        ({"n_trades": -1}, "n_trades is -1"),
        ({"enough_trades": 0}, "enough_trades is 0"),
        ({"drawdown_weight": -1.0}, "drawdown_weight is -1.0"),
        ({"shortage_weight": math.inf}, "shortage_weight is inf"),
    ],
)
def test_bad_numbers_are_refused(change, words) -> None:
    good = {"sharpe": 1.0, "drawdown_frac": 0.1, "n_trades": 5, "enough_trades": 50}
    with pytest.raises(ParameterError, match=words):
        trading_loss(**(good | change))


@pytest.mark.parametrize(
    ("days", "profits", "change", "words"),
    [
        ([0], [math.nan], {}, "profits must be finite"),
        ([0], [1.0], {"capital": 0.0}, "capital is 0.0"),
        ([0], [1.0], {"n_days": 0}, "n_days is 0"),
        ([3], [1.0], {}, "closed_days go from 3 to 3"),
        ([0, 1], [1.0], {}, "closed_days has 2 rows"),
    ],
)
def test_bad_trades_are_refused(days, profits, change, words) -> None:
    good = {"n_days": 3, "capital": 100.0}
    with pytest.raises(ParameterError, match=words):
        daily_returns(np.array(days), np.array(profits), **(good | change))


@pytest.mark.parametrize("returns", [[], [math.nan, 0.0]])
def test_no_ratio_of_nothing(returns) -> None:
    with pytest.raises(ParameterError, match="at least one number"):
        sharpe_ratio(np.array(returns))
