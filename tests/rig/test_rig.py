"""What the kills and the soak compute themselves; no process is started here."""

import hashlib
import json
import sqlite3
from itertools import islice
from pathlib import Path

import cloudpickle
import pandas as pd
import pytest
from rig._clock import FastClock, faketime_library
from rig._errors import FireError
from rig._saved_files import inspect_files
from studies.faults._kills import Kill, figures
from studies.faults._schedule import schedule
from studies.faults._soak import Memory, exceptions, our_tracebacks, verdict

from auriga_exchange.faults import REQUEST_KINDS, STREAM_KINDS, read_rule

TRACEBACK = """2026-11-21 12:00:00,000 - x - ERROR - failed
Traceback (most recent call last):
  File "{file}", line 1, in f
    raise ValueError("no")
ValueError: no
2026-11-21 12:00:01,000 - x - INFO - went on
"""


@pytest.fixture
def saved(tmp_path) -> Path:
    """A user folder with one sealed model that the dictionary names."""
    models = tmp_path / "models"
    folder = models / "sub-train-BTC_1"
    folder.mkdir(parents=True)
    model = folder / "cb_1_model.joblib"
    model.write_bytes(cloudpickle.dumps({"a": 1}))
    checksum = hashlib.sha256(model.read_bytes()).hexdigest()
    (folder / "cb_1_seal.json").write_text(json.dumps({"sha256": {model.name: checksum}}))
    named = {"BTC/USDT": {"model_filename": "cb_1", "data_path": str(folder)}}
    (models / "pair_dictionary.json").write_text(json.dumps(named))
    _save_history(models, ["2026-01-01", "2026-01-02"])
    (tmp_path / "data").mkdir()
    pd.DataFrame({"close": [1.0]}).to_feather(tmp_path / "data" / "BTC_USDT-1m.feather")
    with sqlite3.connect(tmp_path / "trades.sqlite") as connection:
        connection.execute("create table trades (id int)")
    return tmp_path


def _save_history(models: Path, days: list[str]) -> None:
    frame = pd.DataFrame({"date_pred": pd.to_datetime(days, utc=True), "do_predict": 1})
    (models / "historic_predictions.pkl").write_bytes(cloudpickle.dumps({"BTC/USDT": frame}))


def inspect(folder: Path):
    return inspect_files(folder, folder / "models", folder / "trades.sqlite")


def test_sound_files_raise_no_complaint(saved) -> None:
    found = inspect(saved)
    assert (found.sealed, found.unsealed, found.damaged, found.set_aside) == (1, 0, [], [])
    assert len(found.history["BTC/USDT"]) == 2


@pytest.mark.parametrize(
    "name",
    [
        "trades.sqlite",
        "data/BTC_USDT-1m.feather",
        "models/pair_dictionary.json",
        "models/historic_predictions.pkl",
        "models/sub-train-BTC_1/cb_1_model.joblib",
        "models/sub-train-BTC_1/cb_1_seal.json",
    ],
)
def test_half_a_file_is_found(saved, name) -> None:
    file = saved / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert any(Path(name).name in line for line in inspect(saved).damaged)


def test_a_named_model_without_seal_is_found_and_a_leftover_is_counted(saved) -> None:
    (saved / "models/sub-train-ETH_2").mkdir()
    assert (inspect(saved).unsealed, inspect(saved).damaged) == (1, [])
    (saved / "models/sub-train-BTC_1/cb_1_seal.json").unlink()
    assert inspect(saved).damaged == ["BTC/USDT: the named model cb_1 has no seal"]


def test_lost_predictions_are_named(saved) -> None:
    before = inspect(saved)
    _save_history(saved / "models", ["2026-01-02", "2026-01-03"])
    assert before.lost_history(inspect(saved)) == ["BTC/USDT 2026-01-01 00:00:00+00:00"]


def test_schedule_is_seeded_and_holds_every_kind() -> None:
    events = list(islice(schedule(7, ["BTCUSDT", "ETHUSDT"]), 120))
    assert events == list(islice(schedule(7, ["BTCUSDT", "ETHUSDT"]), 120))
    assert events != list(islice(schedule(8, ["BTCUSDT", "ETHUSDT"]), 120))
    assert {*REQUEST_KINDS, *STREAM_KINDS} <= {event.body.get("kind") for event in events}
    assert {"halt", "price_gap", "missing_candles"} <= {event.body.get("kind") for event in events}
    assert any(event.name == "partial fill" for event in events)
    for event in events:
        if event.what == "fault":
            read_rule(event.body)  # what the exchange accepts


def test_memory_growth_leaves_the_warm_up_out() -> None:
    assert Memory([1.0] * 25 + [100.0] * 75).growth == 0
    assert Memory([100.0] * 50 + [120.0] * 50).growth == pytest.approx(0.2)


def test_tracebacks_are_counted_and_ours_are_told_apart() -> None:
    theirs = TRACEBACK.format(file="/usr/lib/python3/freqtrade/worker.py")
    ours = TRACEBACK.format(file="/home/me/src/auriga/host/freqai/_live.py")
    assert exceptions(theirs + ours) == {"ValueError": 2}
    assert our_tracebacks(theirs) == []
    assert len(our_tracebacks(theirs + ours)) == 1


def test_verdict_names_what_is_wrong() -> None:
    fine = {
        "memory": {"bot": {"growth_frac": 0.1}},
        "lost": 0,
        "doubled": 0,
        "orphans_not_named": [],
        "findings_at_the_end": [],
        "exchange_exceptions": {},
        "ours": [],
    }
    assert verdict(fine) == []
    assert verdict(fine | {"memory": {"bot": {"growth_frac": 0.2}}}) == ["memory of the bot grew by 20%"]
    assert verdict(fine | {"doubled": 1}) == ["doubled: 1"]


def test_a_kill_with_a_lost_trade_has_not_survived() -> None:
    kills = [Kill(1, "order", seconds=8), Kill(2, "start", seconds=9, outcome="lost trades [1]")]
    found = figures([*kills, Kill(3, "order", seconds=10, outcome="orphan named")])
    assert (found["kills"], found["survived"], found["orphans_named"]) == (3, 2, 1)
    assert (found["seconds_median"], found["seconds_longest"]) == (9, 10)


def test_a_missing_faketime_names_the_package(monkeypatch) -> None:
    monkeypatch.setenv("FAKETIME_LIB", "/nowhere/libfaketime.so.1")
    with pytest.raises(FireError, match="apt install faketime"):
        faketime_library()
    assert FastClock(1).environment() == {}
