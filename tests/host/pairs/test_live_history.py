"""Candles that FreqAI does not append itself, and pairs that a live training can learn from."""

import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException

from auriga.host.pairs._live_history import join_new_candles, learnable_pairs, without_candles
from auriga.host.rows._market import Market

BTC, ETH, SOL = "BTC/USDT", "ETH/USDT", "SOL/USDT"


def candles(first: str, count: int) -> pd.DataFrame:
    """Five-minute candles of a February day, numbered."""
    dates = pd.date_range(f"2024-02-01 {first}", periods=count, freq="5min", tz="UTC", unit="ms")
    return pd.DataFrame({"date": dates, "close": range(count)})


NONE = candles("00:00", 3).iloc[:0]

Frames = dict[str, dict[str, pd.DataFrame]]


def joined(stored: Frames, newest: Frames) -> dict[str, dict[str, list[str]]]:
    """Opening times of what is stored afterwards."""
    history = {pair: dict(frames) for pair, frames in stored.items()}
    join_new_candles(history, lambda pair, timeframe: newest[pair][timeframe])
    return {
        pair: {timeframe: [f"{date:%H:%M}" for date in frame["date"]] for timeframe, frame in frames.items()}
        for pair, frames in history.items()
    }


def test_candles_are_joined_after_none_and_after_a_pause() -> None:
    stored = {BTC: {"5m": NONE, "1h": NONE}, ETH: {"5m": candles("01:00", 2), "1h": NONE}}
    newest = {BTC: {"5m": NONE, "1h": candles("03:00", 1)}, ETH: {"5m": candles("02:00", 2), "1h": NONE}}
    assert joined(stored, newest) == {
        BTC: {"5m": [], "1h": ["03:00"]},
        ETH: {"5m": ["01:00", "01:05", "02:00", "02:05"], "1h": []},
    }


@pytest.mark.parametrize("first", ["01:00", "01:05", "00:30"])
def test_candles_that_freqai_appends_are_left_to_it(first) -> None:
    stored = {ETH: {"5m": candles("01:00", 2)}}
    assert joined(stored, {ETH: {"5m": candles(first, 12)}}) == {ETH: {"5m": ["01:00", "01:05"]}}


def test_joined_candles_are_numbered_from_the_first() -> None:
    history = {ETH: {"5m": candles("01:00", 2), "1h": NONE}}
    join_new_candles(history, lambda pair, timeframe: candles("03:00", 4).iloc[2:])
    assert [frame.index.tolist() for frame in history[ETH].values()] == [[0, 1, 2, 3], [0, 1]]


def test_every_pair_and_timeframe_without_a_candle_is_named() -> None:
    known = {(BTC, "5m"): candles("01:00", 1), (ETH, "5m"): candles("01:00", 1), (ETH, "1h"): NONE}
    known |= {(BTC, "1h"): candles("01:00", 1), (SOL, "5m"): NONE, (SOL, "1h"): NONE}
    found = without_candles([BTC, ETH, SOL], ["5m", "1h"], lambda pair, timeframe: known[pair, timeframe])
    assert found == ["ETH/USDT 1h", "SOL/USDT 5m", "SOL/USDT 1h"]


@pytest.fixture
def training(freqai_run, monkeypatch):
    """Which pairs a live training of the shipped strategy can learn from; its hooks raise for some."""

    def asked(absent: dict[str, str], failing: dict[str, Exception] | None = None) -> list[str]:
        run = freqai_run()
        frames = {timeframe: run.strategy.dp.get_pair_dataframe(BTC, timeframe) for timeframe in ("5m", "1h")}
        history = {
            pair: {
                timeframe: frame.iloc[:0] if timeframe == absent.get(pair) else frame
                for timeframe, frame in frames.items()
            }
            for pair in (BTC, ETH, SOL)
        }
        original = type(run.strategy).feature_engineering_expand_basic

        def planted(self, dataframe, metadata, **kwargs):
            if error := (failing or {}).get(metadata["pair"]):
                raise error
            return original(self, dataframe, metadata, **kwargs)

        monkeypatch.setattr(type(run.strategy), "feature_engineering_expand_basic", planted)
        run.config["freqai"]["feature_parameters"]["include_corr_pairlist"] = []
        glue = run.strategy.freqai
        market = Market(run.strategy, run.config, glue.settings, glue.label, lambda p, tf: history[p][tf])
        return learnable_pairs(market, [BTC, ETH, SOL], history)

    return asked


def test_a_training_goes_on_with_the_pairs_that_can_be_computed(training, caplog) -> None:
    assert training({BTC: "1h"}, {ETH: KeyError("planted")}) == [SOL]
    assert "BTC/USDT: left out of training: no 1h candles" in caplog.text
    assert "ETH/USDT: left out of training: KeyError: 'planted' (test_live_history.py, line" in caplog.text


def test_without_any_pair_it_is_refused_with_every_reason(training) -> None:
    with pytest.raises(
        OperationalException, match=r"(?s)BTC/USDT: no 5m.*ETH/USDT: no 1h.*SOL/USDT: KeyError"
    ):
        training({BTC: "5m", ETH: "1h"}, {SOL: KeyError("planted")})


def test_settings_that_no_pair_can_be_computed_with_are_said_as_they_are(training) -> None:
    with pytest.raises(OperationalException, match=r"^of the settings$"):
        training({}, {ETH: OperationalException("of the settings")})
