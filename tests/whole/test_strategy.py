"""The strategy's hooks: signals from its own parameters, and regimes that any amount of history gives."""

import logging
import shutil

import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.every_prediction import EVERY_PREDICTION, every_prediction

from auriga.columns import DO_PREDICT, LONG_THRESHOLD, PROBABILITY, REASON, REGIME, REGIME_AGE
from auriga.host.signals import Reason
from auriga.typing import Regime


@pytest.fixture
def frame():
    price = pd.Series(100.0, index=range(5))
    return pd.DataFrame(
        {
            "date": pd.date_range("2025-01-01", periods=5, freq="5min", tz="UTC"),
            "open": price, "high": price, "low": price, "close": price, "volume": [1.0, 1, 0, 1, 1],
            PROBABILITY: [0.9, 0.5, 0.9, 0.1, 0.9],
            DO_PREDICT: 1,
            REGIME: np.array([1, 1, 0, -1, -2], dtype=np.int8),
            REGIME_AGE: 5.0,
        }
    )  # fmt: skip


def signals(strategy, frame):
    entered = strategy.advise_entry(frame, {"pair": "BTC/USDT"})
    return strategy.advise_exit(entered, {"pair": "BTC/USDT"})


def test_as_shipped_the_regime_decides_the_side_on_spot_and_futures(freqai_run, frame) -> None:
    """Nothing was seen before the first candle, so there is nothing to wait for but to leave."""
    run = freqai_run()
    for mode in ("spot", "futures"):
        run.strategy.config["trading_mode"] = mode
        made = signals(run.strategy, frame.assign(probability=[0.3, 0.9, 0.9, 0.1, 0.9]))
        assert made["enter_tag"].dropna().to_dict() == {0: "bull_long", 1: "bull_long"}
        assert made["exit_long"].tolist() == [0, 0, 1, 1, 0]
        assert set(made["exit_tag"].dropna()) == {"regime"}
        assert not made.get("enter_short", pd.Series(0)).any()
        bull, allowed, unknown = Reason.ENTERS_LONG, Reason.REGIME_NOT_ALLOWED, Reason.REGIME_UNKNOWN
        assert made[REASON].tolist() == [bull, bull, Reason.NOT_TRADED, allowed, unknown]


def test_spot_enters_long_alone(freqai_run, frame) -> None:
    made = signals(freqai_run(regime=EVERY_PREDICTION).strategy, frame)
    assert made["enter_tag"].dropna().to_dict() == {0: "bull_long"}
    assert made["exit_tag"].dropna().to_dict() == {3: "opposite"}
    assert {"enter_short", "exit_short"}.isdisjoint(made.columns)


def test_futures_may_short(freqai_run, frame) -> None:
    run = freqai_run(regime=EVERY_PREDICTION)
    run.strategy.config["trading_mode"] = "futures"
    made = signals(run.strategy, frame)
    assert made["enter_tag"].dropna().to_dict() == {0: "bull_long", 3: "bear_short"}
    assert made["exit_short"].tolist() == [1, 0, 0, 0, 1]
    assert made["exit_tag"].dropna().to_dict() == {0: "opposite", 3: "opposite", 4: "decay"}


def test_parameters_and_settings_reach_the_signals(freqai_run, frame) -> None:
    settings = every_prediction({"signals": {"grace_candles": 6, "exit_on_decay": False}})
    strategy = freqai_run(regime=settings).strategy
    strategy.long_threshold.value, strategy.bull_offset.value = 0.6, 0.02
    made = signals(strategy, frame)
    assert made[LONG_THRESHOLD].iloc[0] == pytest.approx(0.62)
    assert made["enter_tag"].isna().all()
    assert made["exit_tag"].isna().all()


def test_regime_is_the_same_with_any_amount_of_history(freqai_run) -> None:
    """What FreqUI's result view recomputes from little history equals the backtest."""
    run = freqai_run()
    whole = run.indicators("BTC/USDT")
    tail = run.indicators("BTC/USDT", run.candles("BTC/USDT").tail(1000).reset_index(drop=True))
    pd.testing.assert_series_equal(tail[REGIME], whole[REGIME].tail(1000).reset_index(drop=True))


def test_backtest_without_any_known_regime_is_refused_with_the_remedy(freqai_run) -> None:
    run = freqai_run(regime={"moving_average": {"period": 900, "enter_level": 0.01, "exit_level": 0.005}})
    with pytest.raises(
        OperationalException,
        match=r"(?s)No pair has a regime on 2024-02-19.*needs 902 of them before 2024-02-19.*download-data",
    ):
        run.indicators("BTC/USDT")


def test_regime_of_one_pair_known_later_is_a_warning(freqai_run, datadir, tmp_path, caplog) -> None:
    data = shutil.copytree(datadir, tmp_path / "data")
    slow = pd.read_feather(data / "BTC_USDT-4h.feather")
    slow[slow["date"] >= "2024-02-15"].reset_index(drop=True).to_feather(data / "BTC_USDT-4h.feather")
    run = freqai_run(data=data)
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
