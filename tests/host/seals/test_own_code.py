"""Our own code is sealed where it computes predictions, all of it and nothing else."""

import ast
import inspect
import shutil
import sys
import threading
from pathlib import Path

import pytest
from tests.support.stock import LiveRun, quiet_dry_run

import auriga
from auriga.errors import HostError
from auriga.host.seals._own_code import COMPUTES, FROZEN, computing_files, own_code

pytestmark = quiet_dry_run

ROOT = Path(inspect.getfile(auriga)).parent
SEALED = {name for name, _ in computing_files()}

SERVES = {
    "candles/_files.py": "names of files",
    "host/freqai/_chart_predictions.py": "looks whether Freqtrade draws a chart",
    "host/setup/_command_line.py": "words of refusals",
    "host/seals/_drawer.py": "FreqAI's dictionary on disk",
    "host/rows/_flat_moves.py": "words for the log",
    "host/setup/_freqai_options.py": "refuses options",
    "host/freeze/_models.py": "opens frozen models, whose digest is a fact",
    "host/freqai/_frozen_side.py": "refuses frozen models that do not fit",
    "host/checks/_funding.py": "refuses missing funding rates",
    "host/seals/_imported_code.py": "seals",
    "host/rows/_label_checks.py": "refuses labels that look too far",
    "look_ahead/_label_reach.py": "refuses labels that look too far",
    "host/rows/_label_report.py": "words for the log",
    "host/setup/_option_checks.py": "refuses options",
    "host/seals/_own_code.py": "seals",
    "host/setup/_pair_lists.py": "the pairs of a run are a fact",
    "host/seals/_places.py": "names of files",
    "host/seals/_provenance.py": "seals; a change of meaning raises SCHEMA",
    "host/seals/_run_record.py": "names of files",
    "host/seals/_saved.py": "reads and writes what was computed",
    "host/setup/_stored_candles.py": "names of files",
    "host/seals/_syntax.py": "seals",
    "host/seals/_trading_code.py": "seals",
    "host/pairs/_training_failures.py": "words for the log",
    "host/seals/_training_log.py": "a record",
    "host/seals/_user_code.py": "seals",
    "memory.py": "gives memory back",
}
"""Files that run while predictions are made and have no part in what they are."""


@pytest.fixture
def copy(tmp_path):
    """A copy of the package that a test may change."""
    target = tmp_path / "auriga"
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def planted(folder: Path, name: str, text: str) -> str:
    """Digest after something was appended to a file; the copy is left as it was."""
    file = folder / name
    before = file.read_text() if file.exists() else None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((before or "") + text)
    own_code.cache_clear()
    try:
        return own_code(root=folder)
    finally:
        file.write_text(before) if before is not None else file.unlink()
        own_code.cache_clear()


def test_a_change_of_what_computes_changes_the_seal(copy) -> None:
    before = own_code(root=copy)
    named = ["candles/_frames.py", "columns.py", "typing.py", "settings/_regime.py", "host/freqai/_live.py"]
    for name in [*named, *sorted(SEALED)[::7]]:
        assert planted(copy, name, "\nplanted = 1\n") != before, name
    assert planted(copy, "features/deeper/_new.py", "planted = 1\n") != before
    assert own_code(root=copy) == before


def test_words_change_no_seal(copy) -> None:
    before = own_code(root=copy)
    for name in sorted(SEALED):
        text = (copy / name).read_text()
        tree = ast.parse(text)
        first = tree.body[0]
        assert isinstance(first, ast.Expr), name
        written = text.replace(ast.get_source_segment(text, first), '"""Planted."""', 1)
        (copy / name).write_text(f"{written}\n\n# planted\n")
    own_code.cache_clear()
    assert own_code(root=copy) == before
    own_code.cache_clear()


def test_nothing_else_changes_the_seal(copy) -> None:
    before = own_code(root=copy)
    others = {file.relative_to(copy).as_posix() for file in copy.rglob("*.py")} - SEALED
    assert {
        "host/journal/_journal.py",
        "host/doctor/_plan.py",
        "cli/_main.py",
        "settings/_trading.py",
    } <= others
    for name in sorted(others):
        file = copy / name
        file.write_text(file.read_text() + "\nplanted = 1\n")
    own_code.cache_clear()
    assert own_code(root=copy) == before
    own_code.cache_clear()


def test_a_room_that_is_gone_is_no_empty_digest(copy) -> None:
    for name in ("labels", "candles/_frames.py", "host/rows/_market.py"):
        moved = copy / name
        moved.rename(copy / "elsewhere")
        own_code.cache_clear()
        with pytest.raises(HostError, match="is missing"):
            own_code(root=copy)
        (copy / "elsewhere").rename(moved)
    own_code.cache_clear()


def watched(act) -> set[str]:
    """Files of the package that run while something is done, in any thread."""
    seen: set[str] = set()

    def note(frame, event, argument) -> None:
        seen.add(frame.f_code.co_filename)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    own = [Path(file) for file in seen if file.startswith(str(ROOT))]
    return {file.relative_to(ROOT).as_posix() for file in own}


@pytest.mark.parametrize(
    "overlay",
    [
        {},
        {
            "regime": {"scheme": "hard", "detector": "rules", "label": {"kind": "triple_barrier"}},
            "freqai": {"data_split_parameters": {"test_size": 0.2}},
        },
        {"freqaimodel": "RegimeLightGBMRegressor", "regime": {"label": {"kind": "scaled_return"}}},
    ],
    ids=["as shipped", "hard", "regressor"],
)
def test_whatever_computes_a_prediction_is_sealed(freqai_run, overlay) -> None:
    run = freqai_run(**overlay)
    ran = watched(lambda: run.indicators("BTC/USDT"))
    assert {
        "candles/_frames.py",
        "host/freqai/_backtest.py",
        "models/_regime_model.py",
        "host/rows/_labels.py",
    } <= ran
    assert not {name for name in ran if name not in SEALED | SERVES.keys() and not _trades(name)}


def test_whatever_computes_a_live_prediction_is_sealed(freqai_run, monkeypatch) -> None:
    bot = LiveRun(freqai_run(), monkeypatch)

    def train_and_predict() -> None:
        bot.train()
        bot.indicators()

    ran = watched(train_and_predict)
    assert {"host/freqai/_live.py", "host/pairs/_late_candles.py", "models/_regime_model.py"} <= ran
    assert not {name for name in ran if name not in SEALED | SERVES.keys() and not _trades(name)}


def _trades(name: str) -> bool:
    """What the strategy does with a prediction, or checks before there is one."""
    return name.startswith(
        (
            "risk/",
            "host/messages/_announcements",
            "host/checks/_pair",
            "host/signals/_signals",
            "host/signals/_situation",
            "host/trading/_volatility",
            "host/messages/_sent",
        )
    )


def test_files_that_are_named_are_there() -> None:
    assert all((ROOT / name).exists() for name in (*COMPUTES, *FROZEN, *SERVES))
