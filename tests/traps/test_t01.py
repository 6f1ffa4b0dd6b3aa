"""T1: predictions cached under one identifier are used again only where nothing they depend on changed."""

import json
import logging
import shutil

import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException

from auriga.columns import PROBABILITY

SEVEN_DAYS = 7 * 288


def rows(run):
    return run.backtest_rows(run.indicators("BTC/USDT"))


def trained(caplog) -> int:
    return caplog.text.count("trained on fallback")


def test_changed_settings_are_trained_again_and_named(freqai_run, caplog) -> None:
    first = rows(freqai_run())
    caplog.clear()
    changed = rows(
        freqai_run(
            regime={"label": {"horizon": 24}}, freqai={"model_training_parameters": {"n_estimators": 5}}
        )
    )
    assert "regime.label.horizon: 12 -> 24" in caplog.text
    assert "freqai.model_training_parameters.n_estimators: 10 -> 5" in caplog.text
    assert "They are not used; these windows are predicted again" in caplog.text
    alone = rows(
        freqai_run(
            "alone",
            regime={"label": {"horizon": 24}},
            freqai={"model_training_parameters": {"n_estimators": 5}},
        )
    )
    pd.testing.assert_frame_equal(changed, alone)
    assert not changed[PROBABILITY].equals(first[PROBABILITY])


def test_changed_settings_are_refused_on_demand(freqai_run) -> None:
    freqai_run().indicators("BTC/USDT")
    changed = freqai_run(
        regime={"min_samples": 300, "stale_models": "refuse"}, freqai={"train_period_days": 14}
    )
    with pytest.raises(OperationalException) as caught:
        changed.indicators("BTC/USDT")
    message = str(caught.value)
    assert "regime.min_samples: 200 -> 300" in message
    assert "freqai.identifier ('auriga') a new name" in message


def test_new_identifier_trains_anew(freqai_run) -> None:
    one = rows(freqai_run())
    other = rows(freqai_run(freqai={"identifier": "other", "model_training_parameters": {"n_estimators": 3}}))
    assert not one[PROBABILITY].equals(other[PROBABILITY])


def test_nothing_is_computed_where_everything_is_valid(freqai_run, caplog, monkeypatch) -> None:
    with caplog.at_level(logging.INFO):
        first = rows(freqai_run())
        assert trained(caplog) == 2
        caplog.clear()
        again = freqai_run(stake_amount=50, freqai={"live_retrain_hours": 1})

        def no_features(*args, **kwargs):
            raise AssertionError("features of a backtest whose predictions are all valid")

        monkeypatch.setattr(type(again.strategy), "feature_engineering_expand_all", no_features)
        second = rows(again)
    assert trained(caplog) == 0
    pd.testing.assert_frame_equal(first, second)


def copied(datadir, folder):
    shutil.copytree(datadir, folder)
    return folder


def change_price(folder, pair, at, timeframe="5m") -> None:
    file = folder / f"{pair.replace('/', '_')}-{timeframe}.feather"
    candles = pd.read_feather(file)
    candles.loc[candles["date"] == pd.Timestamp(at, tz="UTC"), ["open", "high", "low", "close"]] *= 1.001
    candles.to_feather(file)


@pytest.mark.parametrize(
    ("pair", "at", "valid"),
    [
        ("BTC/USDT", "2024-02-28 12:00", SEVEN_DAYS),  # only the second window has seen this candle
        ("ETH/USDT", "2024-02-28 12:00", SEVEN_DAYS),  # it belongs to the base model of all pairs
        ("ETH/USDT", "2024-02-10 12:00", 0),
    ],
)
def test_changed_candles_make_predictions_stale(
    freqai_run, datadir, tmp_path, caplog, pair, at, valid
) -> None:
    data = copied(datadir, tmp_path / "data")
    rows(freqai_run(data=data))
    change_price(data, pair, at)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        again = rows(freqai_run(data=data))
    assert "candles" in caplog.text
    assert f"{valid // SEVEN_DAYS} of 2 windows have valid predictions" in caplog.text
    pd.testing.assert_frame_equal(again, rows(freqai_run("fresh", data=data)))


def test_later_candles_leave_earlier_predictions_valid(freqai_run, caplog) -> None:
    rows(freqai_run(timerange="20240219-20240226"))
    caplog.clear()
    with caplog.at_level(logging.INFO):
        longer = rows(freqai_run(timerange="20240219-20240304"))
    # The first window was one candle longer, because it was the last one.
    assert trained(caplog) == 1
    pd.testing.assert_frame_equal(longer, rows(freqai_run("fresh", timerange="20240219-20240304")))


def test_predictions_of_unknown_origin_are_not_used(freqai_run, caplog) -> None:
    run = freqai_run()
    rows(run)
    folder = run.place / "backtesting_predictions"
    seal = next(folder.glob("*.json"))
    seal.unlink()
    caplog.clear()
    rows(freqai_run())
    assert f"{seal.name} is missing" in caplog.text


def test_damaged_predictions_are_not_used(freqai_run, caplog) -> None:
    run = freqai_run()
    expected = rows(run)
    file = next((run.place / "backtesting_predictions").glob("*.feather"))
    file.write_bytes(file.read_bytes()[:-100])
    caplog.clear()
    pd.testing.assert_frame_equal(rows(freqai_run()), expected)
    assert f"{file.name} is not the file that was saved (checksum differs)" in caplog.text


def test_less_history_uses_what_is_cached(freqai_run, caplog) -> None:
    """FreqUI shows a result again with the start-up candles alone."""
    run = freqai_run()
    expected = rows(run)
    short = freqai_run()
    candles = short.candles("BTC/USDT")
    start = pd.Timestamp("2024-02-19", tz="UTC") - pd.Timedelta(minutes=5 * 240)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        frame = short.indicators("BTC/USDT", candles[candles["date"] >= start].reset_index(drop=True))
    assert trained(caplog) == 0
    pd.testing.assert_series_equal(short.backtest_rows(frame)[PROBABILITY], expected[PROBABILITY])


def test_model_made_from_something_else_is_not_used(freqai_run, caplog) -> None:
    """Predictions are gone, models are there, and the settings changed."""
    run = freqai_run()
    rows(run)
    shutil.rmtree(run.place / "backtesting_predictions")
    caplog.clear()
    with caplog.at_level(logging.INFO):
        rows(freqai_run(regime={"min_samples": 250}))
    assert "the saved model is not used: regime.min_samples: 200 -> 250" in caplog.text
    assert trained(caplog) == 2


def test_seal_says_what_predictions_are_made_from(freqai_run) -> None:
    run = freqai_run()
    rows(run)
    seal = json.loads(next((run.place / "backtesting_predictions").glob("*.json")).read_text())
    assert seal["facts"]["regime.label.horizon"] == "12"
    assert seal["facts"]["pairs"] == "BTC/USDT, ETH/USDT"
    assert seal["facts"]["version.lightgbm"]
    assert len(seal["candles"]) == 32
