"""`auriga features` on a small folder of candles: what it keeps, and that it sees nothing later."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.freqai_runs import SMALL, FreqaiRun, write_candles
from tests.support.programs import run_program
from typer.testing import CliRunner

from auriga.cli._main import app
from auriga.datasets import simulate_market
from auriga.errors import HostError, ParameterError

PAIRS = ("BTC/USDT", "ETH/USDT")
UNTIL = pd.Timestamp("2024-02-25", tz="UTC")


def write_market(folder: Path) -> None:
    for seed, pair in enumerate(PAIRS):
        market = simulate_market(72 * 288, market="easy", seed=seed, start="2024-01-01")
        write_candles(folder, pair, market.candles)


@pytest.fixture(scope="module")
def candles(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("candles")
    write_market(folder)
    return folder


class Command:
    """`auriga features` with the small settings of the host's tests, in a workplace of its own."""

    def __init__(self, root: Path, place: Path) -> None:
        self.root, self.place = root, place
        self.small = place / "small.json"
        folders = {name: str(root / name.removesuffix("_path")) for name in ("strategies_path",)}
        paths = {"strategy_path": folders["strategies_path"], "freqaimodel_path": str(root / "freqaimodels")}
        self.small.write_text(json.dumps(SMALL | paths))

    def arguments(self, datadir: Path, *options: str) -> list[str]:
        files = ["-c", str(self.root / "config.json"), "-c", str(self.small)]
        places = ["--datadir", str(datadir), "--userdir", str(self.place / "user_data")]
        return ["features", *files, *places, *options]

    def __call__(self, datadir: Path, *options: str) -> str:
        asked = ["--windows", "3", "--step-days", "7", "--top", "12", "--max-correlation", "0.8", *options]
        result = CliRunner().invoke(app, self.arguments(datadir, *asked), catch_exceptions=False)
        assert result.exit_code == 0
        return result.output

    def kept(self, datadir: Path, *options: str) -> list[str]:
        file = self.place / "keep.json"
        self(datadir, "--write", str(file), *options)
        return json.loads(file.read_text())["regime"]["features"]["keep"]


@pytest.fixture
def command(root, tmp_path) -> Command:
    (tmp_path / "user_data").mkdir()
    return Command(root, tmp_path)


def changed(datadir: Path, folder: Path, where) -> Path:
    """Return a copy of the candles with other prices in some rows."""
    folder.mkdir()
    for pair in PAIRS:
        frame = pd.read_feather(datadir / f"{pair.replace('/', '_')}-5m.feather")
        rows = where(frame["date"])
        factor = np.exp(np.cumsum(np.random.default_rng(9).normal(0, 0.01, rows.sum())))
        frame.loc[rows, ["open", "high", "low", "close"]] *= factor[:, None]
        frame["high"] = frame[["open", "high", "low", "close"]].max(axis=1)
        frame["low"] = frame[["open", "high", "low", "close"]].min(axis=1)
        write_candles(folder, pair, frame)
    return folder


def test_prints_a_table_and_writes_an_overlay_that_a_backtest_takes(command, candles, tmp_path) -> None:
    file = tmp_path / "keep.json"
    output = command(candles, "--until", "20240225", "--write", str(file))
    overlay = json.loads(file.read_text())
    keep = overlay["regime"]["features"]["keep"]
    assert 3 <= len(keep) <= 36
    assert f"{len(keep)} of " in output
    assert all(name in output for name in ("base", "bull", "bear", "sideways", "stability", "no: as "))
    assert f"-c {file}" in output
    assert not list((tmp_path / "user_data").rglob("*.json"))  # FreqAI's own files of the run are gone
    run = FreqaiRun(
        command.root, tmp_path / "backtest", candles, overlay | {"timerange": "20240225-20240303"}
    )
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    assert (rows["do_predict"] == 1).all()
    model: Any = run.strategy.freqai
    models = model._run._models.values()
    assert {model.n_features_in_ for model in models} == {len(keep)}


def test_candles_from_the_day_on_change_nothing_and_earlier_ones_do(command, candles, tmp_path) -> None:
    kept = command.kept(candles, "--until", "20240225")
    later = changed(candles, tmp_path / "later", lambda dates: dates >= UNTIL)
    assert command.kept(later, "--until", "2024-02-25") == kept
    assert command.kept(later, "--timerange", "20240225-20240303") == kept
    before = changed(candles, tmp_path / "before", lambda dates: dates >= UNTIL - pd.Timedelta(days=20))
    assert command.kept(before, "--until", "20240225") != kept


def test_models_of_their_own_pairs_count_each(command, candles) -> None:
    settings = json.loads(command.small.read_text())
    command.small.write_text(json.dumps(settings | {"regime": settings["regime"] | {"pairs": "own"}}))
    assert command.kept(candles, "--until", "20240225")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "give --until"),
        (["--until", "soon"], "'soon' is not a day"),
        (["--until", "20240120"], "reach from 2024-01-01"),
        (["--until", "20240401"], "to 2024-03-12, but the windows"),
    ],
)
def test_what_is_missing_is_said_with_the_remedy(command, candles, options, said) -> None:
    with pytest.raises(HostError, match=said):
        command(candles, *options)


def test_nothing_to_keep_is_said(command, candles) -> None:
    file = command.place / "keep.json"
    with pytest.raises(ParameterError, match="lower --min-stability"):
        command(
            candles,
            *("--until", "20240225", "--windows", "4", "--step-days", "9", "--write", str(file)),
            *("--top", "1", "--max-correlation", "1.0", "--min-stability", "1.0"),
        )


def test_an_empty_folder_ends_the_process_with_one_message(command, tmp_path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    arguments = command.arguments(empty, "--until", "20240225")
    run = run_program(["auriga", *arguments], cwd=command.root, separate=True)
    assert run.returncode == 1
    assert "no 5m candles before 2024-02-25" in run.stderr
    assert "freqtrade download-data" in run.stderr
    assert "Traceback" not in run.stderr
