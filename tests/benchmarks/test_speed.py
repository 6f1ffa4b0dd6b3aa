"""The speed benchmark's own computations; nothing is timed here."""

import json
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from benchmarks.profile import OTHER, room_of, room_seconds
from benchmarks.speed._alternate import alternate
from benchmarks.speed._feed import Feed
from benchmarks.speed._live_section import live_rows
from benchmarks.speed._losses import HORIZON, outcome_rows
from benchmarks.speed._overlays import PAIRS, ROOT, SAME_TREES, run_config
from benchmarks.speed._plan import FULL, QUICK
from benchmarks.speed._process import ChildError, Usage, run_child
from benchmarks.speed._runs import Case
from benchmarks.speed._statistics import median_usage, ratio, spread, verdict
from benchmarks.speed._tables import Section, compare_runs, markdown_table, report
from benchmarks.speed.live import LiveBot

SHIPPED = json.loads((ROOT / "config.json").read_text())


def usages(*walls: float) -> list[Usage]:
    return [Usage(wall=wall, cpu=2 * wall, peak=100 * wall) for wall in walls]


def test_median_takes_each_measure_by_itself() -> None:
    runs = [Usage(1, 30, 200, 0.1), Usage(2, 10, 300, 0.3), Usage(3, 20, 100, 0.2)]
    assert median_usage(runs) == Usage(2, 20, 200, 0.2)


def test_ratio_and_spread() -> None:
    assert ratio(3, 6) == 0.5
    assert math.isnan(ratio(3, 0))
    assert spread([1, 3, 9], [2, 4]) == (0.5, 0.75)


@pytest.mark.parametrize(
    ("value", "target", "above", "said"),
    [(0.6, 0.6, False, "met"), (0.61, 0.6, False, "missed"), (2.0, 1.0, True, "met"), (1.0, None, False, "")],
)
def test_verdict(value, target, above, said) -> None:
    assert verdict(value, target, above=above) == said
    assert verdict(float("nan"), target, above=above) == ""


def test_rows_hold_medians_ratio_spread_and_target() -> None:
    rows = compare_runs(usages(3, 4, 5), usages(8, 10, 12), {"wall": 0.6, "peak": 0.3})
    assert rows[0] == ["wall, s", "4.0", "10.0", "0.40", "0.38 to 0.42", "<= 0.60", "met"]
    assert rows[1][-2:] == ["", ""]
    assert rows[2][-2:] == ["<= 0.30", "missed"]


def test_an_arm_without_runs_leaves_its_cells_open() -> None:
    rows = compare_runs([], usages(8), {"wall": 0.6})
    assert rows[0] == ["wall, s", "-", "8.0", "-", "", "<= 0.60", ""]


def test_report_is_markdown_with_tables_of_equal_width() -> None:
    section = Section("Title", ["", "ours"], [["wall, s", "1.0"]], ["A note."])
    text = report([section, Section("Other", [])], ["# Head"])
    assert text.startswith("# Head\n\n## Title\n\n| | ours |\n|---|---:|\n| wall, s | 1.0 |\n\nA note.\n")
    widths = {line.count("|") for line in markdown_table(section.header, section.rows)}
    assert widths == {3}


@pytest.mark.parametrize("arm", ["ours", "stock"])
def test_overlay_replaces_all_tree_parameters_and_keeps_features(arm) -> None:
    config = run_config(SHIPPED, arm, trees=SAME_TREES, train_days=60, backtest_days=7)
    freqai = config["freqai"]
    assert freqai["model_training_parameters"] == SAME_TREES
    assert freqai["feature_parameters"] == SHIPPED["freqai"]["feature_parameters"]
    assert (freqai["train_period_days"], freqai["backtest_period_days"]) == (60, 7)
    assert (Path(config["strategy_path"]) / f"{config['strategy']}.py").exists()


def test_overlay_keeps_shipped_parameters_and_changes_nothing_in_place() -> None:
    before = json.dumps(SHIPPED)
    config = run_config(SHIPPED, "ours", trees=None, train_days=60, backtest_days=7, regime={"min_dwell": 1})
    assert config["freqai"]["model_training_parameters"] == SHIPPED["freqai"]["model_training_parameters"]
    assert config["regime"]["min_dwell"] == 1
    assert json.dumps(SHIPPED) == before


def test_arms_differ_in_strategy_model_and_identifier_alone() -> None:
    ours, stock = (
        run_config(SHIPPED, arm, trees=SAME_TREES, train_days=60, backtest_days=7)
        for arm in ("ours", "stock")
    )
    assert {key for key in ours if ours[key] != stock[key]} == {
        "strategy", "strategy_path", "freqaimodel", "freqai",
    }  # fmt: skip
    assert {key for key in ours["freqai"] if ours["freqai"][key] != stock["freqai"][key]} == {"identifier"}


@pytest.mark.host
@pytest.mark.parametrize("arm", ["ours", "stock"])
def test_either_arm_starts_and_loops_as_a_live_bot(arm, tmp_path) -> None:
    """What the strategy needs at start has to be there in the benchmark, too."""
    bot = LiveBot(arm, tmp_path, Feed(PAIRS, days=60, steps=2), train_days=2)
    try:
        assert bot.loop().usable == 0  # nothing is trained yet
        frame, _ = bot.strategy.dp.get_analyzed_dataframe(PAIRS[0], bot.config["timeframe"])
        assert len(frame)
    finally:
        bot.strategy.freqai.shutdown()


def test_windows_and_history() -> None:
    assert Case(60, 91).windows == 13
    assert Case(365, 15, backtest_days=14).windows == 2
    assert FULL.long.test_days == 4 * FULL.short.test_days
    assert QUICK.long.test_days == 4 * QUICK.short.test_days
    assert FULL.history_days >= 365 + 14 + 40  # 240 candles of 4h are 40 days


def test_turns_alternate_and_stop_at_the_deadline() -> None:
    order: list[tuple[int, str]] = []

    def run(arm: str, turn: int) -> Usage:
        order.append((turn, arm))
        return Usage(1, 1, 1)

    turns = alternate(run, least=2, most=5)
    assert order == [(0, "ours"), (0, "stock"), (1, "stock"), (1, "ours")]
    assert [len(runs) for runs in turns.usages.values()] == [2, 2]
    endless = alternate(lambda arm, turn: Usage(1, 1, 1), least=1, most=3, deadline=math.inf)
    assert len(endless.usages["ours"]) == 3


def test_a_failed_arm_is_given_up_and_reported() -> None:
    def run(arm, turn):
        if arm == "ours":
            raise ChildError("last words")
        return Usage(1, 1, 1)

    turns = alternate(run, least=3, most=3)
    assert turns.failures == ["ours: last words"]
    assert len(turns.usages["stock"]) == 3
    assert "last words" in turns.notes()[-1]


def test_child_that_fails_is_named_with_its_last_lines(tmp_path) -> None:
    with pytest.raises(ChildError, match=r"ended with code 3; its last lines:\nlast words"):
        code = "print('last words', flush=True); raise SystemExit(3)"
        run_child([sys.executable, "-c", code], log=tmp_path / "log", timeout=60, cwd=tmp_path)


def test_child_that_takes_too_long_is_ended(tmp_path) -> None:
    with pytest.raises(ChildError, match="took longer than"):
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        run_child(command, log=tmp_path / "log", timeout=0.5, cwd=tmp_path)


def test_outcomes_join_what_both_predicted_and_leave_out_the_unknown_future() -> None:
    dates = pd.Series(pd.date_range("2025-01-01", periods=600, freq="5min", tz="UTC"))
    candles = pd.DataFrame({"date": dates, "close": np.arange(1.0, 601.0)})
    ours = pd.Series(0.6, index=dates[400:])
    stock = pd.Series(0.4, index=dates[402:590])
    rows = outcome_rows(candles, ours, stock, train_days=1)
    assert list(rows.index[[0, -1]]) == [dates[402], dates[600 - HORIZON - 1]]
    assert rows["up"].all()
    assert (rows["constant"] == 1).all()


def test_live_rows_compare_medians() -> None:
    def figures(idle, busy):
        return {"idle": [{"wall": x} for x in idle], "busy": [{"wall": x} for x in busy], "first_models": 9.0}

    rows = live_rows({"ours": figures([1, 2, 9], [3]), "stock": figures([4], [8])})
    assert rows[0] == ["new candle to signals, s", "2.00", "4.00", "0.50", "<= 0.50", "met"]
    assert rows[2][1:3] == ["1.00", "4.00"]
    assert live_rows({"stock": figures([4], [8])})[0][1] == "-"


@pytest.mark.parametrize(
    ("function", "room"),
    [
        (("/x/src/auriga/features/_basic.py", 3, "basic_features"), "features"),
        (("/x/src/auriga/regimes/_detect.py", 3, "detect_regimes"), "regimes"),
        (("/x/lightgbm/basic.py", 2286, "__init_from_np2d"), "binning"),
        (("/x/lightgbm/basic.py", 1216, "__inner_predict_np2d"), "prediction"),
        (("/x/lightgbm/basic.py", 4198, "update"), "boosting"),
        (("/x/freqtrade/freqai/data_kitchen.py", 1, "filter_features"), "FreqAI"),
        (("/x/freqtrade/optimize/backtesting.py", 1, "backtest"), "Freqtrade"),
        (("/x/ccxt/binance.py", 1, "<module>"), "imports"),
        (("/x/pandas/core/frame.py", 1, "merge"), None),
        (("~", 0, "<built-in method builtins.len>"), None),
    ],
)
def test_rooms_of_functions(function, room) -> None:
    assert room_of(function) == room


def test_library_time_counts_for_the_rooms_that_caused_it() -> None:
    label, feature = ("/auriga/labels/a.py", 1, "f"), ("/auriga/features/a.py", 1, "f")
    frame, builtin, orphan = ("/pandas/b.py", 1, "g"), ("~", 0, "len"), ("~", 0, "gc")
    calls = {
        label: (1, 1, 1.0, 4.0, {}),
        feature: (1, 1, 2.0, 11.0, {}),
        frame: (2, 2, 4.0, 12.0, {label: (1, 1, 1.0, 3.0), feature: (1, 1, 3.0, 9.0), frame: (1, 1, 1, 1)}),
        builtin: (1, 1, 8.0, 8.0, {frame: (1, 1, 8.0, 8.0)}),
        orphan: (1, 1, 0.5, 0.5, {}),
    }
    rooms = room_seconds(calls)
    assert rooms == pytest.approx({"labels": 4.0, "features": 11.0, OTHER: 0.5})
