"""Every command of the README as a user types it: stock Freqtrade against the offline exchange."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from tests.report.browser import CHROMIUM, browser
from tests.support.every_prediction import every_prediction
from tests.support.frequi import WebServer, drawn_candles
from tests.support.programs import MODULES, run_program

from auriga.candles import close_times
from auriga.columns import (
    DIRECTION,
    DO_PREDICT,
    EXPECTED_BP,
    EXPECTED_SIGMAS,
    EXPERT,
    EXPERT_ROWS,
    PRIOR,
    PROBABILITY,
    REGIME,
    TRAINED_AT,
)
from auriga.features import DEFAULT_GROUPS
from auriga.host.evidence import count_trials
from auriga.host.freqai import RegimeFreqaiModel
from auriga.host.holding import HOLD, STRATEGY
from auriga.host.results import BacktestResult, read_backtest
from auriga.labels import direction_classes
from auriga.typing import Regime
from rig import write_strategy

pytestmark = pytest.mark.host

PAIRS = ["BTC/USDT", "ETH/USDT"]
SPAN = ("--timerange", "20250101-20250111")  # two windows of seven days
NAMES = {regime.label for regime in Regime if regime != Regime.UNKNOWN}
TERMINAL = {"COLUMNS": "400", "NO_COLOR": "1"}

SMALL_MODELS: dict[str, Any] = {
    "exchange": {"pair_whitelist": PAIRS},
    "regime": {
        "timeframe": "4h",
        "moving_average": {"period": 40, "enter_level": 0.01, "exit_level": 0.005},
        "price_change": {"period": 20, "enter_level": 0.02, "exit_level": 0.01},
        "min_samples": 200,
    },
    "freqai": {
        "train_period_days": 14,
        "backtest_period_days": 7,
        "feature_parameters": {
            "include_timeframes": ["5m", "1h"],
            "include_corr_pairlist": [],
            "indicator_periods_candles": [14],
        },
        "model_training_parameters": {"n_estimators": 10, "min_child_samples": 20},
    },
}
SMALL: dict[str, Any] = SMALL_MODELS | {"regime": every_prediction(SMALL_MODELS["regime"])}

# All a trade may end by; which of them occur depends on the market.
EXIT_REASONS = {
    "decay", "opposite", "time_limit", "roi", "stop_loss", "trailing_stop_loss", "force_exit",
}  # fmt: skip

# Columns that another training window changes.
PREDICTED = {
    *direction_classes(), DIRECTION, DO_PREDICT, EXPECTED_BP, EXPECTED_SIGMAS, EXPERT, EXPERT_ROWS, PRIOR,
    PROBABILITY, TRAINED_AT,
}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """Where a user sits: the repository, an exchange on this machine, and a workplace of one's own."""

    root: Path
    exchange: Path
    small: Path
    userdir: Path
    datadir: Path

    def run(
        self,
        line: str,
        *options: str,
        userdir: Path | None = None,
        datadir: Path | None = None,
        overlay: dict[str, Any] | None = None,
        code: int = 0,
    ) -> str:
        """Run a line of the README with the exchange after its configuration, small settings at the end."""
        words = re.sub(r"-c \S+", rf"\g<0> -c {self.exchange}", line, count=1).split()
        userdir, datadir = userdir or self.userdir, datadir or self.datadir
        userdir.mkdir(parents=True, exist_ok=True)
        words += ["-c", str(self.small), "--userdir", str(userdir), "--datadir", str(datadir), *options]
        if overlay:
            file = userdir / "overlay.json"
            file.write_text(json.dumps(overlay))
            words += ["-c", str(file)]
        return self.run_bare(words, code=code)

    def read(self, line: str, userdir: Path, *, code: int = 0) -> str:
        """Run a line of `auriga` that reads a result of a user directory."""
        words = [*line.split(), "-c", "config.json", "-c", str(self.small), "--userdir", str(userdir)]
        if words[1] in ("score", "explain", "report"):
            words += ["--datadir", str(self.datadir)]
        return self.run_bare(words, code=code)

    def run_bare(self, words: Sequence[str], *, code: int = 0) -> str:
        """Run `freqtrade` or `auriga` with nothing added; gives all it said."""
        done = run_program(words, cwd=self.root, environment=TERMINAL)
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout[-4000:]}"
        assert "Traceback" not in done.stdout, done.stdout[-4000:]
        return done.stdout

    def result(self, userdir: Path | None = None) -> BacktestResult:
        return read_backtest((userdir or self.userdir) / "backtest_results")

    def cached_predictions(self) -> list[Path]:
        return sorted(
            self.userdir.glob("models/auriga-simulated-easy/backtests/*/backtesting_predictions/*.feather")
        )


def command_of(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", MODULES[words[0]], *words[1:]]


def environment() -> dict[str, str]:
    return {**os.environ, **TERMINAL}


def table(output: str) -> list[list[str]]:
    """Cells of all table rows below the headers."""
    rows = [line.strip().strip("│").split("│") for line in output.splitlines() if "│" in line]
    return [[cell.strip() for cell in row] for row in rows]


@contextmanager
def serving(words: Sequence[str], overlay: Path, root: Path) -> Iterator[None]:
    """Run `auriga exchange` until the block ends, whatever happens in it."""
    said = overlay.with_suffix(".txt")
    with said.open("wb") as stream:
        process = subprocess.Popen(
            command_of(words), cwd=root, env=environment(), stdout=stream, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + 90
        while not overlay.exists():
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.1)
        yield
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)


@pytest.fixture(scope="module")
def desk(root, tmp_path_factory) -> Iterator[Desk]:
    """A simulated exchange of 100 days and what the two download commands of the README get from it."""
    folder = tmp_path_factory.mktemp("desk")
    here = Desk(
        root, folder / "exchange.json", folder / "small.json", folder / "user_data", folder / "candles"
    )
    here.small.write_text(json.dumps(SMALL))
    words = f"auriga exchange --market easy --pairs {','.join(PAIRS)} --start 2024-11-01 --days 100 --port 0"
    with serving([*words.split(), "--overlay", str(here.exchange)], here.exchange, root):
        here.run(
            "freqtrade download-data -c config.json --timeframes 5m 15m 1h 4h --timerange 20231115-",
            "--timerange",
            "20241205-20250112",
        )
        here.run(
            "freqtrade download-data -c config.json --timeframes 1d --timerange 20230401- --prepend",
            "--timerange",
            "20241101-20250112",
        )
        here.run(
            "freqtrade download-data -c config.json --timeframes 4h --timerange 20241115-20250112 --prepend"
        )
        yield here


@pytest.fixture(scope="module")
def first(desk: Desk) -> BacktestResult:
    """The first backtest of the user directory, which trains everything."""
    line = "freqtrade backtesting -c config.json --timerange 20250101-20250401 --export signals"
    output = desk.run(line, *SPAN)
    assert "trained on" in output
    return desk.result()


def test_pairs_are_listed(desk: Desk) -> None:
    output = desk.run("freqtrade list-pairs -c config.json")
    assert [row[1] for row in table(output)] == PAIRS


def test_strategy_is_listed(desk: Desk) -> None:
    output = desk.run("freqtrade list-strategies -c config.json")
    (row,) = table(output)
    assert row[:4] == ["RegimeStrategy", "RegimeStrategy.py", "OK", "Yes"]


def test_model_is_listed(desk: Desk) -> None:
    output = desk.run("freqtrade list-freqaimodels -c config.json")
    rows = [row for row in table(output) if "Regime" in row[0]]
    names = [
        "RegimeLightGBMClassifier", "RegimeLightGBMRegressor", "RegimeLogisticRegression",
        "RegimeRandomForestClassifier", "RegimeXGBoostClassifier",
    ]  # fmt: skip
    assert sorted(rows) == [[name, f"{name}.py", "OK"] for name in names]


def test_download_is_complete(desk: Desk) -> None:
    output = desk.run_bare(
        "auriga candles user_data/data/binance".replace("user_data/data/binance", str(desk.datadir)).split()
    )
    reports = {row[0]: row for row in table(output)}
    frames = ("5m", "15m", "1h", "4h", "1d")
    assert set(reports) == {f"{pair.replace('/', '_')}-{frame}.feather" for pair in PAIRS for frame in frames}
    assert {row[4] for row in reports.values()} == {"no problem"}
    assert reports["BTC_USDT-1d.feather"][2] == "2024-11-01 00:00"
    assert reports["BTC_USDT-5m.feather"][2] == "2024-12-05 00:00"


def test_backtest_tags_are_regimes(first: BacktestResult) -> None:
    tags = set(first.trades["enter_tag"])
    assert len(tags) >= 2
    assert tags <= {f"{name}_long" for name in NAMES}
    assert set(first.trades["exit_reason"]) <= EXIT_REASONS
    assert set(first.trades["pair"]) == set(PAIRS)


def test_backtest_from_the_cache_gives_the_same_trades(desk: Desk, first: BacktestResult) -> None:
    output = desk.run("freqtrade backtesting -c config.json --cache none", *SPAN)
    assert "trained on" not in output
    again = desk.result()
    assert again.path != first.path
    pd.testing.assert_frame_equal(again.trades, first.trades)


def test_fresh_backtest_gives_the_same_trades(desk: Desk, first: BacktestResult, tmp_path) -> None:
    output = desk.run("freqtrade backtesting -c config.json", *SPAN, userdir=tmp_path)
    assert output.count(": trained on") == 2  # windows; both pairs share their models
    pd.testing.assert_frame_equal(desk.result(tmp_path).trades, first.trades)


def test_as_shipped_a_pair_is_held_in_its_bull_regime_alone(desk: Desk, first, tmp_path) -> None:
    """The same predictions, without settings of trading: the regime decides whether, the model when."""
    userdir, small = tmp_path / "user_data", tmp_path / "small.json"
    small.write_text(json.dumps(SMALL_MODELS))
    userdir.mkdir()
    (userdir / "models").symlink_to(desk.userdir / "models")
    here = replace(desk, small=small)
    output = here.run("freqtrade backtesting -c config.json --cache none", *SPAN, userdir=userdir)
    assert "trained on" not in output
    trades = desk.result(userdir).trades
    assert set(trades["enter_tag"]) == {"bull_long"}
    assert {"regime"} <= set(trades["exit_reason"]) <= {"regime", "force_exit"}
    assert len(trades) < len(first.trades) / 5
    assert (trades["stop_loss_abs"] / trades["open_rate"]).to_numpy() == pytest.approx(0.75, abs=1e-4)


def test_tables_by_regime(desk: Desk, first: BacktestResult) -> None:
    line = "freqtrade backtesting-analysis -c config.json --analysis-groups 0 1 2"
    output = desk.run(line, "--backtest-filename", str(first.path))
    assert all(f"Group {group}:" in output for group in (0, 1, 2))
    entries = {tuple(row[:2]) for row in table(output.split("Group 1:")[0])}
    counts = first.trades["enter_tag"].value_counts()
    assert entries == {(tag, str(count)) for tag, count in counts.items()}


def test_models_are_frozen_deployed_backed_up_and_restored(desk: Desk, tmp_path) -> None:
    userdir, line = tmp_path / "user_data", "freqtrade backtesting -c config.json"
    saving = {"freqai": {"save_backtest_models": True, "identifier": "to-freeze"}}
    desk.run(line, *SPAN, userdir=userdir, overlay=saving)
    trained = desk.result(userdir)
    freeze = "auriga freeze -c config.json --result latest --output user_data/frozen/first"
    words = freeze.replace("user_data/", f"{userdir}/").split()
    said = desk.run_bare([*words, "--userdir", str(userdir)])
    deployed = json.loads(said.splitlines()[-1])
    assert deployed == {"regime": {"frozen_models": "frozen/first"}}
    again = {**deployed, "freqai": {"identifier": "deployed"}}
    said = desk.run(line, "--timerange", "20250108-20250111", userdir=userdir, overlay=again)
    assert "trained on" not in said
    assert "answered by the frozen model" in said
    opened = trained.trades[trained.trades["open_date"] >= "2025-01-09"]  # stakes differ, signals do not
    assert set(opened["open_date"]) & set(desk.result(userdir).trades["open_date"])
    refused = {**again, "regime": {**deployed["regime"], "label": {"horizon": 24}}}
    said = desk.run(line, *SPAN, userdir=userdir, overlay=refused, code=2)
    assert "regime.label.horizon: 12 -> 24" in said
    backup = "auriga backup -c config.json -c configs/live.json --output backup.tar.gz"
    archive = tmp_path / "backup.tar.gz"
    words = backup.replace("backup.tar.gz", str(archive)).split()
    words += ["-c", str(userdir / "overlay.json"), "--userdir", str(userdir)]
    database = ["--db-url", f"sqlite:///{userdir / 'none.sqlite'}"]
    assert "no trades database is in it" in desk.run_bare([*words, *database])
    verify = "auriga restore backup.tar.gz --verify"
    assert "is sound" in desk.run_bare(verify.replace("backup.tar.gz", str(archive)).split())
    archive.write_bytes(archive.read_bytes()[:-9])
    said = desk.run_bare(["auriga", "restore", str(archive), "--userdir", str(tmp_path / "new")], code=1)
    assert "is damaged or truncated" in said


def test_report_shows_the_numbers_of_freqtrade(desk: Desk, first: BacktestResult, tmp_path) -> None:
    """Five figures as a reader sees them in a browser, and as machines read them, are Freqtrade's own."""
    page = tmp_path / "report.html"
    output = desk.run("auriga report -c config.json", str(first.path), "--output", str(page))
    assert f"Report: {page}" in output and "Does the split by regime pay?" in output
    if CHROMIUM is None:
        pytest.skip("no chromium is installed")
    with browser() as tab:
        tab.show(page)
        assert tab.wait_until_drawn() > 15
        assert [*tab.errors, *tab.far_requests] == []
        shown = tab.evaluate(
            "Object.fromEntries([...document.querySelectorAll('#table-headline tr[data-key]')].map("
            "row => [row.dataset.key, [row.cells[1].textContent, Number(row.cells[1].dataset.value)]]))"
        )
        told = tab.evaluate("JSON.parse(document.getElementById('auriga-numbers').textContent)")["headline"]
    for name, (freqtrades, scale) in HEADLINE.items():
        own = first.stats[freqtrades]
        text, value = shown[name]
        assert value == told[name]["estimate"] == pytest.approx(own, rel=1e-12), name
        digits = text.removesuffix(" %").replace(",", "")
        decimals = len(digits.partition(".")[2])
        assert float(digits) == round(scale * own, decimals), name


HEADLINE = {
    "trades": ("total_trades", 1),
    "net_profit_frac": ("profit_total", 100),
    "sharpe": ("sharpe", 1),
    "max_drawdown_frac": ("max_drawdown_account", 100),
    "win_rate_frac": ("winrate", 100),
    "profit_factor": ("profit_factor", 1),
}
"""Figures of the page, what Freqtrade calls them, and what they are shown in."""


def test_a_backtest_is_put_beside_holding(desk: Desk, first: BacktestResult) -> None:
    line = "auriga hold -c config.json"
    output = desk.run(line, str(first.path), "--json", "--draws", "20")
    told = json.loads(output[output.index("{\n") :])
    assert told["paths"][STRATEGY]["net_frac"] == pytest.approx(first.stats["profit_total"], abs=1e-9)
    closes = [
        pd.read_feather(desk.datadir / f"{pair.replace('/', '_')}-1d.feather").set_index("date")["close"]
        for pair in PAIRS
    ]
    last, before = (pd.Timestamp(day, tz="UTC") for day in ("2025-01-10", "2024-12-31"))
    held = np.mean([days[last] / days[before] - 1 for days in closes])
    assert told["paths"][HOLD]["net_frac"] == pytest.approx(held, abs=0.005)  # costs are 0.3 %
    assert len(told["sentences"]) == 5 and len(told["placebo"]["net_frac"]) == 20


def test_journal_of_a_backtest(desk: Desk, first: BacktestResult, tmp_path) -> None:
    line = "auriga journal -c config.json --result latest --by trade --output journal.csv"
    file = tmp_path / "journal.csv"
    words = [*line.replace("latest", str(first.path)).replace("journal.csv", str(file)).split()]
    desk.run_bare([*words, "--userdir", str(desk.userdir)])
    rows, trades = pd.read_csv(file, parse_dates=["opened_at", "closed_at"]), first.trades
    assert rows["pnl"].sum() == pytest.approx(first.stats["profit_total_abs"], abs=1e-9)
    rows = rows.sort_values("trade_id", ignore_index=True)
    assert list(rows["opened_at"]) == list(trades["open_date"])
    assert list(rows["open_price"]) == list(trades["open_rate"])
    assert list(rows["amount"]) == list(trades["amount"])
    assert list(rows["regime"] + "_long") == list(trades["enter_tag"])
    assert (rows["probability"] > 0.55).all()  # the threshold of the shipped strategy
    fees = (trades["amount"] * trades["open_rate"] * trades["fee_open"]).sum()
    assert rows["fee"].sum() == pytest.approx(2 * fees, rel=0.02)


def test_a_trade_of_the_backtest_is_explained(desk: Desk, first: BacktestResult) -> None:
    line = f"auriga explain 1 -c config.json --result {first.path} --json --userdir {desk.userdir}"
    output = desk.run_bare([*line.split(), "--datadir", str(desk.datadir)])
    told = json.loads(output[output.index("{\n") :])
    trade, model = told["trade"], told["model"]
    assert told["notes"] == []
    assert pd.Timestamp(trade["opened_at"]) == first.trades["open_date"].iloc[0]
    assert f"{told['signal']['regime']}_long" == trade["enter_tag"]
    assert told["signal"]["verdict"].startswith("long: ")
    assert model["recomputed"] == model["probability"] > 0.55
    total = model["expected"] + sum(share["contribution"] for share in model["shares"]) + model["rest"]
    assert 1 / (1 + np.exp(-total)) == pytest.approx(model["probability"], abs=1e-9)
    missing = desk.run_bare([*line.replace("explain 1 ", "explain 99999 ").split()], code=1)
    assert f"there is no trade 99999 in {first.path.name}" in missing


def test_what_reads_a_result_refuses_predictions_of_another_run(
    first: BacktestResult, desk: Desk, tmp_path
) -> None:
    """A later backtest with another label writes over what the first one traded."""
    own = shutil.copytree(desk.userdir, tmp_path / "own", copy_function=shutil.copy)
    line = "freqtrade backtesting -c config.json --timerange 20250101-20250401"
    desk.run(line, *SPAN, userdir=own, overlay={"regime": {"label": {"horizon": 6}}})
    for command in ("score", "journal", "explain 1", "freeze --output frozen"):
        output = desk.read(f"auriga {command} --result {first.path}", own, code=1)
        assert "with other settings, code or candles, wrote them anew; run the backtest again" in output
        assert first.path.name in output
    trades = desk.read(f"auriga journal --by trade --no-predictions --result {first.path}", own)
    assert trades.count("_long,") == len(first.trades)
    desk.read(f"auriga report {first.path} --verdict none --output {tmp_path}/page.html", own)
    assert "wrote them anew" in (tmp_path / "page.html").read_text()


# What an epoch must not leave to the next: payoffs, halts, frozen stops.
REMEMBERING: dict[str, Any] = {
    "stake": {"rule": "kelly", "kelly_min_trades": 5},
    "halt": {"max_daily_drawdown_frac": 0.01, "max_consecutive_losses": 3, "pause_candles": 12},
    "signals": {"exit_on_opposite": True},  # as in `config.json`, with which the best epoch is run again
}


def test_epochs_of_hyperopt_are_backtests(desk: Desk, first: BacktestResult, tmp_path) -> None:
    """One worker, two workers and a backtest with the exported parameters: the same trades."""
    shutil.copy(desk.root / "strategies" / "RegimeStrategy.py", tmp_path)
    own = {"strategy_path": str(tmp_path), "regime": REMEMBERING}
    line = (
        "freqtrade hyperopt -c configs/intraday.json --timerange 20250101-20250401 --spaces enter exit risk "
        "--hyperopt-loss RegimeHyperOptLoss --epochs 100"
    )
    options = (*SPAN, "--epochs", "5", "--random-state", "4", "-j")
    output = desk.run(line, *options, "2", "--disable-param-export", overlay=own)
    assert "trained on" not in output
    side_by_side = epochs_of(desk)
    assert not (tmp_path / "RegimeStrategy.json").exists()

    output = desk.run(line, *options, "1", overlay=own)
    one_by_one = epochs_of(desk)
    assert [traded(epoch) for epoch in one_by_one] == [traded(epoch) for epoch in side_by_side]
    assert len({str(traded(epoch)) for epoch in one_by_one}) >= 3
    assert any(epoch["results_metrics"]["locks"] for epoch in one_by_one)
    best = min(one_by_one, key=lambda epoch: epoch["loss"])
    assert best["current_epoch"] > 1  # after others in the same process
    assert f"{best['current_epoch']}/5:" in output.split("Best result:")[1]

    exported = json.loads((tmp_path / "RegimeStrategy.json").read_text())["params"]
    assert {space: exported[space] for space in ("enter", "exit", "risk")} == {
        space: best["params_details"][space] for space in ("enter", "exit", "risk")
    }
    userdir = tmp_path / "user_data"
    userdir.mkdir()
    (userdir / "models").symlink_to(desk.userdir / "models")
    output = desk.run(
        "freqtrade backtesting -c configs/intraday.json",
        *SPAN,
        "--cache",
        "none",
        overlay=own,
        userdir=userdir,
    )
    assert "trained on" not in output
    result = desk.result(userdir)
    assert traded({**best, "results_metrics": result.stats}) == traded(best)
    different = {str(traded(epoch)[1]) for epoch in one_by_one}
    for epochs in (desk.userdir / "hyperopt_results").glob("*.fthypt"):
        shutil.copy(epochs, userdir / "hyperopt_results")
    assert count_trials(result, userdir).n_trials == len(different)  # the best epoch is this backtest


def epochs_of(desk: Desk) -> list[dict[str, Any]]:
    """Epochs of the latest hyperopt."""
    folder = desk.userdir / "hyperopt_results"
    latest = json.loads((folder / ".last_result.json").read_text())["latest_hyperopt"]
    return [json.loads(line) for line in (folder / latest).read_text().splitlines()]


def traded(epoch: dict[str, Any]) -> tuple[Any, ...]:
    """Parameters of an epoch and every trade of it."""
    columns = ("pair", "open_timestamp", "close_timestamp", "open_rate", "close_rate", "stake_amount")
    trades = epoch["results_metrics"]["trades"]
    return epoch["params_dict"], [
        (*(trade[name] for name in columns), trade["exit_reason"]) for trade in trades
    ]


def test_parameters_out_of_order_end_the_command(desk: Desk, tmp_path) -> None:
    wrong = write_strategy(tmp_path, {"enter": {"long_threshold": 0.45, "short_threshold": 0.55}})
    line = "freqtrade backtesting -c config.json --timerange 20250101-20250401"
    output = desk.run(line, *SPAN, userdir=tmp_path, overlay={"strategy_path": str(wrong)}, code=2)
    assert "short_threshold 0.55, exit_threshold 0.5 and long_threshold 0.45 must not fall" in output
    assert "RegimeStrategy.json" in output


def test_frequi_draws_a_backtest(desk: Desk, first: BacktestResult, tmp_path) -> None:
    """Its result view runs the strategy again, with little history and cached predictions."""
    options = ["-c", str(desk.root / "config.json"), "-c", str(desk.exchange), "-c", str(desk.small)]
    options += ["--userdir", str(desk.userdir), "--datadir", str(desk.datadir)]
    with WebServer(tmp_path, options) as server:
        server.wait(server.answers, 90, "web server answers", passing=(httpx.HTTPError,))
        plots = server.rest.get("plot_config", strategy="RegimeStrategy")
        drawn = server.rest.get(
            "pair_history", pair=PAIRS[0], timeframe="5m", timerange=SPAN[1], strategy="RegimeStrategy"
        )
    frame = drawn_candles(drawn, plots)
    assert "trained on" not in server.log
    assert (drawn["enter_long_signals"], drawn["exit_long_signals"]) == (
        frame["enter_long"].sum(), frame["exit_long"].sum(),
    )  # fmt: skip
    trades = first.trades[first.trades["pair"] == PAIRS[0]]
    signals = frame[frame["enter_long"] == 1].set_index("date")["enter_tag"]
    at_signal = trades["open_date"] - pd.Timedelta(minutes=5)  # bought at the open of the next candle
    assert signals.loc[at_signal].tolist() == trades["enter_tag"].tolist()


def test_charts_change_nothing(desk: Desk, first: BacktestResult, tmp_path) -> None:
    """FreqUI before any backtest, and a plot of one pair after it: the backtest is the same."""
    own = tmp_path / "own"
    own.mkdir()
    options = ["-c", str(desk.root / "config.json"), "-c", str(desk.exchange), "-c", str(desk.small)]
    options += ["--userdir", str(own), "--datadir", str(desk.datadir)]
    with WebServer(tmp_path, options) as server:
        server.wait(server.answers, 90, "web server answers", passing=(httpx.HTTPError,))
        drawn = server.rest.get(
            "pair_history", pair=PAIRS[0], timeframe="5m", timerange=SPAN[1], strategy="RegimeStrategy"
        )
    frame = pd.DataFrame(drawn["data"], columns=drawn["columns"])
    assert len(frame) > 10 * 288 and (frame[DO_PREDICT] == 0).all() and not frame["enter_long"].any()
    assert "trained on" not in server.log and server.log.count("A chart trains nothing") == 1
    assert not [*own.rglob("*_model.joblib"), *own.rglob("*_prediction.feather")]
    line = "freqtrade backtesting -c config.json --timerange 20250101-20250401"
    desk.run(line, *SPAN, userdir=own)
    pd.testing.assert_frame_equal(trades_of(desk.result(own)), trades_of(first))
    kept = (own / "models").glob("*/backtests/**/*")  # run_params.json is FreqAI's, of every start
    before = {file: file.read_bytes() for file in kept if file.is_file()}
    plot = "freqtrade plot-dataframe -c config.json --pairs BTC/USDT --timerange 20250101-20250401"
    output = desk.run(plot, *SPAN, userdir=own)
    assert "the chart shows" in output and "trained on" not in output
    assert {file: file.read_bytes() for file in before} == before
    assert set((own / "models").rglob("*_prediction.feather")) <= before.keys()
    for command in ("score", "journal", "explain 1"):
        desk.read(f"auriga {command} --result latest", own)


def trades_of(result: BacktestResult) -> pd.DataFrame:
    return result.trades[["pair", "open_date", "close_date", "profit_abs", "enter_tag", "exit_reason"]]


def test_lookahead_analysis_finds_no_bias(desk: Desk, first: BacktestResult) -> None:
    kept = desk.cached_predictions()
    assert kept
    line = (
        "freqtrade lookahead-analysis -c config.json -c configs/analysis.json "
        "--timerange 20250101-20250201 --pairs BTC/USDT"
    )
    output = desk.run(line, *SPAN, "--minimum-trade-amount", "3", "--targeted-trade-amount", "4")
    (row,) = [row for row in table(output) if row[0] == "RegimeStrategy.py"]
    signals, biased_entries, biased_exits = (int(cell) for cell in row[3:6])
    assert signals >= 3
    assert (biased_entries, biased_exits) == (0, 0)
    assert (row[2], row[6]) == ("No", "")
    assert desk.cached_predictions() == kept


def test_nothing_changes_when_the_future_is_cut_off(freqai_run, datadir, tmp_path, monkeypatch) -> None:
    """What the stock analyses cannot see: the features, and a slow candle too many.

    FreqAI hides features from them, and their shorter runs hold the whole of the last slow candle.
    """
    seen: list[pd.DataFrame] = []
    predict = RegimeFreqaiModel.predict_rows

    def recorded(self: Any, model: Any, features: Any, complete: Any, regimes: Any, units: Any) -> Any:
        seen.append(pd.DataFrame(features).assign(complete=complete, regime_of_row=regimes))
        return predict(self, model, features, complete, regimes, units)

    def all_rows(run: Any) -> pd.DataFrame:
        """What the models see, what they predict, and the signals."""
        seen.clear()
        frame = run.strategy.advise_entry(run.indicators(PAIRS[0]), {"pair": PAIRS[0]})
        rows = run.backtest_rows(run.strategy.advise_exit(frame, {"pair": PAIRS[0]}))
        inputs = pd.concat(seen, ignore_index=True).iloc[: len(rows)]  # one candle more than FreqAI shows
        assert inputs.shape[1] > 100
        assert len(inputs) == len(rows)
        return pd.concat([rows, inputs.add_prefix("seen_")], axis=1)

    monkeypatch.setattr(RegimeFreqaiModel, "predict_rows", recorded)
    full = all_rows(freqai_run("full"))
    # Half a slow candle after a change of regime: a regime that came early would be missing.
    regimes = full.set_index("date")[REGIME]
    changes = regimes.index[1:][regimes.diff().iloc[1:] != 0]
    end = changes[changes < "2024-03-02"][-1] + pd.Timedelta(hours=2, minutes=10)
    folder = tmp_path / "candles"
    folder.mkdir()
    for file in datadir.glob("*.feather"):
        candles = pd.read_feather(file)
        closes = close_times(candles["date"], file.stem.split("-")[1])
        candles[closes <= end].reset_index(drop=True).to_feather(folder / file.name)
    cut = all_rows(freqai_run("cut", data=folder))
    assert cut["date"].iloc[-1] == end - pd.Timedelta(minutes=5)
    assert cut[DO_PREDICT].all()
    assert 1000 < len(cut) < len(full) - 50
    pd.testing.assert_frame_equal(full.iloc[: len(cut)], cut)


def test_recursive_analysis_finds_no_dependence_on_startup(desk: Desk, first: BacktestResult) -> None:
    kept = desk.cached_predictions()
    line = (
        "freqtrade recursive-analysis -c config.json -c configs/analysis.json "
        "--timerange 20250101-20250115 --pairs BTC/USDT"
    )
    output = desk.run(line, *SPAN, "--startup-candle", "199", "399")
    assert "No lookahead bias on indicators found." in output
    # Every run with another startup begins one candle before the end and so trains on the days before
    # that, the full run on those before its last window: another model, but the same one every time.
    rows = {row[0]: row[1:] for row in table(output)}
    # Wilder's average in the volatility rule never quite forgets where history began.
    confidence = rows.pop("regime_confidence", [])
    assert {cell.lstrip("-") for cell in confidence} <= {"0.000%", ""}
    assert rows.keys() <= PREDICTED
    for name, differences in rows.items():
        assert len(differences) == 3, name
        assert len(set(differences)) == 1, f"{name} depends on startup candles: {differences}"
    assert desk.cached_predictions() == kept


def test_score_has_a_row_for_each_regime(desk: Desk, first: BacktestResult) -> None:
    output = desk.run("auriga score -c config.json --timerange 20250101-20250401", *SPAN)
    rows = {row[0]: int(row[1]) for row in table(output)}
    assert len(NAMES & set(rows)) >= 2
    assert set(rows) <= NAMES | {"all"}
    # Ten days of two pairs, all with a known outcome, since candles go on after the timerange; a close that
    # is the same after the horizon is neither up nor down.
    moved = 0
    for pair in PAIRS:
        candles = pd.read_feather(desk.datadir / f"{pair.replace('/', '_')}-5m.feather")
        days = (candles["date"] >= "2025-01-01") & (candles["date"] < "2025-01-11")
        moved += int((candles["close"].shift(-12) != candles["close"])[days].sum())
    assert rows.pop("all") == sum(rows.values()) == moved > 0.99 * 10 * 288 * len(PAIRS)


def test_regimes_are_compared(desk: Desk) -> None:
    quick = {"regime": {"jump": {"fit_candles": 60, "refit_candles": 20}}}
    output = desk.run("auriga regimes -c config.json --compare", "--pairs", "BTC/USDT", overlay=quick)
    detectors = {line.split()[0] for line in output.splitlines() if line.strip()}
    assert {"rules", "jump", "moving_average", "price_change", "volatility"} <= detectors
    assert "Left out: hmm has no regime of BTC/USDT in the period" in output
    assert "hmm" not in detectors
    assert (desk.userdir / "plot" / "regimes-BTC_USDT.png").stat().st_size > 10_000


def test_features_are_selected(desk: Desk, tmp_path) -> None:
    kept = tmp_path / "keep.json"
    line = "auriga features -c config.json --timerange 20250101-20250401 --write keep.json"
    desk.run(line.replace("keep.json", str(kept)), *SPAN, "--windows", "2", "--step-days", "2")
    names = json.loads(kept.read_text())["regime"]["features"]["keep"]
    assert len(names) > 5
    assert all(name.split("_")[0] in DEFAULT_GROUPS for name in names)


def test_plot_shows_probability_and_regime(desk: Desk, first: BacktestResult) -> None:
    line = "freqtrade plot-dataframe -c config.json --pairs BTC/USDT --timerange 20250101-20250401"
    output = desk.run(line, *SPAN, "--export-filename", str(first.path))
    assert "could not be checked" not in output and "has no attribute" not in output  # no trades to look at
    page = (desk.userdir / "plot" / "freqtrade-plot-BTC_USDT-5m.html").read_text()
    assert f'"name":"{PROBABILITY}"' in page
    assert f'"name":"{REGIME}"' in page


def test_recorded_candles_come_back_as_they_are(desk: Desk, tmp_path) -> None:
    overlay = tmp_path / "recorded.json"
    line = "auriga exchange --candles DIR --port 8118 --overlay configs/offline.json"
    line = line.replace("DIR", str(desk.datadir)).replace("8118", "0")
    with serving(line.replace("configs/offline.json", str(overlay)).split(), overlay, desk.root):
        desk.run(
            f"freqtrade download-data -c config.json -c {overlay} --timeframes 5m 1d --pairs BTC/USDT",
            "--timerange",
            "20250101-20250105",
            datadir=tmp_path / "again",
        )
    for frame in ("5m", "1d"):
        again, candles = (
            pd.read_feather(folder / f"BTC_USDT-{frame}.feather")
            for folder in (tmp_path / "again", desk.datadir)
        )
        days = again["date"].dt.normalize()
        assert days.nunique() >= 4
        same = candles[candles["date"].isin(again["date"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(again, same)


@pytest.mark.timeout(400)
def test_make_backtest(root, tmp_path) -> None:
    recipe = subprocess.run(
        ["make", "--no-print-directory", "-n", "backtest"],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=30,
    )
    last = recipe.stdout.splitlines()[-1]
    assert last.split("/")[-1] == "auriga backtest"

    config = tmp_path / "small.json"
    config.write_text(json.dumps(SMALL | {"add_config_files": [str(root / "config.json")]}))
    userdir = tmp_path / "offline"
    done = subprocess.run(
        [
            *command_of(last.split("/")[-1].split()),
            *("--config", str(config), "--userdir", str(userdir), "--market", "easy"),
            *("--timerange", "20250101-20250108", "--history", "20241201"),
        ],
        cwd=root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert done.stdout.count("Result for strategy RegimeStrategy") == 1
    assert "train all 2 pairs, window 1 of 1" in done.stdout
    assert sum(f" {name}_long " in done.stdout for name in NAMES) >= 2
    assert not (userdir / "exchange.json").exists()
    picture = userdir / "plot" / "backtest-simulated-easy.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert str(picture) in done.stdout

    page = tmp_path / "report.html"  # of one window, as long as the timerange
    (line,) = [line for line in done.stdout.splitlines() if "auriga report" in line]
    run_program([*line.split(), "--verdict", "none", "--output", str(page)], cwd=root, environment=TERMINAL)
    shown = page.read_text("utf-8")
    assert 'id="table-scores-by-window"' in shown and "None failed." in shown
    assert "no cached predictions" not in shown


# What a user gets wrong.


@pytest.fixture
def refusal(desk: Desk, tmp_path) -> Callable[..., str]:
    def run(overlay: dict[str, Any] | None = None, **options: Any) -> str:
        line = "freqtrade backtesting -c config.json"
        output = desk.run(line, *SPAN, userdir=tmp_path / "user_data", overlay=overlay, code=2, **options)
        assert not list(tmp_path.glob("user_data/backtest_results/*.zip"))
        return output

    return run


def test_unknown_key_is_refused_with_the_nearest_known_one(refusal) -> None:
    output = refusal({"regime": {"confirm_candels": 3}})
    assert "unknown key regime.confirm_candels; did you mean 'confirm_candles'?" in output


def test_unsupported_freqai_option_is_refused_with_its_reason(refusal) -> None:
    output = refusal({"freqai": {"feature_parameters": {"DI_threshold": 0.9}}})
    assert "DI_threshold" in output
    assert "it builds a matrix of rows x rows" in output


def test_pair_that_the_exchange_does_not_list_is_named(refusal) -> None:
    output = refusal({"exchange": {"pair_whitelist": ["NOPE/USDT"]}})
    assert "Pair NOPE/USDT is not compatible with exchange Binance." in output
    assert "No pair in whitelist." in output


def test_missing_download_is_named(refusal, tmp_path) -> None:
    output = refusal(datadir=tmp_path / "candles")
    assert "No history for BTC/USDT, spot, 5m found. Use `freqtrade download-data`" in output
    assert "No data found. Terminating." in output


def test_too_short_history_is_refused_with_the_command_that_gets_more(refusal) -> None:
    output = refusal({"regime": {"moving_average": {"period": 900}}})
    assert "No pair has a regime on 2025-01-01, so nothing would be traded" in output
    assert "the slowest rule needs 902 of them before 2025-01-01" in output
    assert "--pairs BTC/USDT --timeframes 4h --prepend --timerange 20240720-" in output  # and of training


def test_the_printed_command_gets_what_is_missing(refusal, desk: Desk, tmp_path) -> None:
    """Slow candles that begin too late, and a leading pair without a file: paste, and it goes on."""
    datadir = tmp_path / "candles"
    shutil.copytree(desk.datadir, datadir)
    for file in datadir.glob("ETH_USDT-1h*"):
        file.unlink()
    for file in datadir.glob("BTC_USDT-4h*"):
        frame = pd.read_feather(file)
        frame[frame["date"] >= "2025-01-08"].reset_index(drop=True).to_feather(file)
    overlay = {
        "exchange": {"pair_whitelist": ["BTC/USDT"]},
        "freqai": {"feature_parameters": {"include_corr_pairlist": ["ETH/USDT"]}},
    }
    commands = []
    for words in ("No pair has a regime on 2025-01-01", "ETH/USDT: no 1h candles"):
        output = " ".join(refusal(overlay, datadir=datadir).split())
        assert words in output
        (command,) = set(re.findall(r"freqtrade download-data -c config.*?--timerange \d{8}-", output))
        desk.run_bare(shlex.split(command))
        commands.append(command)
    assert [command.count("--prepend") for command in commands] == [1, 0]
    line = "freqtrade backtesting -c config.json"
    output = desk.run(line, *SPAN, userdir=tmp_path / "user_data", datadir=datadir, overlay=overlay)
    assert "trained on" in output
    assert "training days is unknown" not in output


def test_exchange_without_candles_says_what_to_do(desk: Desk, tmp_path) -> None:
    output = desk.run_bare(["auriga", "exchange", "--candles", str(tmp_path), "--port", "0"], code=1)
    assert output.startswith(f"Error: no spot candles in {tmp_path}")
    assert "freqtrade download-data" in output


def test_candle_report_without_candles_says_what_to_do(desk: Desk, tmp_path) -> None:
    output = desk.run_bare(["auriga", "candles", str(tmp_path)], code=1)
    assert output.startswith(f"Error: no candle files in {tmp_path}; freqtrade download-data")


def test_score_without_backtest_says_what_to_do(desk: Desk, tmp_path) -> None:
    output = desk.run("auriga score -c config.json", userdir=tmp_path, code=1)
    assert "no backtest of RegimeStrategy in" in output
    assert f"Run this first: freqtrade backtesting -c config.json -c {desk.exchange}" in output
