"""Our figures beside Freqtrade's own functions: where they agree, and where the docstrings say they do not."""

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
from freqtrade.optimize.optimize_reports import generate_strategy_stats

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

CAPITAL, DAYS = 1000.0, 60
START = pd.Timestamp("2025-01-01", tz="UTC")


@pytest.fixture(scope="module")
def trades() -> pd.DataFrame:
    """Eighty trades closed within sixty days, in order."""
    rng = np.random.default_rng(7)
    closed = START + pd.to_timedelta(np.sort(rng.uniform(0, DAYS * 1440 - 5, size=80)), unit="min")
    return pd.DataFrame({"close_date": closed.floor("5min"), "profit_abs": rng.normal(2, 15, size=80)})


@pytest.fixture(scope="module")
def returns(trades) -> np.ndarray:
    days = ((trades["close_date"] - START) // pd.Timedelta(days=1)).to_numpy()
    return daily_returns(days, trades["profit_abs"].to_numpy(), n_days=DAYS, capital=CAPITAL)


@pytest.fixture(scope="module")
def balance(trades) -> pd.DataFrame:
    """Wallet after each trade, and at midnight before the first day, as snapshots of a bot."""
    before = pd.DataFrame({"date": [START - pd.Timedelta(minutes=5)], "total_quote": [CAPITAL]})
    after = pd.DataFrame(
        {"date": trades["close_date"], "total_quote": CAPITAL + trades["profit_abs"].cumsum()}
    )
    ends = pd.DataFrame({"date": pd.date_range(START, periods=DAYS, freq="D") + pd.Timedelta(hours=23.99)})
    known = pd.concat([before, after])
    ends = pd.merge_asof(ends, known, on="date")
    return pd.concat([known, ends]).sort_values("date", kind="stable", ignore_index=True)


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


def stats_of(trades: pd.DataFrame) -> dict:
    """Statistics of a backtest with these trades."""
    results = trades.assign(
        pair="BTC/USDT", open_date=trades["close_date"] - pd.Timedelta(hours=1), stake_amount=100.0,
        profit_ratio=trades["profit_abs"] / 100, trade_duration=60, is_open=False, enter_tag="x",
        exit_reason="roi", is_short=False, orders=[[]] * len(trades), leverage=1.0, open_rate=1.0,
    )  # fmt: skip
    results["open_timestamp"] = results["open_date"].astype("int64") // 10**6
    results["close_timestamp"] = results["close_date"].astype("int64") // 10**6
    config = {
        "stake_currency": "USDT", "stake_amount": 100, "max_open_trades": 3, "dry_run_wallet": CAPITAL,
        "timeframe": "5m", "timerange": "", "stoploss": -0.1, "trailing_stop": False, "minimal_roi": {},
        "trailing_only_offset_is_reached": False, "use_custom_stoploss": False, "use_exit_signal": True,
        "exit_profit_only": False, "exit_profit_offset": 0.0, "ignore_roi_if_entry_signal": False,
        "trading_mode": "spot", "margin_mode": "", "trailing_stop_positive": None,
        "trailing_stop_positive_offset": 0.0, "enable_protections": False, "exchange": {},
    }  # fmt: skip
    content = {
        "results": results, "config": config, "locks": [], "final_balance": CAPITAL, "rejected_signals": 0,
        "timedout_entry_orders": 0, "timedout_exit_orders": 0, "canceled_trade_entries": 0,
        "canceled_entry_orders": 0, "replaced_entry_orders": 0, "backtest_start_time": 0,
        "backtest_end_time": 0, "run_id": "x",
    }  # fmt: skip
    end = START + pd.Timedelta(days=DAYS)
    return generate_strategy_stats(["BTC/USDT"], "Any", content, START, end, 0.0)
