"""Tries counted in files as stock Freqtrade writes them, and the Sharpe ratio that is left."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import rapidjson
from freqtrade.optimize.hyperopt_tools import HyperoptTools, hyperopt_serializer
from freqtrade.optimize.optimize_reports import store_backtest_results
from tests.support.trade_stats import CAPITAL, DAYS, NAME, START, closed_trades, stats_of

from auriga.errors import HostError, ParameterError
from auriga.evaluation import (
    deflated_sharpe_ratio,
    expected_best_sharpe,
    probabilistic_sharpe_ratio,
    sharpe_ratio,
    sharpe_std_of_luck,
)
from auriga.host.evidence import count_trials
from auriga.host.evidence._trials import told_returns
from auriga.host.results import BacktestResult, read_backtest


@pytest.fixture
def userdir(tmp_path) -> Path:
    for folder in ("hyperopt_results", "backtest_results"):
        (tmp_path / folder).mkdir()
    return tmp_path


def save_backtest(userdir: Path, stats: dict[str, Any], stamp: str) -> BacktestResult:
    name = stats["strategy_name"]
    saved: Any = {"strategy": {name: stats}, "strategy_comparison": [], "metadata": {name: {"run_id": stamp}}}
    config = {"exportdirectory": userdir / "backtest_results", "original_config": {}}
    return read_backtest(store_backtest_results(config, saved, stamp), name)


def save_epochs(userdir: Path, *epochs: dict[str, Any], name: str = "strategy_x_1") -> Path:
    """As `Hyperopt._save_result` does."""
    path = userdir / "hyperopt_results" / f"{name}.fthypt"
    with path.open("a") as file:
        for number, stats in enumerate(epochs, 1):
            epoch = {"loss": 1.0, "is_best": False, "current_epoch": number, "results_metrics": stats}
            rapidjson.dump(
                epoch, file, default=hyperopt_serializer, number_mode=rapidjson.NM_NATIVE | rapidjson.NM_NAN
            )
            file.write("\n")
    return path


@cache
def stock_stats() -> dict[str, Any]:
    return stats_of(closed_trades(0))


def like_stock(trades: pd.DataFrame, **changed: Any) -> dict[str, Any]:
    """Stock statistics with the days of other trades: Freqtrade takes a second for each."""
    by_day: Any = trades.resample("1D", on="close_date")["profit_abs"].sum()
    days = [(str(day.date()), profit) for day, profit in by_day.items()]
    profits = trades["profit_abs"]
    totals = {"profit_total_abs": profits.sum(), "profit_mean": profits.mean() / 100}
    return stock_stats() | totals | {"daily_profit": days, "total_trades": len(trades)} | changed


def stats(seed: int, **changed: Any) -> dict[str, Any]:
    return like_stock(closed_trades(seed), **changed) if seed else stock_stats()


@pytest.fixture
def result(userdir) -> BacktestResult:
    return save_backtest(userdir, stats(0), "2025-03-01_10-00-00")


def test_days_of_stock_are_those_of_the_trades() -> None:
    stock, own = stock_stats(), like_stock(closed_trades(0))
    assert [day for day, _ in stock["daily_profit"]] == [day for day, _ in own["daily_profit"]]
    assert [list(map(type, row)) for row in stock["daily_profit"][:1]] == [[str, float]]
    np.testing.assert_allclose(told_returns(stock), told_returns(own), atol=1e-9)


def test_epochs_and_backtests_with_other_trades_count(userdir, result) -> None:
    path = save_epochs(userdir, stats(1), stats(2), stats(2), stats(0))
    assert HyperoptTools.load_filtered_results(path, {})[1] == 4  # stock reads them
    save_backtest(userdir, stats(2), "2025-03-01_11-00-00")  # the best epoch, run again
    save_backtest(userdir, stats(3), "2025-03-01_12-00-00")
    save_backtest(userdir, stats(0), "2025-03-01_13-00-00")
    save_backtest(userdir, stats(4, strategy_name="Other"), "2025-03-01_14-00-00")
    save_epochs(userdir, stats(5, strategy_name="Other"), name="strategy_y_2")
    trials = count_trials(result, userdir)
    assert trials.n_trials == 4  # seeds 0 to 3
    assert "this backtest, 2 different hyperopt epochs, 1 other backtests, 0 added" in trials.counted
    assert count_trials(result, userdir, extra=10).n_trials == 14


def test_other_periods_count_but_do_not_tell_the_spread(userdir, result) -> None:
    start = START + pd.Timedelta(days=1)
    moved = {"backtest_start": f"{start:%F %T}", "backtest_start_ts": int(start.timestamp() * 1000)}
    later = [stats(seed, **moved) for seed in range(20, 35)]
    save_epochs(userdir, *later)
    trials = count_trials(result, userdir)
    assert trials.n_trials == 16
    assert "too few over the same period" in trials.counted
    luck = sharpe_std_of_luck(DAYS)
    assert trials.expected_best_sharpe == pytest.approx(expected_best_sharpe(16, luck))


def test_figures_are_those_of_the_wallets_days(userdir, result) -> None:
    trials = count_trials(result, userdir)
    returns = told_returns(result.stats)
    assert len(returns) == DAYS
    assert CAPITAL * np.prod(1 + returns) == pytest.approx(CAPITAL + result.stats["profit_total_abs"])
    assert trials.n_trials == 1
    assert trials.sharpe == pytest.approx(sharpe_ratio(returns))  # Freqtrade rounds its days
    assert trials.psr == trials.dsr == pytest.approx(probabilistic_sharpe_ratio(returns))
    assert trials.expected_best_sharpe == 0


@pytest.mark.parametrize("smaller", ["luck", "found"])
def test_the_smaller_spread_counts(userdir, result, smaller) -> None:
    """Tries that are truly worse spread more than luck; tries that resemble one another less."""
    if smaller == "luck":
        tries = [like_stock(closed_trades(seed, mean=2.0 - seed)) for seed in range(1, 15)]
    else:
        like = closed_trades(0)
        more = [0.02 * step for step in range(1, 15)]
        tries = [like_stock(like.assign(profit_abs=like["profit_abs"] + step)) for step in more]
    save_epochs(userdir, *tries)
    found = float(np.std([sharpe_ratio(told_returns(one)) for one in [result.stats, *tries]]))
    luck = sharpe_std_of_luck(DAYS)
    assert (luck < found) == (smaller == "luck")
    trials = count_trials(result, userdir)
    assert trials.expected_best_sharpe == pytest.approx(expected_best_sharpe(15, min(luck, found)))
    assert f"spread by {found:.2f}, luck alone by {luck:.2f}" in trials.counted
    returns = told_returns(result.stats)
    expected = deflated_sharpe_ratio(returns, n_trials=15, sharpe_std=min(luck, found))
    assert trials.dsr == pytest.approx(expected) and trials.dsr < trials.psr


def test_tries_without_trades_are_one_and_tell_no_spread(userdir, result) -> None:
    idle = stats(1) | {"total_trades": 0, "profit_total_abs": 0, "profit_mean": 0.0, "trades": []}
    del idle["daily_profit"]  # as stock leaves it out
    save_epochs(userdir, idle, idle)
    assert count_trials(result, userdir).n_trials == 2
    nothing = save_backtest(userdir, idle, "2025-03-02_10-00-00")
    trials = count_trials(nothing, userdir)
    assert trials.sharpe == 0
    assert np.isnan([trials.psr, trials.dsr]).all()


def test_an_empty_workplace_and_an_interrupted_hyperopt(tmp_path, userdir, result) -> None:
    assert count_trials(result, tmp_path / "nowhere").n_trials == 1
    path = save_epochs(userdir, stats(1), stats(2))
    path.write_text(path.read_text()[:-500])
    assert count_trials(result, userdir).n_trials == 2


def test_files_that_cannot_be_read_are_named(userdir, result) -> None:
    other = save_backtest(userdir, stats(3), "2025-03-01_12-00-00").path
    other.write_bytes(b"PK")
    with pytest.raises(HostError, match=r"12-00-00\.zip cannot be read"):
        count_trials(result, userdir)
    other.unlink()  # its meta file stays, as after deleting a result by hand
    assert count_trials(result, userdir).n_trials == 1
    (userdir / "hyperopt_results" / "odd.fthypt").write_text("no epoch\n")
    with pytest.raises(HostError, match=r"odd\.fthypt holds a line that is no epoch"):
        count_trials(result, userdir)


def test_no_negative_number_is_added(userdir, result) -> None:
    with pytest.raises(ParameterError, match="extra is -1"):
        count_trials(result, userdir, extra=-1)
    assert json.loads((userdir / "backtest_results" / ".last_result.json").read_text())
    assert result.stats["strategy_name"] == NAME
