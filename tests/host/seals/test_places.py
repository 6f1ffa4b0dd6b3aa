"""Runs of one identifier that differ in pairs, timerange, strategy or history leave each other alone."""

import io
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from auriga.columns import DO_PREDICT, PROBABILITY
from auriga.host.seals._places import place_folders
from auriga.host.seals._provenance import facts, rows_digest
from auriga.host.seals._run_record import RunRecord, record_file, record_run, run_records
from auriga.host.seals._saved import PredictionFile

BTC = "BTC/USDT"


def rows(run, pair: str = BTC) -> pd.DataFrame:
    return run.backtest_rows(run.indicators(pair))


def contents(run) -> dict[Path, bytes]:
    """All files of all places, but the record that every run appends to."""
    folder = run.strategy.freqai.full_path
    kept = [file for place in place_folders(folder) for file in place.rglob("*") if file.is_file()]
    return {file: file.read_bytes() for file in kept}


@pytest.mark.parametrize(
    "other",
    [
        {"exchange": {"pair_whitelist": [BTC]}},
        {"timerange": "20240219-20240226"},
        {"timerange": "20240226-20240304"},
        {"timerange": "20240221-20240228"},
        {"timerange": "20240219-20240303"},
    ],
    ids=["fewer pairs", "first window alone", "second window alone", "between", "a day less"],
)
def test_a_run_of_other_pairs_or_days_writes_over_nothing(freqai_run, caplog, other) -> None:
    first = freqai_run()
    expected = {pair: rows(first, pair) for pair in (BTC, "ETH/USDT")}
    before = contents(first)
    assert len(before) > 20
    different = rows(freqai_run(**other))
    after = contents(first)
    assert {file: after[file] for file in before if "_prediction." in file.name} == {
        file: content for file, content in before.items() if "_prediction." in file.name
    }
    caplog.clear()
    with caplog.at_level(logging.INFO):
        again = freqai_run()
        for pair, known in expected.items():
            pd.testing.assert_frame_equal(rows(again, pair), known)
    assert caplog.text.count("2 of 2 windows have valid predictions") == 2
    assert "training" not in caplog.text
    pd.testing.assert_frame_equal(rows(freqai_run(**other)), different)
    pd.testing.assert_frame_equal(rows(freqai_run("alone", **other)), different)


def test_models_of_another_set_of_pairs_stay(freqai_run) -> None:
    first = freqai_run()
    rows(first)
    before = {file: data for file, data in contents(first).items() if file.name.endswith("_model.joblib")}
    assert before
    rows(freqai_run(exchange={"pair_whitelist": [BTC]}))
    after = contents(first)
    assert {file: after[file] for file in before} == before
    assert len([file for file in after if file.name.endswith("_model.joblib")]) == 2 * len(before)


def test_the_order_of_pairs_is_no_other_set(freqai_run, caplog) -> None:
    rows(freqai_run())
    caplog.clear()
    with caplog.at_level(logging.INFO):
        rows(freqai_run(exchange={"pair_whitelist": ["ETH/USDT", BTC]}))
    assert "2 of 2 windows have valid predictions" in caplog.text


def chart(run, days: str = "20240219") -> pd.DataFrame:
    """What FreqUI and plot-dataframe give to the strategy: the start-up candles and the range."""
    candles = run.candles(BTC)
    start = pd.Timestamp(days, tz="UTC") - pd.Timedelta(minutes=5 * run.strategy.startup_candle_count)
    return candles[candles["date"] >= start].reset_index(drop=True)


def test_a_chart_trains_and_writes_nothing(freqai_run, caplog) -> None:
    """FreqUI before any backtest; the full run after it is the same as without it."""
    looked = freqai_run()
    frame = looked.indicators(BTC, chart(looked))
    assert (frame[DO_PREDICT] == 0).all()
    assert not contents(looked) and not record_file(looked.strategy.freqai.full_path).exists()
    looked.indicators(BTC, chart(looked))
    warnings = [r.getMessage() for r in caplog.records if "A chart trains nothing" in r.getMessage()]
    assert len(warnings) == 1 and "no backtest under freqai.identifier 'auriga'" in warnings[0]
    full = rows(freqai_run())
    pd.testing.assert_frame_equal(full, rows(freqai_run("alone")))
    assert (full[DO_PREDICT] == 1).mean() > 0.9


def test_a_chart_shows_the_predictions_of_the_backtest(freqai_run) -> None:
    run = freqai_run()
    known = rows(run)
    before = contents(run)
    for other in (
        {},
        {"exchange": {"pair_whitelist": [BTC]}},
        {"timerange": "20240222-20240225"},
        {"timerange": "20240220-20240304", "exchange": {"pair_whitelist": [BTC]}},
    ):
        looked = freqai_run(**other)
        first = looked.config["timerange"][:8]
        shown = looked.backtest_rows(looked.indicators(BTC, chart(looked, first))).set_index("date")
        same = known.set_index("date").loc[shown.index]
        assert len(shown) > 100
        pd.testing.assert_series_equal(shown[PROBABILITY], same[PROBABILITY])
        pd.testing.assert_series_equal(shown[DO_PREDICT], same[DO_PREDICT], check_dtype=False)
    assert contents(run) == before


def test_a_chart_shows_no_predictions_of_other_settings(freqai_run, caplog) -> None:
    rows(freqai_run())
    looked = freqai_run(regime={"label": {"horizon": 24}})
    frame = looked.indicators(BTC, chart(looked))
    assert (frame[DO_PREDICT] == 0).all()
    assert "regime.label.horizon: 12 -> 24" in caplog.text


def test_a_chart_shows_no_predictions_of_other_candles(freqai_run, datadir, tmp_path, caplog) -> None:
    import shutil

    data = tmp_path / "data"
    shutil.copytree(datadir, data)
    rows(freqai_run(data=data))
    file = data / "BTC_USDT-5m.feather"
    candles = pd.read_feather(file)
    candles.loc[candles["date"] == pd.Timestamp("2024-02-20", tz="UTC"), "close"] *= 1.001
    candles.to_feather(file)
    looked = freqai_run(data=data)
    frame = looked.backtest_rows(looked.indicators(BTC, chart(looked)))
    first = frame["date"] < pd.Timestamp("2024-02-26", tz="UTC")
    assert (frame.loc[first, DO_PREDICT] == 0).all()
    assert (frame.loc[~first, DO_PREDICT] == 1).any()


def test_a_young_pair_is_no_chart(freqai_run, datadir, tmp_path) -> None:
    """Its history is short because there is no more."""
    data = tmp_path / "data"
    data.mkdir()
    for file in datadir.glob("*.feather"):
        frame = pd.read_feather(file)
        if file.name.startswith("ETH"):
            frame = frame[frame["date"] >= "2024-02-10"].reset_index(drop=True)
        frame.to_feather(data / file.name)
    run = freqai_run(data=data)
    assert (rows(run, "ETH/USDT")[DO_PREDICT] == 1).any()


def test_predictions_of_another_history_are_not_used(freqai_run, tmp_path) -> None:
    run = freqai_run()
    candles = run.candles(BTC)
    known = facts(run.config, run.strategy.settings, type(run.strategy.freqai), run.strategy)
    made: dict[str, Any] = {"facts": known, "candles": "c", "window": rows_digest(candles.tail(5))}
    file = tmp_path / "x_prediction.feather"
    PredictionFile(file, **made, history=rows_digest(candles)).write(candles.tail(5).reset_index(drop=True))
    assert not PredictionFile(file, **made, history=rows_digest(candles)).complaints(5)
    for other in (candles.iloc[1:], candles.iloc[:-1]):
        found = PredictionFile(file, **made, history=rows_digest(other)).complaints(5)
        assert found == ["the candles before its window have changed"]


def test_a_model_of_another_stretch_of_candles_is_not_used(freqai_run, caplog) -> None:
    """Written by a version that trained charts: the seal of every model holds its history and rows."""
    run = freqai_run()
    rows(run)
    for file in run.place.rglob("*_prediction.*"):
        file.unlink()
    for file in run.place.rglob("*_seal.json"):
        seal = json.loads(file.read_text())
        assert seal["rows"] > 1000
        file.write_text(json.dumps(seal | {"history": "0" * 32, "rows": 128}))
    with caplog.at_level(logging.INFO):
        rows(freqai_run())
    assert "it learned from another stretch of candles (128 rows)" in caplog.text
    assert caplog.text.count(": trained on") == 2


def test_each_run_is_recorded_with_what_it_was_given(freqai_run) -> None:
    run = freqai_run()
    rows(run)
    rows(freqai_run())
    folder = run.strategy.freqai.full_path
    newest, oldest = run_records(folder)
    assert newest.at > oldest.at and newest.files == oldest.files
    assert (newest.strategy, newest.model, newest.pair) == ("RegimeStrategy", "RegimeLightGBMClassifier", BTC)
    assert all(file.is_file() for file in newest.paths(folder))
    assert newest.within(np.floor(newest.at), np.floor(newest.at))
    assert not newest.within(np.floor(newest.at) + 1, newest.at + 2)
    assert not newest.within(0, newest.at - 1.5)


def test_a_killed_run_takes_no_later_record_with_it(tmp_path) -> None:
    record_run(tmp_path, strategy="S", model="M", pair=BTC, place="p", files={"f": "1"})
    file = record_file(tmp_path)
    file.write_bytes(file.read_bytes() + b'{"at": 1, "stra')
    record_run(tmp_path, strategy="S", model="M", pair="ETH/USDT", place="p", files={"f": "1"})
    assert [record.pair for record in run_records(tmp_path)] == ["ETH/USDT", BTC]


def test_a_record_is_one_write_however_long(tmp_path, monkeypatch) -> None:
    """Runs side by side append to one file; what is written in parts may be torn by another."""
    writes: list[int] = []

    class Counted(io.FileIO):
        def write(self, content):
            writes.append(len(content))
            return super().write(content)

    opened = Path.open

    def counting(self, mode="r", buffering=-1, **options):
        if "a" not in mode:
            return opened(self, mode, buffering, **options)
        raw = Counted(self, "ab")
        return raw if buffering == 0 else io.TextIOWrapper(io.BufferedWriter(raw))

    monkeypatch.setattr(Path, "open", counting)
    files = {f"cb_btc_usdt_{number}_prediction.feather": "0" * 64 for number in range(300)}
    record_run(tmp_path, strategy="S", model="M", pair=BTC, place="p", files=files)
    assert len(writes) == 1 and writes[0] > 20_000


def test_a_torn_line_of_the_record_is_left_out(tmp_path) -> None:
    for pair in (BTC, "ETH/USDT"):
        record_run(tmp_path, strategy="S", model="M", pair=pair, place="p", files={"f": "1"})
    file = record_file(tmp_path)
    file.write_text(file.read_text() + '{"at": 1, "stra')
    assert [record.pair for record in run_records(tmp_path)] == ["ETH/USDT", BTC]
    assert all(isinstance(record, RunRecord) for record in run_records(tmp_path))
    assert not list(run_records(tmp_path / "none"))
