"""`auriga report` and its neighbours on whatever a backtest leaves: a page, or one sentence; no traceback."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
import pytest
from tests.support.freqai_runs import write_candles
from tests.support.made_results import (
    CONFIG,
    START,
    made_result,
    many_trades,
    sealed_anew,
    trade,
    write_predictions,
)
from typer.testing import CliRunner

from auriga.cli._main import app
from auriga.columns import DO_PREDICT, EXPERT, PRIOR
from auriga.datasets import simulate_market
from auriga.errors import AurigaError
from auriga.report._gather import PARTS, Part

PAIR = "BTC/USDT"
STAMPS = [int((START + pd.Timedelta(days=7 * number)).timestamp()) for number in range(3)]


@pytest.fixture(scope="module")
def candles(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("candles")
    for seed, pair in enumerate((PAIR, "ETH/USDT")):
        market = simulate_market(72 * 288, market="easy", seed=seed, start="2024-01-01")
        write_candles(folder, pair, market.candles)
    return folder


class Place:
    """A user folder with a result; `run` gives what a command printed, or fails the test."""

    def __init__(self, root: Path, userdir: Path, datadir: Path) -> None:
        self.root, self.userdir, self.datadir = root, userdir, datadir
        self.page = userdir / "page.html"

    @property
    def results(self) -> Path:
        return self.userdir / "backtest_results"

    def command(self, *words: str, datadir: bool = True):
        places = ["--config", str(self.root / "config.json"), "--userdir", str(self.userdir)]
        places += ["--datadir", str(self.datadir)] if datadir else []
        return CliRunner().invoke(app, [*words, *places])

    def report(self, result: Path, *options: str) -> str:
        words = ["report", str(result), "--verdict", "none", "--output", str(self.page), *options]
        done = self.command(*words)
        assert done.exit_code == 0, done.exception
        assert self.page.read_text("utf-8").count("<section") == 5
        return done.output

    def refused(self, *words: str, datadir: bool = True) -> str:
        done = self.command(*words, datadir=datadir)
        assert isinstance(done.exception, AurigaError), done.exception
        said = str(done.exception)
        assert ".." not in said.replace("...", "")
        return said


@pytest.fixture
def place(root, tmp_path, candles) -> Place:
    return Place(root, tmp_path / "user_data", candles)


def predicted(place: Place, probability: Any = 0.5, **columns: Any) -> Path:
    frame = pd.read_feather(place.datadir / "BTC_USDT-5m.feather")
    for stamp in STAMPS:
        values = np.full(len(frame), probability)
        write_predictions(place.userdir / "models", PAIR, frame, stamp, values, **columns)
    return made_result(place.results, many_trades(20), days=21)


def rows_left(place: Place, n: int) -> Path:
    predicted(place)
    for file in place.userdir.rglob("cb_*.feather"):
        pd.read_feather(file).iloc[:n].to_feather(file)
    sealed_anew(place.userdir / "models", PAIR)
    return made_result(place.results, many_trades(20), days=21)


POOR: dict[str, Callable[[Place], Path]] = {
    "no trades": lambda at: made_result(at.results, []),
    "one trade": lambda at: made_result(at.results, [trade(START + pd.Timedelta(days=1), 0.01)]),
    "all losing": lambda at: made_result(at.results, losing(40, -0.01)),
    "nothing left": lambda at: made_result(at.results, losing(14, -0.9)),
    "one day": lambda at: made_result(at.results, [trade(START, 0.01)], days=1),
    "one candle": lambda at: made_result(at.results, [], days=0),
    "no tags": lambda at: made_result(at.results, losing(30, -0.01, tag=None)),
    "no FreqAI": lambda at: made_result(at.results, losing(30, 0.01), freqai=None, freqaimodel=None),
    "no FreqAI, no regime": lambda at: made_result(at.results, [], freqai=None, regime=None),
    "FreqAI switched off": lambda at: made_result(
        at.results, many_trades(5), freqai=CONFIG["freqai"] | {"enabled": False}
    ),
    "a pair without candles": lambda at: made_result(at.results, many_trades(9), pairs=(PAIR, "NO/USDT")),
    "no candles": lambda at: made_result(at.results, many_trades(9), pairs=("NO/USDT",)),
    "settings of another version": lambda at: made_result(at.results, [], regime={"nonsense": 1}),
    "no regime block": lambda at: configured(at, lambda config: config.update(regime=None)),
    "no freqai block": lambda at: configured(at, lambda config: config.update(freqai=None)),
    "no exchange block": lambda at: configured(at, lambda config: config.pop("exchange")),
    "no configuration": lambda at: without_part(at, "_config.json"),
    "damaged configuration": lambda at: configured(at, lambda config: None, text='{"a": '),
    "configuration of another kind": lambda at: configured(at, lambda config: None, text="[]"),
    "constant predictions": predicted,
    "predictions that are not known": lambda at: predicted(at, np.nan),
    "no prior": lambda at: predicted(at, **{PRIOR: np.nan}),
    "nothing usable": lambda at: predicted(at, **{DO_PREDICT: 0}),
    "no expert": lambda at: predicted(at, **{EXPERT: np.nan}),
    "windows without rows": lambda at: rows_left(at, 0),
    "windows of one row": lambda at: rows_left(at, 1),
    "one damaged window": lambda at: damaged_window(at),
}


def losing(n: int, gain: float, **more: Any) -> list[dict[str, Any]]:
    # Not all the same: Freqtrade's own statistics warn of that.
    gains = gain * np.linspace(1, 1.05, n)
    return [
        trade(START + pd.Timedelta(hours=6 * number), float(each), **more)
        for number, each in enumerate(gains)
    ]


def rewritten(path: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Path:
    with ZipFile(path) as archive:
        parts = change({name: archive.read(name) for name in archive.namelist()})
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def configured(at: Place, change: Callable[[dict[str, Any]], object], text: str = "") -> Path:
    def changed(parts: dict[str, bytes]) -> dict[str, bytes]:
        (name,) = (name for name in parts if name.endswith("_config.json"))
        config = json.loads(parts[name])
        change(config)
        return parts | {name: (text or json.dumps(config)).encode()}

    return rewritten(made_result(at.results, many_trades(9)), changed)


def without_part(at: Place, ending: str) -> Path:
    path = made_result(at.results, many_trades(9))
    return rewritten(path, lambda parts: {n: data for n, data in parts.items() if not n.endswith(ending)})


def damaged_window(at: Place) -> Path:
    predicted(at)
    file = sorted(at.userdir.rglob("cb_*.feather"))[1]
    file.write_bytes(file.read_bytes()[:1000])
    return made_result(at.results, many_trades(20), days=21)


@pytest.mark.parametrize("kind", POOR)
def test_every_result_has_a_page_and_nothing_of_it_fails(place, kind) -> None:
    output = place.report(POOR[kind](place))
    page = re.sub(r'<script id="plotly">.*?</script>', "", place.page.read_text("utf-8"), flags=re.S)
    for text in (output, page):
        assert "Traceback" not in text and "fault of Auriga" not in text
        assert not re.search(r"\b(nan|inf|NaT)\b", text), re.findall(r".{30}\b(?:nan|inf|NaT)\b.{9}", text)


def test_windows_that_cannot_be_read_are_named_and_no_part_of_a_run_is_scored(place) -> None:
    damaged = damaged_window(place)
    place.report(damaged)
    page = place.page.read_text("utf-8")
    assert "predictions of BTC/USDT that" in page and "cannot be read any more: " in page
    assert "checksum differs" in page and 'id="table-scores-by-window"' not in page


def test_windows_without_a_candle_are_not_taken_for_those_of_another_model(place) -> None:
    place.report(rows_left(place, 0))
    assert "without `probability`" not in place.page.read_text("utf-8")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_fails_is_told_and_the_rest_is_written(place, monkeypatch, part) -> None:
    result = predicted(place)
    place.report(result)
    whole = place.page.read_text("utf-8")

    def broken(at: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setitem(PARTS, part, Part("fail", broken))
    output = place.report(result, "--verdict", "quick" if part == "verdict" else "none")
    page = place.page.read_text("utf-8")
    assert "ZeroDivisionError: planted" in page and "ZeroDivisionError: planted" in output
    assert "Traceback" not in output
    own = {"trading": ("headline", "trading"), "models": ("predictions",), "trials": ("verdict",)}
    for key in {"headline", "trading", "predictions", "regimes"} - set(own.get(part, (part,))):
        assert section(page, key) == section(whole, key)


def section(page: str, key: str) -> str:
    return page.split(f'<section id="{key}"')[1].split("</section>")[0]


def test_a_figure_that_fails_is_told_in_the_terminal(place, monkeypatch) -> None:
    def broken(*given: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("auriga.report._headline_section.equity_chart", broken)
    output = place.report(made_result(place.results, many_trades(9)))
    assert "What it earned: Not shown (equity curve): ZeroDivisionError: planted" in output
    assert "Report: " in output


def test_a_page_that_cannot_be_written_is_one_sentence(place) -> None:
    result = made_result(place.results, [])
    taken = place.userdir / "file"
    taken.write_text("a file where a folder should be")
    said = place.refused("report", str(result), "--verdict", "none", "--output", str(taken / "a.html"))
    assert said.startswith(f"no page could be written to {taken}")


DAMAGED: dict[str, Callable[[Path], object]] = {
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "empty": lambda path: path.write_bytes(b""),
    "another file": lambda path: path.write_text("no zip"),
    "bits": lambda path: flipped(path),
    "no trades": lambda path: stats_without(path, "trades"),
    "no pairs": lambda path: stats_without(path, "pairlist"),
    "no start": lambda path: stats_without(path, "backtest_start"),
}


def flipped(path: Path) -> None:
    """Damage within the packed statistics: the list of contents is whole."""
    rewritten(path, lambda parts: parts)
    with ZipFile(path) as archive:
        place = archive.getinfo(f"{path.stem}.json").header_offset
    content = bytearray(path.read_bytes())
    content[place + 320] ^= 0xFF
    path.write_bytes(content)


def stats_without(path: Path, key: str) -> None:
    def changed(parts: dict[str, bytes]) -> dict[str, bytes]:
        told = json.loads(parts[f"{path.stem}.json"])
        told["strategy"]["RegimeStrategy"].pop(key)
        return parts | {f"{path.stem}.json": json.dumps(told).encode()}

    rewritten(path, changed)


@pytest.mark.parametrize("command", ["report", "verdict", "journal", "compare", "explain"])
@pytest.mark.parametrize("kind", DAMAGED)
def test_a_result_that_cannot_be_read_is_one_sentence(place, kind, command) -> None:
    path = made_result(place.results, many_trades(5))
    DAMAGED[kind](path)
    words = {"journal": ["--result", str(path)], "explain": ["1", "--result", str(path)]}
    said = place.refused(command, *words.get(command, [str(path)]), datadir=command != "journal")
    assert path.name in said


@pytest.mark.parametrize("kind", POOR)
def test_neighbours_of_the_report_end_with_an_answer_or_one_sentence(place, kind) -> None:
    result = POOR[kind](place)
    second = made_result(place.userdir / "other", many_trades(9), name="2024-03-01_00-00-00")
    at = "2024-02-08 10:00"
    for words, datadir in (
        (["journal", "--result", str(result), "--by", "trade"], False),
        (["compare", str(result), str(second)], True),
        (["explain", "--candle", at, "--pair", PAIR, "--result", str(result)], True),
        (["explain", "1", "--result", str(result)], True),
        (["verdict", str(result), "--quick"], True),
        (["freeze", "--result", str(result), "--output", str(place.userdir / "frozen")], False),
    ):
        done = place.command(*words, datadir=datadir)
        assert done.exception is None or isinstance(done.exception, AurigaError | SystemExit), words
        assert "No such option" not in done.output + done.stderr, done.stderr
        assert not re.search(r"\b(nan|NaT)\b", done.stdout), (words, done.stdout)


def score(place: Place, *pairs: str):
    told = json.loads((place.root / "config.json").read_text())
    told["freqai"] |= {"identifier": "made"}
    told["regime"] = CONFIG["regime"]
    file = place.userdir / "score.json"
    file.write_text(json.dumps(told))
    words = ["score", "--config", str(file), "--userdir", str(place.userdir)]
    words += ["--datadir", str(place.datadir), *(word for pair in pairs for word in ("--pairs", pair))]
    return CliRunner().invoke(app, words)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("no trades", "does not say which predictions it traded"),
        ("nothing usable", "there is nothing to score"),
        ("predictions that are not known", "there is nothing to score"),
        ("windows without rows", "there is nothing to score"),
        ("one damaged window", "checksum differs"),
    ],
)
def test_score_says_why_there_is_nothing(place, kind, expected) -> None:
    POOR[kind](place)
    done = score(place, PAIR)
    assert isinstance(done.exception, AurigaError) and expected in str(done.exception)


def test_score_goes_on_without_a_pair_that_has_nothing(place) -> None:
    predicted(place)
    done = score(place, PAIR, "ETH/USDT")
    assert done.exit_code == 0, done.exception
    assert "Without ETH/USDT: it was given no predictions" in done.output
    assert "all" in done.output


def test_the_results_folder_is_not_changed(place) -> None:
    result = predicted(place)
    before = {file: file.stat().st_mtime_ns for file in place.userdir.rglob("*") if file.is_file()}
    place.report(result)
    after = {file: file.stat().st_mtime_ns for file in place.userdir.rglob("*") if file.is_file()}
    assert {file: time for file, time in after.items() if file in before} == before
    assert after.keys() - before.keys() == {place.page}
