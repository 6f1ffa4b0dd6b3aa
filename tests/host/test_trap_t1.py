"""T1: predictions cached under one identifier are not reused for other settings."""

import logging

import pytest
from freqtrade.exceptions import OperationalException

from auriga.columns import PROBABILITY


def test_changed_settings_are_refused_and_named(freqai_run) -> None:
    freqai_run().indicators("BTC/USDT")
    changed = freqai_run(regime={"label": {"horizon": 24}}, freqai={"train_period_days": 13})
    with pytest.raises(OperationalException) as caught:
        changed.indicators("BTC/USDT")
    message = str(caught.value)
    assert "regime.label.horizon: 12 -> 24" in message
    assert "freqai.train_period_days: 14 -> 13" in message
    assert "freqai.identifier ('auriga') a new name" in message


def test_new_identifier_trains_anew(freqai_run) -> None:
    first = freqai_run()
    one = first.backtest_rows(first.indicators("BTC/USDT"))
    second = freqai_run(freqai={"identifier": "other", "model_training_parameters": {"n_estimators": 3}})
    other = second.backtest_rows(second.indicators("BTC/USDT"))
    assert not one[PROBABILITY].equals(other[PROBABILITY])


def test_same_settings_are_reused_and_thresholds_do_not_matter(freqai_run, caplog) -> None:
    freqai_run().indicators("BTC/USDT")
    again = freqai_run(stake_amount=50, freqai={"live_retrain_hours": 1})
    with caplog.at_level(logging.INFO):
        again.indicators("BTC/USDT")
    assert caplog.text.count("Found backtesting prediction file") == 2
    assert "trained on all rows" not in caplog.text


def test_predictions_of_unknown_origin_are_refused(freqai_run) -> None:
    run = freqai_run()
    run.indicators("BTC/USDT")
    (run.strategy.freqai.full_path / "auriga_fingerprint.json").unlink()
    with pytest.raises(OperationalException, match="unknown ->"):
        freqai_run().indicators("BTC/USDT")
