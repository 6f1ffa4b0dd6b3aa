"""Live: a pair or leading pair that is young, without candles or in a pause stops nobody else.

Freqtrade's own loop over pairs is asked (`LiveRun`); only the exchange's candles of one pair are changed.
"""

import logging

import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.stock import LiveRun, quiet_dry_run

from auriga.columns import DIRECTION, DO_PREDICT, PROBABILITY

pytestmark = quiet_dry_run
BTC, ETH = "BTC/USDT", "ETH/USDT"


@pytest.fixture
def live(freqai_run, monkeypatch, caplog):
    """Factory of bots for which the candles of ETH are others, on disk and on the exchange."""
    caplog.set_level(logging.INFO)

    def make(change, leaders=(BTC,), **overlay) -> LiveRun:
        freqai = {"feature_parameters": {"include_corr_pairlist": list(leaders)}}
        run = LiveRun(freqai_run(freqai=freqai, **overlay), monkeypatch)
        for name in [name for name in run._candles if name.startswith("ETH")]:
            run._candles[name] = change(run._candles[name]).reset_index(drop=True)
            stored = run._closed(run._candles[name], name.split("-")[1].removesuffix(".feather"))
            stored.to_feather(run.config["datadir"] / name)
        return run

    return make


def nothing(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0]


def from_day(day: str | pd.Timestamp):
    return lambda frame: frame[frame["date"] >= day]


def predicted(run: LiveRun, pair: str) -> pd.Series:
    """Newest row after the first prediction, which FreqAI does not trade on."""
    run.indicators(pair)
    run.advance()
    return run.indicators(pair).iloc[-1]


def test_a_pair_without_candles_is_left_out_of_training(live, caplog) -> None:
    run = live(nothing)
    run.train(BTC)
    assert "ETH/USDT" not in run.freqai.live_run.training._shared.training.pairs
    assert predicted(run, BTC)[DO_PREDICT] == 1


def test_a_pair_that_lacks_a_timeframe_is_named(live, caplog) -> None:
    run = live(lambda frame: frame)
    run._candles["ETH_USDT-1h.feather"] = nothing(run._candles["ETH_USDT-1h.feather"])
    nothing(run._candles["ETH_USDT-1h.feather"]).to_feather(run.config["datadir"] / "ETH_USDT-1h.feather")
    run.train(BTC)
    assert "ETH/USDT: left out of training: no 1h candles" in caplog.text
    assert predicted(run, BTC)[DO_PREDICT] == 1
    row = run.indicators(ETH).iloc[-1]
    assert (row[DO_PREDICT], row[PROBABILITY]) == (0, pytest.approx(float("nan"), nan_ok=True))
    assert "ETH/USDT: not predicted while there are no candles of ETH/USDT 1h" in caplog.text


def test_a_pair_that_is_listed_later_joins_in(live) -> None:
    """Its stored candles are none at the start; FreqAI would end the loop of every pair."""
    run = live(from_day("2024-03-01 00:05"))
    run.train(BTC)
    run.advance(candles=24)
    assert run.indicators(BTC)[DO_PREDICT].notna().all()
    assert len(run.freqai.dd.historic_data[ETH]["5m"]) == 23
    run.train(BTC)
    assert predicted(run, BTC)[DO_PREDICT] == 1


def test_a_pair_that_comes_back_after_a_long_pause_joins_in(live) -> None:
    """Stored candles end before those of the exchange begin."""
    run = live(lambda frame: frame[(frame["date"] < "2024-02-20") | (frame["date"] >= "2024-03-01 00:05")])
    run.train(BTC)
    late = pd.Timestamp("2024-03-01 00:05", tz="UTC")
    for name in [name for name in run._candles if name.startswith("ETH")]:
        run._candles[name] = from_day(late)(run._candles[name])
    run.advance(candles=24)
    run.indicators(BTC)
    stored = run.freqai.dd.historic_data[ETH]["5m"]["date"]
    assert stored.is_monotonic_increasing and stored.is_unique
    assert (stored >= late).sum() == 23


def test_without_candles_of_a_leading_pair_nothing_is_predicted_and_nothing_fails(live, caplog) -> None:
    run = live(nothing, leaders=(BTC, ETH), exchange={"pair_whitelist": [BTC]})
    for _ in range(3):
        frame = run.indicators(BTC)
        assert (frame[DO_PREDICT] == 0).all()
        assert {DIRECTION, PROBABILITY} <= set(frame)
        run.advance()
    assert caplog.text.count("BTC/USDT: not predicted while there are no candles of ETH/USDT 5m, ETH") == 1


def test_what_every_training_would_fail_for_is_said_without_a_traceback(live, caplog, monkeypatch) -> None:
    run = live(lambda frame: frame)
    run.freqai._stop_event.wait = lambda seconds: None
    original = type(run.strategy).set_freqai_targets

    def far(self, dataframe, metadata, **kwargs):
        moved = original(self, dataframe, metadata, **kwargs)
        return moved.assign(**{DIRECTION: moved[DIRECTION].shift(-12)})

    monkeypatch.setattr(type(run.strategy), "set_freqai_targets", far)
    run.train(BTC)
    assert "BTC/USDT: not trained (set_freqai_targets looks 24 candles ahead" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_strategy_without_regimes_is_told_so_by_the_bot(live, monkeypatch) -> None:
    run = live(lambda frame: frame)

    def plain(self, dataframe, metadata, **kwargs):
        return dataframe

    monkeypatch.setattr(type(run.strategy), "feature_engineering_standard", plain)
    with pytest.raises(OperationalException, match=r"gives no column 'regime'.*auriga.host.rows.add_regimes"):
        run.indicators(BTC)


def test_no_regime_with_a_model_of_its_own_is_a_warning(live, caplog) -> None:
    run = live(lambda frame: frame, regime={"min_samples": 100_000})
    run.train(BTC)
    assert "in 1 of 1 windows no regime has a model of its own" in caplog.text
    assert "lower regime.min_samples (100000)" in caplog.text
