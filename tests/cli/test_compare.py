"""`auriga compare` on made-up results, as a user runs it."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.freqai_runs import write_candles
from tests.support.made_results import CONFIG, STAKE, START, made_result, many_trades, read, trade
from tests.support.programs import Done, run_program

from auriga.datasets import simulate_market

DAYS = 30


@pytest.fixture(scope="module")
def workplace(tmp_path_factory) -> Path:
    """A user folder with candles and three results: two of one strategy, one of two strategies."""
    folder = tmp_path_factory.mktemp("workplace")
    made = simulate_market(45 * 288, market="easy", seed=1, start="2024-01-25")
    write_candles(folder / "user_data" / "data" / "binance", "BTC/USDT", made.candles)
    results = folder / "user_data" / "backtest_results"
    (folder / "config.json").write_text(
        json.dumps({name: CONFIG[name] for name in ("stake_currency", "exchange", "timeframe", "regime")})
    )
    better = [row | {"profit_abs": row["profit_abs"] + STAKE * 0.002} for row in many_trades(DAYS)]
    both = {"RegimeStrategy": many_trades(DAYS), "Other": [trade(START, 0.01, tag=None)]}
    made_result(results, many_trades(DAYS), days=DAYS, name="2024-03-06_00-00-00")
    made_result(
        results, better, days=DAYS, name="2024-03-07_00-00-00", max_open_trades=2,
        regime=CONFIG["regime"] | {"stops": {"kind": "atr"}, "min_dwell": 5},
        telegram={"enabled": False, "token": "SECRET", "chat_id": "SECRET"},
    )  # fmt: skip
    made_result(results, both, days=10, name="2024-03-08_00-00-00")
    return folder


def auriga(workplace: Path, *words: str) -> Done:
    command = ["auriga", "compare", *words, "--userdir", "user_data", "--datadir", "user_data/data/binance"]
    return run_program(command, cwd=workplace, separate=True, environment={"COLUMNS": "160"})


def test_figures_settings_and_the_difference_by_day(workplace) -> None:
    names = ["backtest-result-2024-03-06_00-00-00.zip", "backtest-result-2024-03-07_00-00-00"]
    done = auriga(workplace, *names, "--output", "out/compared.csv")
    assert done.returncode == 0, done.stderr
    assert "RegimeStrategy 2024-03-06_00-00-00" in done.stdout and "buying and holding" in done.stdout
    assert "regime.stops.kind" in done.stdout and "run.max_open_trades_setting" in done.stdout
    assert "SECRET" not in done.stdout and "telegram" not in done.stdout and "min_dwell" not in done.stdout
    assert "differ, so this" not in done.stdout, "same days, same pairs"
    assert "does not say which predictions it traded" in done.stdout and "WARNING" not in done.stderr
    table = pd.read_csv(workplace / "out" / "compared.csv")
    assert set(table["section"]) == {"fact", "setting", "figure", "difference"}
    first, second = (f"RegimeStrategy 2024-03-0{day}_00-00-00" for day in (6, 7))
    values: Any = table.set_index(["name", "result"])
    files = sorted((workplace / "user_data" / "backtest_results").glob("*.zip"))
    stats = [read(file).stats for file in files[:2]]
    for result, told in zip((first, second), stats, strict=True):
        assert float(values.loc[("net_profit_frac", result), "value"]) == pytest.approx(told["profit_total"])
    apart = values.loc[("daily_bp", second)]
    low, mean, high = (float(apart[name]) for name in ("low", "value", "high"))
    assert 0 < low < mean < high, "five trades a day gain 0.2 % of 1000 more, of a wallet of 10000"
    assert mean == pytest.approx(10, rel=0.1)
    assert np.isnan(float(values.loc[("auc", first), "value"]))


def test_each_strategy_of_the_latest_result_is_a_column(workplace) -> None:
    done = auriga(workplace, "latest")
    assert done.returncode == 0, done.stderr
    header = next(line for line in done.stdout.splitlines() if "Other" in line)
    assert "RegimeStrategy" in header and "2024" not in header, "names are enough"
    assert "1 trades are too few" in done.stdout


def test_other_days_are_named_beneath(workplace) -> None:
    done = auriga(
        workplace, "latest", "backtest-result-2024-03-06_00-00-00.zip", "--strategy", "RegimeStrategy"
    )
    assert done.returncode == 0, done.stderr
    assert "The periods differ" in done.stdout and "2024-02-15" in done.stdout
    assert "bp a day" not in done.stdout, "days that are not the same cannot be paired"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.zip", "latest"], "no result nowhere.zip.*newest there are backtest-result-2024-03-08"),
        (["latest", "--strategy", "Nobody"], "has no backtest of Nobody; it has RegimeStrategy, Other"),
        (["latest", "--strategy", "Other"], "1 result to compare; name at least two"),
    ],
)
def test_errors_are_one_message(workplace, words, message) -> None:
    done = auriga(workplace, *words)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert re.search(message, done.stderr.replace("\n", " "))
