"""Our figures beside Freqtrade's own: where they agree, and where the docstrings say they do not."""

import numpy as np
import pandas as pd
import pytest
from freqtrade.data.metrics import (
    calculate_cagr,
    calculate_max_drawdown,
    calculate_sharpe,
    calculate_sharpe_from_balance,
    calculate_sortino_from_balance,
    calculate_underwater,
)
from tests.support.trade_stats import CAPITAL, DAYS, START, closed_trades, stats_of

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


@pytest.fixture(scope="module")
def trades() -> pd.DataFrame:
    return closed_trades(seed=7)


@pytest.fixture(scope="module")
def returns(trades) -> np.ndarray:
    days = ((trades["close_date"] - START) // pd.Timedelta(days=1)).to_numpy()
    return daily_returns(days, trades["profit_abs"].to_numpy(), n_days=DAYS, capital=CAPITAL)


@pytest.fixture(scope="module")
def balance(trades) -> pd.DataFrame:
    """Wallet after each trade, and at midnight before the first day, as snapshots of a bot."""
    profits = CAPITAL + trades["profit_abs"].cumsum()
    known = pd.Series([CAPITAL, *profits], index=[START - pd.Timedelta(minutes=5), *trades["close_date"]])
    evenings = pd.date_range(START, periods=DAYS, freq="D") + pd.Timedelta(hours=23, minutes=59)
    known = known[~known.index.duplicated(keep="last")]
    both = known.reindex(known.index.union(evenings)).ffill()
    return both.rename_axis("date").rename("total_quote").reset_index()


def test_sharpe_is_that_of_the_wallet(returns, balance) -> None:
    assert sharpe_ratio(returns) == pytest.approx(calculate_sharpe_from_balance(balance))


def test_sharpe_is_not_that_of_trades(returns, trades) -> None:
    end = START + pd.Timedelta(days=DAYS)
    theirs = calculate_sharpe(trades, START, end, CAPITAL)
    profits = trades["profit_abs"] / CAPITAL
    assert theirs == pytest.approx(profits.sum() / DAYS / profits.std(ddof=0) * 365**0.5)
    assert abs(theirs - sharpe_ratio(returns)) > 0.1


def test_sortino_differs_in_its_denominator_alone(returns, balance) -> None:
    falls = returns[returns < 0]
    ours, theirs = sortino_ratio(returns), calculate_sortino_from_balance(balance)
    downside = (falls**2).sum() / len(returns)
    assert ours * downside**0.5 == pytest.approx(theirs * falls.std())


@pytest.mark.parametrize(("growth", "days"), [(1.3, 90), (0.4, 700), (1.0, 1), (0.0, 30)])
def test_growth_is_freqtrades(growth, days) -> None:
    assert cagr_frac(growth, days) == pytest.approx(calculate_cagr(days, CAPITAL, CAPITAL * growth))


def test_growth_differs_where_freqtrade_says_nothing() -> None:
    assert (calculate_cagr(30, CAPITAL, -50), cagr_frac(-0.05, 30)) == (0, -1)
    assert (calculate_cagr(1, 1.0, 1e10), cagr_frac(1e10, 1)) == (0, np.inf)


def test_drawdowns_are_freqtrades(trades) -> None:
    profits = trades["profit_abs"].to_numpy()
    below = calculate_underwater(trades, value_col="profit_abs", starting_balance=CAPITAL)
    ours = drawdowns(CAPITAL + np.r_[0.0, np.cumsum(profits)])
    np.testing.assert_allclose(ours, below["drawdown_relative"], atol=1e-12)
    deepest = calculate_max_drawdown(trades, starting_balance=CAPITAL, relative=True)
    assert max_drawdown_frac(profits, capital=CAPITAL) == pytest.approx(deepest.relative_account_drawdown)


def test_win_rate_and_profit_factor_are_those_of_a_backtest(trades) -> None:
    stats = stats_of(trades)
    profits = trades["profit_abs"].to_numpy()
    assert win_rate_frac(profits) == pytest.approx(stats["winrate"])
    assert profit_factor(profits) == pytest.approx(stats["profit_factor"])
    gains = trades[trades["profit_abs"] > 0]
    assert stats_of(gains)["profit_factor"] == 0
    assert np.isnan(profit_factor(gains["profit_abs"].to_numpy()))
