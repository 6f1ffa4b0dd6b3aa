"""The live side: one training serves every pair, nothing on disk can trip the bot."""

import json
import logging

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from freqtrade.freqai.data_kitchen import FreqaiDataKitchen
from tests.support.stock import LiveRun, quiet_dry_run

from auriga.columns import EXPERT, EXPERT_ROWS, LIVE_LATE, PROBABILITY, TRAINED_AT
from auriga.host.seals._provenance import SCHEMA

pytestmark = quiet_dry_run
PAIRS = ("BTC/USDT", "ETH/USDT")


@pytest.fixture
def live(freqai_run, monkeypatch, caplog, tmp_path):
    """Factory of live runs; the same `name` is a restart of the same bot."""
    caplog.set_level(logging.INFO)

    def make(name: str = "bot", **overlay) -> LiveRun:
        run = freqai_run(name, **overlay)
        data = tmp_path / name / "data"
        if data.exists():
            for file in data.iterdir():
                file.unlink()
            data.rmdir()
        return LiveRun(run, monkeypatch)

    return make


def trainings(caplog) -> int:
    return caplog.text.count("pairs: trained on")


def test_one_training_serves_every_pair_once(live, caplog) -> None:
    run = live()
    for pair in PAIRS:
        run.train(pair)
    assert trainings(caplog) == 1
    models = run.freqai.dd.model_dictionary
    assert models["BTC/USDT"] is models["ETH/USDT"]
    for pair in PAIRS:
        run.indicators(pair)  # FreqAI does not trade on its first prediction
    run.advance()
    for pair in PAIRS:
        row = run.indicators(pair).iloc[-1]
        assert row["do_predict"] == 1
        assert 0 < row[PROBABILITY] < 1
    run.train("ETH/USDT")  # due for the second time: a new one
    run.train("BTC/USDT")
    assert trainings(caplog) == 2
    assert models["BTC/USDT"] is models["ETH/USDT"]


def test_pairs_of_their_own_are_trained_by_themselves(live, caplog) -> None:
    run = live(regime={"pairs": "own"})
    for pair in PAIRS:
        run.train(pair)
    assert caplog.text.count("1 pairs: trained on") == 2


def test_shared_model_is_not_served_when_it_is_due_itself(live, caplog) -> None:
    run = live(freqai={"live_retrain_hours": 1})
    run.train("BTC/USDT")
    run.advance(candles=13)
    run.train("ETH/USDT")
    assert trainings(caplog) == 2


def test_pair_that_joins_later_is_served_at_once(live, caplog) -> None:
    run = live()
    run.config["exchange"]["pair_whitelist"] = ["BTC/USDT"]
    run.train("BTC/USDT")
    assert "1 pairs: trained on" in caplog.text
    run.config["exchange"]["pair_whitelist"] = list(PAIRS)
    run.train("ETH/USDT")
    assert trainings(caplog) == 1
    run.indicators("ETH/USDT")
    run.advance()
    assert run.indicators("ETH/USDT")["do_predict"].iloc[-1] == 1


def test_frame_is_the_one_freqai_would_make(live) -> None:
    run = live()
    for pair in PAIRS:
        candles = run.get_pair_dataframe(pair, "5m").tail(600).reset_index(drop=True)
        kitchen = FreqaiDataKitchen(run.config, True, pair)
        run.freqai.live = True
        stock = kitchen.use_strategy_to_populate_indicators(
            run.strategy, prediction_dataframe=candles.copy(), pair=pair
        )
        ours = run.freqai.live_run.frame(
            kitchen, run.strategy, prediction_dataframe=candles.copy(), pair=pair
        )
        assert set(ours.columns) == set(stock.columns)
        for name in stock:
            pd.testing.assert_series_equal(ours[name], stock[name], check_dtype=False)


def test_live_prediction_is_the_models_own(live) -> None:
    run = live()
    run.train("ETH/USDT")
    run.indicators("ETH/USDT")
    run.advance()
    row = run.indicators("ETH/USDT").iloc[-1]
    model = run.freqai.dd.model_dictionary["ETH/USDT"]
    market = run.freqai.live_run.market
    features = market.features("ETH/USDT")
    last = np.array([len(features.times) - 1])
    regimes = features.frame["regime"].to_numpy()[last].astype(np.int8)
    expected = model.predict_proba(market.predictable("ETH/USDT", last), regimes=regimes)[0, 1]
    assert row[PROBABILITY] == pytest.approx(expected, rel=1e-12)
    assert (row[EXPERT], row[EXPERT_ROWS]) == tuple(int(part[0]) for part in model.route(regimes))


def test_trained_at_tells_the_model_and_what_was_filled_in(live) -> None:
    run = live()
    run.train("BTC/USDT")
    assert (run.indicators("BTC/USDT")[TRAINED_AT] == 0).all()  # the history, predicted with hindsight
    run.advance()
    first = run.freqai.dd.pair_dict["BTC/USDT"]["trained_timestamp"]
    assert run.indicators("BTC/USDT")[TRAINED_AT].iloc[-1] == first
    run.train("BTC/USDT")
    run.advance(candles=3)
    told = run.indicators("BTC/USDT")[TRAINED_AT].tolist()
    assert told[-4:] == [first, 0, 0, run.freqai.dd.pair_dict["BTC/USDT"]["trained_timestamp"]]
    assert told[-1] == first + 300


def test_prediction_before_a_slower_leading_candle_came_is_not_traded(live, caplog) -> None:
    run = live()
    run.train("ETH/USDT")
    run.indicators("ETH/USDT")
    run.advance(candles=12)  # an hour closes with this candle
    whole = run.get_pair_dataframe

    def late(pair, timeframe, candle_type=""):
        frame = whole(pair, timeframe, candle_type)
        return frame.iloc[:-1] if (pair, timeframe) == ("BTC/USDT", "1h") else frame

    run.get_pair_dataframe = late
    row = run.indicators("ETH/USDT").iloc[-1]
    assert (row["do_predict"], row[LIVE_LATE]) == (0, 1)
    assert "ETH/USDT: not predicted, no newest candle yet of BTC/USDT 1h" in caplog.text
    run.get_pair_dataframe = whole
    run.advance()
    row = run.indicators("ETH/USDT").iloc[-1]
    assert (row["do_predict"], row[LIVE_LATE]) == (1, 0)


def test_restart_uses_the_saved_model(live, caplog) -> None:
    first = live()
    first.train("BTC/USDT")
    caplog.clear()
    second = live()
    second.indicators("BTC/USDT")
    second.advance()
    assert second.indicators("BTC/USDT")["do_predict"].iloc[-1] == 1
    assert "is not used" not in caplog.text
    assert trainings(caplog) == 0


def saved(run, pair: str = "BTC/USDT"):
    known = run.freqai.dd.pair_dict[pair]
    return run.freqai.full_path / known["data_path"].rsplit("/", 1)[1], known["model_filename"]


def truncate(folder, name) -> None:
    file = folder / f"{name}_model.joblib"
    file.write_bytes(file.read_bytes()[:1000])


def remove_seal(folder, name) -> None:
    (folder / f"{name}_seal.json").unlink()


def swap_model(folder, name) -> None:
    (folder / f"{name}_model.joblib").write_bytes(cloudpickle.dumps({"not": "ours"}))


def garble_seal(folder, name) -> None:
    (folder / f"{name}_seal.json").write_text("{")


def remove_metadata(folder, name) -> None:
    (folder / f"{name}_metadata.json").unlink()


def age_schema(folder, name) -> None:
    seal = folder / f"{name}_seal.json"
    seal.write_text(json.dumps(json.loads(seal.read_text()) | {"schema": 1}))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (truncate, "_model.joblib is not the file that was saved (checksum differs)"),
        (swap_model, "_model.joblib is not the file that was saved (checksum differs)"),
        (remove_seal, "_seal.json is missing"),
        (garble_seal, "it cannot be read"),
        (remove_metadata, "_metadata.json is missing"),
        (age_schema, f"it has schema 1, this version of Auriga writes {SCHEMA}"),
    ],
)
def test_damaged_or_foreign_model_gives_one_line_and_a_new_one(live, caplog, damage, words) -> None:
    first = live()
    first.train("BTC/USDT")
    damage(*saved(first))
    caplog.clear()
    second = live()
    for _ in range(3):
        assert (second.indicators("BTC/USDT")["do_predict"] == 0).all()
        second.advance()
    lines = [record.getMessage() for record in caplog.records if "is not used" in record.getMessage()]
    assert len(lines) == 1
    assert words in lines[0]
    second.train("BTC/USDT")
    second.indicators("BTC/USDT")
    second.advance()
    assert second.indicators("BTC/USDT")["do_predict"].iloc[-1] == 1


def test_model_of_other_settings_is_trained_anew_or_refused(live, caplog) -> None:
    first = live()
    first.train("BTC/USDT")
    caplog.clear()
    live(regime={"label": {"horizon": 24}}).indicators("BTC/USDT")
    assert (
        "BTC/USDT: the saved model is not used, a new one is trained: regime.label.horizon: 12 -> 24"
        in caplog.text
    )
    second = live()
    second.train("BTC/USDT")
    refusing = live(regime={"label": {"horizon": 24}, "stale_models": "refuse"})
    # Freqtrade shows what a strategy raises and asks again, for this candle and the next.
    for _ in range(3):
        with pytest.raises(
            OperationalException, match=r"saved model of BTC/USDT .* cannot be used: regime.label.horizon"
        ):
            refusing.indicators("BTC/USDT")
        refusing.advance()


@pytest.mark.parametrize("name", ["pair_dictionary.json", "historic_predictions.pkl", "global_metadata.json"])
def test_unreadable_files_of_freqai_are_set_aside(live, caplog, name) -> None:
    first = live()
    first.train("BTC/USDT")
    first.indicators("BTC/USDT")
    first.freqai.dd.save_historic_predictions_to_disk()
    file = first.freqai.full_path / name
    assert file.exists()
    file.write_bytes(b"\x80\x04half a file")
    second = live()
    assert f"it is kept as {name}.unreadable" in caplog.text
    second.train("BTC/USDT")
    second.indicators("BTC/USDT")
    second.advance()
    assert second.indicators("BTC/USDT")["do_predict"].iloc[-1] == 1


class PowerCut(BaseException):
    """Ends a write in its middle; nobody catches it."""


def test_a_cut_while_predictions_are_saved_costs_none(live, monkeypatch) -> None:
    first = live()
    first.train("BTC/USDT")
    first.indicators("BTC/USDT")
    first.freqai.dd.save_historic_predictions_to_disk()
    file = first.freqai.dd.historic_predictions_path
    before = file.read_bytes()

    def half(content, stream, **kwargs) -> None:
        stream.write(b"\x80\x04half a file")
        raise PowerCut

    with monkeypatch.context() as patch, pytest.raises(PowerCut):
        patch.setattr("freqtrade.freqai.data_drawer.cloudpickle.dump", half)
        first.freqai.dd.save_historic_predictions_to_disk()
    assert file.read_bytes() == before
    second = live()
    assert set(second.freqai.dd.historic_predictions) == {"BTC/USDT"}


def test_a_cut_while_the_copy_of_predictions_is_written_leaves_the_older_one(live, monkeypatch) -> None:
    first = live()
    first.train("BTC/USDT")
    first.indicators("BTC/USDT")
    first.freqai.dd.save_historic_predictions_to_disk()
    file = first.freqai.dd.historic_predictions_bkp_path
    before = file.read_bytes()

    def half(source, target) -> None:
        target.write_bytes(b"\x80\x04half a file")
        raise PowerCut

    with monkeypatch.context() as patch, pytest.raises(PowerCut):
        patch.setattr("freqtrade.freqai.data_drawer.shutil.copy", half)
        first.freqai.dd.save_historic_predictions_to_disk()
    assert file.read_bytes() == before
    first.freqai.dd.save_historic_predictions_to_disk()
    assert file.read_bytes() == first.freqai.dd.historic_predictions_path.read_bytes()


def test_a_cut_before_the_seal_leaves_the_model_before(live, monkeypatch) -> None:
    first = live()
    first.train("BTC/USDT")
    dictionary = first.freqai.dd.pair_dictionary_path
    before = json.loads(dictionary.read_text())
    first.advance()

    def cut(*arguments) -> None:
        raise PowerCut

    with monkeypatch.context() as patch, pytest.raises(PowerCut):
        patch.setattr("auriga.host.freqai._live_training.seal_model", cut)
        first.train("BTC/USDT")
    assert before["BTC/USDT"]["model_filename"]
    assert json.loads(dictionary.read_text()) == before
    second = live()
    second.freqai.live_run.check_saved("BTC/USDT", second.strategy)
    assert second.freqai.dd.pair_dict["BTC/USDT"] == before["BTC/USDT"]


def test_half_a_history_is_taken_from_its_copy(live, caplog) -> None:
    first = live()
    first.train("BTC/USDT")
    first.indicators("BTC/USDT")
    first.freqai.dd.save_historic_predictions_to_disk()
    kept = first.freqai.dd.historic_predictions["BTC/USDT"].copy()
    copied = first.freqai.dd.historic_predictions_bkp_path.read_bytes()
    first.advance()
    first.indicators("BTC/USDT")
    first.freqai.dd.save_historic_predictions_to_disk()
    # The bot was killed before the copy was made, and half of the record is gone.
    first.freqai.dd.historic_predictions_bkp_path.write_bytes(copied)
    file = first.freqai.dd.historic_predictions_path
    assert file.read_bytes() != copied
    file.write_bytes(file.read_bytes()[:-100])
    second = live()
    assert "is taken from FreqAI's copy of it" in caplog.text
    pd.testing.assert_frame_equal(second.freqai.dd.historic_predictions["BTC/USDT"], kept)
    assert file.read_bytes() == copied


def test_live_predictions_with_other_columns_are_set_aside(live, caplog) -> None:
    first = live()
    first.train("BTC/USDT")
    first.indicators("BTC/USDT")
    first.freqai.dd.save_historic_predictions_to_disk()
    second = live(regime={"label": {"threshold": 1.0}})  # a third class, `flat`
    second.train("BTC/USDT")
    second.indicators("BTC/USDT")
    second.advance()
    assert "flat" in second.indicators("BTC/USDT")
    assert (
        "BTC/USDT: earlier live predictions have other columns; kept in historic_predictions." in caplog.text
    )
    assert len(list(second.freqai.full_path.glob("historic_predictions.[0-9]*.pkl"))) == 1


def test_failed_training_keeps_the_last_model_and_waits(live, caplog, monkeypatch) -> None:
    run = live()
    run.train("BTC/USDT")
    model = run.freqai.dd.model_dictionary["BTC/USDT"]
    waited: list[float] = []
    monkeypatch.setattr(run.freqai._stop_event, "wait", waited.append)

    def fail():
        raise RuntimeError("planted")

    monkeypatch.setattr(run.freqai, "make_model", fail)
    run.advance()
    run.train("BTC/USDT")
    assert waited == [60]
    assert "not trained (RuntimeError: planted); the last model stays" in caplog.text
    assert run.freqai.dd.model_dictionary["BTC/USDT"] is model
    run.indicators("BTC/USDT")
    run.advance()
    assert run.indicators("BTC/USDT")["do_predict"].iloc[-1] == 1
