"""The trading benchmark's own computations: exposure, time in the market, variants, best epoch, page."""

import json
from typing import Any

import pandas as pd
import pytest
from studies.trading._hyperopt import SPACES, Search, best_epoch, parameters_of, read_epochs
from studies.trading._measures import exposure_frac, in_market_frac, measure
from studies.trading._page import PAGE, table, write
from studies.trading._variants import ALL, FUTURES, PLAIN, SPOT

from auriga.settings import parse_settings

START, END = pd.Timestamp("2025-01-01", tz="UTC"), pd.Timestamp("2025-01-05", tz="UTC")


def trades(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Trades of opening, closing, stake and profit."""
    opened, closed, stakes, profits = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "open_date": pd.to_datetime([f"2025-01-{day}" for day in opened], utc=True, format="ISO8601"),
            "close_date": pd.to_datetime([f"2025-01-{day}" for day in closed], utc=True, format="ISO8601"),
            "stake_amount": stakes,
            "profit_abs": profits,
            "profit_ratio": [profit / stake for profit, stake in zip(profits, stakes, strict=True)],
            "leverage": 1.0,
            "is_short": False,
            "fee_open": 0.0015,
            "exit_reason": "decay",
        }
    )


def test_exposure_is_of_the_wallet_at_the_opening() -> None:
    # A quarter of 1000 for one day of four; then 300 of the 1500 that the first trade left, for two days.
    made = trades(("01", "02", 250, 500), ("03", "05", 300, 0))
    assert exposure_frac(made, START, END, capital=1000.0) == pytest.approx(0.25 / 4 + 0.2 / 2)
    assert exposure_frac(made.assign(leverage=3.0), START, END, capital=1000.0) == pytest.approx(3 * 0.1625)


def test_time_in_the_market_counts_overlaps_once() -> None:
    made = trades(("01", "02 12:00", 1, 0), ("01 06:00", "01 12:00", 1, 0), ("02", "03", 1, 0))
    assert in_market_frac(made, START, END) == pytest.approx(0.5)
    assert in_market_frac(made.iloc[:0], START, END) == 0


def test_nothing_traded_is_nothing_in_the_market() -> None:
    start, end = pd.Timestamp("2025-01-01", tz="UTC"), pd.Timestamp("2025-01-02", tz="UTC")
    assert in_market_frac(pd.DataFrame(), start, end) == 0
    assert exposure_frac(pd.DataFrame(), start, end, capital=1000) == 0


def test_measures_of_a_backtest() -> None:
    stats = {
        "wallet_stats": {"sharpe": 1.5, "sortino": 2.5, "max_drawdown_account": 0.1},
        "backtest_start_ts": START.value // 10**6,
        "backtest_end_ts": END.value // 10**6,
        "starting_balance": 1000,
        "profit_total": 0.05,
    }
    made = measure(trades(("01", "02", 100, 10), ("02", "03", 100, -20)), stats)
    assert (made.trades, made.shorts, made.exits) == (2, 0, {"decay": 2})
    assert made.trade_frac == pytest.approx(-0.05)
    nothing = measure(trades(("01", "02", 100, 10)).iloc[:0], stats)
    assert (nothing.trades, nothing.exposure_frac, nothing.in_market_frac) == (0, 0, 0)


@pytest.mark.parametrize("variant", [*SPOT, *FUTURES], ids=lambda variant: variant.name)
def test_variants_are_settings(root, variant) -> None:
    block = json.loads((root / "config.json").read_text())["regime"]
    merged = {name: block.get(name, {}) | overlay for name, overlay in variant.regime.items()}
    parse_settings(block | merged)


def test_each_variant_is_plain_but_for_one_rule() -> None:
    for variants in (SPOT, FUTURES):
        assert len({variant.name for variant in variants}) == len(variants)
        for variant in variants:
            if not variant.title.startswith("+"):
                continue
            changed = {block for block in PLAIN.regime if variant.regime[block] != PLAIN.regime[block]}
            changed -= {"stake"} if "leverage" in changed else set()  # leverage needs room in the exposure
            assert len(changed) + (variant.parameters != PLAIN.parameters) == 1
    assert (ALL.regime, ALL.parameters) == ({}, {})


def test_best_epoch_is_the_first_of_the_smallest_loss(tmp_path) -> None:
    details = {space: {"value": 0.5} for space in SPACES} | {"stoploss": {"stoploss": -0.25}}
    epochs = [
        {"loss": loss, "current_epoch": number, "params_details": details}
        for number, loss in enumerate((3.0, 1.0, 2.0, 1.0), start=1)
    ]
    file = tmp_path / "run.fthypt"
    file.write_text("".join(json.dumps(epoch) + "\n" for epoch in epochs))
    best = best_epoch(read_epochs(file))
    assert best["current_epoch"] == 2
    assert parameters_of(best) == {space: {"value": 0.5} for space in SPACES}


def row(**changes) -> dict[str, Any]:
    base = {
        "trades": 12, "shorts": 2, "profit_frac": -0.0123, "trade_frac": -0.001, "sharpe": -1.234,
        "sortino": -2.0, "drawdown_frac": 0.05, "exposure_frac": 0.013, "in_market_frac": 0.4,
        "fee_frac": 0.0015, "exits": {"decay": 12},
    }  # fmt: skip
    return base | changes


def test_table_shows_every_figure() -> None:
    last = table([("all", row())]).splitlines()[-1]
    assert last == "| all | 12 | 2 | -1.23% | -0.10% | -1.23 | -2.00 | 5.00% | 1.3% | 40.0% |"


def test_page_of_every_part(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("studies.trading._page.PAGE", tmp_path / "page.md")
    look = {
        "epochs": 50, "minutes": 3.0, "without_trades": 5, "with_profit": 1,
        "best": {"epoch": 7, "loss": 1.5, "trades": 90, "profit_frac": 0.01,
                 "parameters": {"exit": {"take_profit_atr": 4.0}}},
        "quarters": {"train": row(trades=77), "test": row(trades=88)},
    }  # fmt: skip
    search = {"train": "20250101-20250401", "test": "20250401-20250701", "epochs": 50, "seed": 7, "jobs": 2}
    found = {"search": search, "minutes": 4, "defaults": {"train": row(), "test": row()}, "looks": [look]}
    write({"spot": {v.name: row() for v in SPOT}, "futures": {ALL.name: row()}, "hyperopt": found})
    page = (tmp_path / "page.md").read_text()
    assert all(variant.title in page for variant in SPOT)
    assert "## Futures" in page
    assert "epoch 7, loss 1.500, 90 trades, 1.00%. `take_profit_atr` 4." in page
    assert "| best of 50 epochs | 88 |" in page.split("never saw")[1]
    assert PAGE.name == "TRADING.md"


def test_every_look_is_within_the_run() -> None:
    assert Search().epochs == max(Search().looks)
    assert Search().train.split("-")[1] == Search().test.split("-")[0]
