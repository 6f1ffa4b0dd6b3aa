"""Figures of returns and trades against published and hand-made numbers."""

import numpy as np
import pytest

from auriga.errors import ParameterError
from auriga.evaluation import (
    cagr_frac,
    daily_returns,
    drawdowns,
    max_drawdown_frac,
    profit_factor,
    sharpe_ratio,
    sortino_ratio,
    win_rate_frac,
)

# The returns that empyrical's own tests use, and what these say, at 252 days a year.
MIXED = np.array([1.0, 10.0, -4.0, 2.0, 3.0, 2.0, 1.0, -10.0]) / 100
YEAR = (365 / 252) ** 0.5


def test_sortino_is_empyricals() -> None:
    assert sortino_ratio(MIXED) == pytest.approx(2.605531251673693 * YEAR)


def test_sharpe_is_empyricals_but_for_one_degree_of_freedom() -> None:
    assert sharpe_ratio(MIXED) == pytest.approx(1.7238613961706866 * YEAR * (8 / 7) ** 0.5)


def test_cagr_is_empyricals() -> None:
    # It counts nine days, one of them unknown.
    growth = float(np.prod(1 + MIXED))
    assert cagr_frac(growth, 9 * 365 / 252) == pytest.approx(1.9135925373194231, rel=1e-9)


def test_drawdown_is_empyricals() -> None:
    assert drawdowns(np.r_[1.0, np.cumprod(1 + MIXED)]).max() == pytest.approx(0.1)


def test_sortino_of_a_wallet_that_never_falls_or_never_moves() -> None:
    assert sortino_ratio(np.zeros(10)) == 0
    assert sortino_ratio(np.full(10, 0.01)) == pytest.approx(0.01 / 1e-6 * 365**0.5)


def test_sortino_counts_falls_alone() -> None:
    up, down = np.array([0.0, 0.03, 0.0, -0.01]), np.array([0.0, 0.06, -0.03, -0.01])
    assert up.mean() == down.mean()
    assert sortino_ratio(up) > sortino_ratio(down)


def test_growth_over_the_edges() -> None:
    assert cagr_frac(0.5, 365) == -0.5
    assert cagr_frac(-0.2, 30) == -1
    assert cagr_frac(1.0, 3) == 0
    assert cagr_frac(1e10, 0.5) == np.inf


def test_drawdown_curve_by_hand() -> None:
    profits = np.array([20.0, -60.0, 30.0, 60.0, -15.0])
    wallet = 100 + np.r_[0.0, np.cumsum(profits)]
    expected = [0, 0, 0.5, 0.25, 0, 0.1]
    assert drawdowns(wallet).tolist() == pytest.approx(expected)
    assert max_drawdown_frac(profits, capital=100.0) == 0.5
    assert drawdowns(np.array([1.0, 0.0, 0.0])).tolist() == [0, 1, 1]


def test_trades_by_hand() -> None:
    profits = np.array([5.0, -2.0, 0.0, 3.0, -2.0])
    assert win_rate_frac(profits) == 0.4
    assert profit_factor(profits) == 2.0
    assert profit_factor(np.array([-1.0, -2.0])) == 0
    assert np.isnan(profit_factor(np.array([1.0, 2.0])))
    assert np.isnan([win_rate_frac(np.array([])), profit_factor(np.array([]))]).all()


def test_daily_returns_compound_to_the_wallet() -> None:
    days, profits = np.array([0, 0, 3, 5]), np.array([10.0, -4.0, 20.0, -7.0])
    returns = daily_returns(days, profits, n_days=7, capital=50.0)
    assert 50 * np.prod(1 + returns) == pytest.approx(50 + profits.sum())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sortino_ratio(np.array([])), "at least one number"),
        (lambda: sortino_ratio(np.array([0.1, np.nan])), "all of them finite"),
        (lambda: cagr_frac(1.1, 0), "over 0 days"),
        (lambda: cagr_frac(np.nan, 3), "growth is nan"),
        (lambda: drawdowns(np.array([])), "wallet must begin"),
        (lambda: drawdowns(np.array([0.0, 1.0])), "begin above 0"),
        (lambda: drawdowns(np.array([1.0, -0.1])), "not negative"),
        (lambda: win_rate_frac(np.array([np.nan])), "profits must be finite"),
        (lambda: profit_factor(np.array([np.inf])), "profits must be finite"),
    ],
)
def test_what_is_no_number_is_refused(call, words) -> None:
    with pytest.raises(ParameterError, match=words):
        call()
