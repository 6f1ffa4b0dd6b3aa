"""Entries and exits follow prediction, regime and traded volume, and nothing else."""

import logging

import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException

from auriga.columns import DO_PREDICT, PROBABILITY, REGIME
from auriga.typing import Regime


@pytest.fixture
def strategy(freqai_run):
    return freqai_run().strategy


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            PROBABILITY: [0.9, 0.9, 0.9, 0.9, 0.5, 0.1, 0.9],
            DO_PREDICT: [1, 0, 1, 1, 1, 1, 1],
            REGIME: np.array([1, 1, -2, 0, 1, -1, -1], dtype=np.int8),
            "volume": [1.0, 1, 1, 0, 1, 1, 1],
        }
    )


def test_long_needs_usable_prediction_known_regime_and_volume(strategy, frame) -> None:
    entered = strategy.advise_entry(frame, {"pair": "BTC/USDT"})
    assert entered["enter_long"].tolist() == [1, 0, 0, 0, 0, 0, 1]
    assert entered["enter_tag"].dropna().to_dict() == {0: "bull_long", 6: "bear_long"}
    assert "enter_short" not in entered or entered["enter_short"].sum() == 0


def test_exit_when_the_prediction_turns(strategy, frame) -> None:
    left = strategy.advise_exit(frame, {"pair": "BTC/USDT"})
    assert left["exit_long"].tolist() == [0, 0, 0, 0, 0, 1, 0]
    assert left["exit_tag"].dropna().to_dict() == {5: "prediction"}


def test_futures_may_short(freqai_run, frame) -> None:
    run = freqai_run()
    run.strategy.config["trading_mode"] = "futures"
    entered = run.strategy.advise_entry(frame, {"pair": "BTC/USDT"})
    assert entered["enter_short"].tolist() == [0, 0, 0, 0, 0, 1, 0]
    assert entered["enter_tag"].iloc[5] == "bear_short"


def test_regime_is_the_same_with_any_amount_of_history(freqai_run) -> None:
    """What FreqUI's result view recomputes from little history equals the backtest."""
    run = freqai_run()
    whole = run.indicators("BTC/USDT")
    tail = run.indicators("BTC/USDT", run.candles("BTC/USDT").tail(1000).reset_index(drop=True))
    pd.testing.assert_series_equal(tail[REGIME], whole[REGIME].tail(1000).reset_index(drop=True))


def test_backtest_without_any_known_regime_is_refused_with_the_remedy(freqai_run) -> None:
    run = freqai_run(regime={"moving_average": {"period": 900, "enter_level": 0.01, "exit_level": 0.005}})
    with pytest.raises(
        OperationalException, match=r"(?s)never known.*needs 902 of them before 2024-02-19.*download-data"
    ):
        run.indicators("BTC/USDT")


def test_regime_known_later_is_a_warning(freqai_run, caplog) -> None:
    run = freqai_run(regime={"moving_average": {"period": 320, "enter_level": 0.01, "exit_level": 0.005}})
    with caplog.at_level(logging.WARNING):
        rows = run.backtest_rows(run.indicators("BTC/USDT"))
    assert "no regime for" in caplog.text
    assert (rows[REGIME].iloc[0], rows[REGIME].iloc[-1] != Regime.UNKNOWN) == (Regime.UNKNOWN, True)


def test_training_days_without_a_regime_are_a_warning(freqai_run, caplog) -> None:
    run = freqai_run(regime={"moving_average": {"period": 240, "enter_level": 0.01, "exit_level": 0.005}})
    with caplog.at_level(logging.WARNING):
        run.indicators("BTC/USDT")
    assert "the regime of the first 5 of 14 training days is unknown" in caplog.text


def test_holes_are_reported_once_a_pair(freqai_run, caplog) -> None:
    run = freqai_run()
    candles = run.candles("BTC/USDT")
    candles.loc[100:104, "volume"] = 0.0
    run.indicators("BTC/USDT", candles.copy())
    run.indicators("BTC/USDT", candles)
    assert caplog.text.count("5 candles without volume") == 1
