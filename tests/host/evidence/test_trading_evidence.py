"""The trading side of results, against Freqtrade's own statistics of the same trades."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.made_results import CONFIG, FEE, START, made_result, many_trades, read, trade

from auriga.evaluation import stationary_draws
from auriga.host.evidence import trading_evidence
from auriga.host.evidence._equity import read_equity
from auriga.host.evidence._headline import FIGURES, figure_interval, figure_samples, whole_days
from auriga.host.evidence._trade_groups import LEAST_ROWS, shown_trades
from auriga.host.results import read_candles

DAYS = 40
KEYS = {
    "trades": "total_trades", "net_profit_frac": "profit_total", "cagr_frac": "cagr", "sharpe": "sharpe",
    "sortino": "sortino", "max_drawdown_frac": "max_drawdown_account", "win_rate_frac": "winrate",
    "profit_factor": "profit_factor",
}  # fmt: skip


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trades")
    return read(made_result(folder, many_trades(DAYS), days=DAYS, pairs=["BTC/USDT", "ETH/USDT"]))


@pytest.fixture(scope="module")
def evidence(result, datadir):
    return trading_evidence(result, datadir)


def test_estimates_are_freqtrades_to_the_digit(result, evidence) -> None:
    for figure, key in KEYS.items():
        assert evidence.headline.loc[figure, "estimate"] == result.stats[key], figure


def test_each_interval_is_of_the_statistic_that_was_estimated(result, evidence, datadir) -> None:
    shown = shown_trades(result)
    samples = figure_samples(result, shown, read_equity(result, shown, datadir, 0.0))
    days = whole_days(result.stats)
    for name, figure in FIGURES.items():
        again = figure.shown(figure.compute(samples[figure.rows], days))
        assert again == pytest.approx(evidence.headline.loc[name, "estimate"], rel=1e-9), name
    row = evidence.headline
    known = row.drop(index="trades")
    assert known["low"].notna().all() and (known["low"] < known["high"]).all()
    inside = [name for name in known.index if name != "max_drawdown_frac"]
    assert (known.loc[inside, "low"] < known.loc[inside, "estimate"]).all()
    assert (known.loc[inside, "estimate"] < known.loc[inside, "high"]).all()


def test_a_profit_factor_without_losses_in_a_draw_stays_a_number() -> None:
    profits = np.r_[np.full(39, 0.01), -0.01]
    draws = stationary_draws(40, block_length=1)
    low, high = figure_interval(FIGURES["profit_factor"], profits, 40, draws)
    assert low > 5 and high == np.inf


def test_a_trade_counts_on_the_day_it_closes_and_midnight_ends_a_day(datadir, tmp_path) -> None:
    late = START + pd.Timedelta(hours=23)
    rows = [trade(late, 0.1, minutes=60), trade(late, 0.2, minutes=65), trade(late, 0.3, minutes=25 * 60)]
    result = read(made_result(tmp_path, rows, days=2))
    wallet = trading_evidence(result, datadir).daily["wallet"]
    profits = [row["profit_abs"] for row in rows]
    assert len(wallet) == 2, "the last candle opens at the end and makes no day of its own"
    assert wallet.tolist() == pytest.approx([10_000 + profits[0], 10_000 + sum(profits)])


def test_buying_and_holding_buys_equal_parts_at_the_first_open(result, evidence, datadir) -> None:
    cost = result.settings.costs.side_frac
    parts = []
    for pair in result.pairs:
        candles = read_candles(datadir, pair, "5m").set_index("date")
        last = candles["close"].loc[: result.end - pd.Timedelta(minutes=5)].iloc[-1]
        parts.append(last / candles["open"].loc[START] / (1 + cost))
    assert evidence.daily["buy_and_hold"].iloc[-1] == pytest.approx(10_000 * np.mean(parts))
    held = evidence.headline["buy_and_hold"]
    assert held["net_profit_frac"] == pytest.approx(np.mean(parts) - 1)
    assert held["max_drawdown_frac"] >= evidence.daily["buy_and_hold_drawdown_frac"].max() > 0
    assert held["trades"] == 2
    assert evidence.headline["cash"][["net_profit_frac", "max_drawdown_frac"]].tolist() == [0, 0]


def test_months_compound_to_the_whole(evidence) -> None:
    months = evidence.monthly.drop(columns="year").stack().dropna()
    assert months.index.get_level_values(1).tolist() == [2, 3]
    whole = evidence.headline.loc["net_profit_frac", "estimate"]
    assert np.prod(1 + months) - 1 == pytest.approx(whole)
    assert evidence.monthly["year"].tolist() == pytest.approx([whole])


def test_groups_add_up(result, evidence) -> None:
    for table in (evidence.by_regime, evidence.by_tag, evidence.by_exit, evidence.by_pair):
        assert table["trades"].sum() == result.stats["total_trades"]
        assert table["profit"].sum() == pytest.approx(result.stats["profit_total_abs"])
        assert table["profit_frac"].sum() == pytest.approx(result.stats["profit_total"])
    assert evidence.by_regime.index.tolist() == ["bear", "sideways", "bull"]
    told = {row["key"]: row for row in result.stats["results_per_enter_tag"]}
    for tag, row in evidence.by_tag.iterrows():
        assert row["mean_frac"] == pytest.approx(told[tag]["profit_mean"])
        assert row["win_rate_frac"] == pytest.approx(told[tag]["wins"] / row["trades"])
        assert row["mean_low"] < row["mean_frac"] < row["mean_high"]


def test_costs_of_the_same_trades(result, evidence) -> None:
    costs = evidence.costs
    assert costs["cost_frac"].tolist() == pytest.approx([0, FEE, 2 * FEE, 3 * FEE])
    assert costs.loc[1, "net_profit_frac"] == pytest.approx(result.stats["profit_total"])
    assert costs.loc[1, "win_rate_frac"] == result.stats["winrate"]
    assert costs.loc[1, "sharpe"] == pytest.approx(evidence.headline.loc["daily_sharpe", "estimate"])
    share = evidence.break_even_cost_frac / FEE
    free, paid = costs.loc[0, "net_profit_frac"], costs.loc[1, "net_profit_frac"]
    assert free + share * (paid - free) == pytest.approx(0, abs=1e-12)


def test_shorts_with_leverage_and_funding(datadir, tmp_path) -> None:
    rows = many_trades(DAYS, short=True, leverage=3.0, funding=-0.7, pair="BTC/USDT:USDT")
    made = made_result(tmp_path, rows, days=DAYS, pairs=["BTC/USDT:USDT"], trading_mode="futures")
    result = read(made)
    evidence = trading_evidence(result, datadir)
    assert evidence.headline.loc["net_profit_frac", "estimate"] == result.stats["profit_total"]
    gross = sum(row["profit_abs"] for row in rows)
    turnover = sum(order["cost"] for row in rows for order in row["orders"])
    assert evidence.costs.loc[0, "net_profit_frac"] == pytest.approx((gross + FEE * turnover) / 10_000)
    assert set(evidence.trades["direction"]) == {"short"}
    assert evidence.daily["buy_and_hold"].isna().all(), "there are no candles of the perpetual"
    assert "leaves out BTC/USDT:USDT: no 5m candles" in evidence.notes[0]


@pytest.mark.parametrize("n_trades", [0, 1, 2])
def test_too_few_trades_give_what_can_be_known(datadir, tmp_path, n_trades) -> None:
    rows = [trade(START, 0.02), trade(START, -0.01)][:n_trades]
    evidence = trading_evidence(read(made_result(tmp_path, rows, days=1)), datadir)
    assert evidence.headline.loc["trades", "estimate"] == n_trades
    assert evidence.headline[["low", "high"]].isna().all().all()
    held = evidence.headline["buy_and_hold"]
    assert held["net_profit_frac"] != 0 and np.isnan(held["cagr_frac"]), "of one day no year is made"
    assert len(evidence.trades) == evidence.by_regime["trades"].sum() == n_trades
    assert np.isnan(evidence.break_even_cost_frac) == (n_trades == 0)
    assert any("no trades" in note or f"{n_trades} trades are too few" in note for note in evidence.notes)
    assert any("1 days are too few" in note for note in evidence.notes)


def test_the_least_number_of_rows_is_what_the_intervals_need(tmp_path, datadir) -> None:
    for n_trades, known in ((LEAST_ROWS - 1, False), (LEAST_ROWS, True)):
        rows = many_trades(DAYS)[:n_trades]
        result = read(made_result(tmp_path / str(n_trades), rows, days=DAYS))
        evidence = trading_evidence(result, datadir)
        low: Any = evidence.headline.loc["win_rate_frac", "low"]
        assert np.isfinite(low) == known
        assert any("too few" in note for note in evidence.notes) != known


def test_another_strategy_without_freqai_or_regimes(datadir, tmp_path) -> None:
    rows = [row | {"enter_tag": None} for row in many_trades(DAYS)]
    made = made_result(tmp_path, {"Other": rows}, days=DAYS, freqai=None, regime=None, freqaimodel=None)
    evidence = trading_evidence(read(made, "Other"), datadir)
    assert evidence.by_regime.index.tolist() == ["none"]
    assert "model" not in evidence.facts and evidence.facts["strategy"] == "Other"
    assert evidence.facts["costs of a side"].startswith("0.15 %")
    assert any("names a regime" in note for note in evidence.notes)


def test_settings_are_those_of_the_run(tmp_path) -> None:
    result = read(made_result(tmp_path, []))
    assert result.config["freqai"]["train_period_days"] == CONFIG["freqai"]["train_period_days"]
    assert "SECRET" not in str(result.config)
    assert result.settings.moving_average.period == 40
