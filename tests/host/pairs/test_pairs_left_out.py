"""A pair that is young, has ended, pauses or lacks candles is named and ends the backtest of no other pair.

All of it goes through Freqtrade's own `Backtesting`; only the files of one pair are changed.
"""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.freqai_runs import TIMEFRAMES, FreqaiRun

from auriga.columns import DO_PREDICT
from auriga.host.reload import StockBacktest, stock_backtest
from auriga.host.rows import pair_features
from rig import EVERY_PREDICTION, merged

START = pd.Timestamp("2024-02-19", tz="UTC")
OTHER = "ETH/USDT"
Edit = Callable[[Path], None]


def file_of(folder: Path, timeframe: str) -> Path:
    return folder / f"ETH_USDT-{timeframe}.feather"


def cut(first: str = "", last: str = "", *timeframes: str) -> Edit:
    """Keep the candles from `first` on and before `last`."""

    def edit(folder: Path) -> None:
        for timeframe in timeframes or TIMEFRAMES:
            frame = pd.read_feather(file_of(folder, timeframe))
            keep = pd.Series(True, index=frame.index)
            keep &= (frame["date"] >= first) if first else True
            keep &= (frame["date"] < last) if last else True
            frame[keep].reset_index(drop=True).to_feather(file_of(folder, timeframe))

    return edit


def emptied(*timeframes: str) -> Edit:
    return cut("2030-01-01", "", *timeframes)


def removed(*timeframes: str) -> Edit:
    def edit(folder: Path) -> None:
        for timeframe in timeframes:
            file_of(folder, timeframe).unlink()

    return edit


def paused(folder: Path) -> None:
    """No candle from 10 to 22 February, in any timeframe."""
    for timeframe in TIMEFRAMES:
        frame = pd.read_feather(file_of(folder, timeframe))
        keep = (frame["date"] < "2024-02-10") | (frame["date"] >= "2024-02-22")
        frame[keep].reset_index(drop=True).to_feather(file_of(folder, timeframe))


@pytest.fixture
def backtest(root, tmp_path, datadir, caplog):
    """Run stock Backtesting of every prediction on a copy of the candles in which one pair is another."""

    def run(edit: Edit, trading: dict[str, Any] = EVERY_PREDICTION, **overlay) -> StockBacktest:
        folder = tmp_path / "data"
        shutil.copytree(datadir, folder)
        edit(folder)
        base = {
            "regime": trading,
            "freqai": {"feature_parameters": {"include_corr_pairlist": ["BTC/USDT"]}},
        }
        config = FreqaiRun(root, tmp_path / "user_data", folder, merged(base, overlay)).config
        caplog.set_level(logging.INFO)
        return stock_backtest(config, {})

    return run


def usable(run: StockBacktest, pair: str) -> pd.Series:
    """Dates whose prediction may be used."""
    frame = run.frames[pair]
    return frame["date"][(frame["date"] >= START) & (frame[DO_PREDICT] == 1)]


LISTED_LAST = ["BTC/USDT", OTHER]
LISTED_FIRST = [OTHER, "BTC/USDT"]


@pytest.mark.parametrize(
    ("edit", "pairs", "words"),
    [
        (cut("2024-02-25"), LISTED_LAST, "its 5m candles begin on 2024-02-25, and Freqtrade"),
        (cut("2024-02-25"), LISTED_FIRST, "its 5m candles begin on 2024-02-25, and Freqtrade"),
        (cut("2024-02-28"), LISTED_LAST, "the regime is never known in this timerange"),
        (cut("", "2024-02-15"), LISTED_LAST, "its 5m candles end on 2024-02-15, before the timerange"),
        (cut("", "2024-01-25"), LISTED_FIRST, "no 5m and no 1h candles of this history"),
        (removed("5m", "1h"), LISTED_LAST, "no 5m and no 1h candles of this history"),
        (removed("1h"), LISTED_FIRST, "no 1h candles of this history"),
        (emptied("1h"), LISTED_LAST, "no 1h candles of this history"),
        (emptied(*TIMEFRAMES), LISTED_LAST, "no 5m and no 1h candles of this history"),
        (removed("4h"), LISTED_LAST, "There are 0 4h candles"),
        (cut("2024-02-19 23:00", "2024-02-20"), LISTED_LAST, "its 5m candles begin on 2024-02-19 23:00"),
    ],
    ids=[
        "begins within", "begins within, first", "begins late", "ended", "ended before training, first",
        "slow candles alone", "lacks a timeframe, first", "empty timeframe", "empty", "no regime candles",
        "one hour",
    ],
)  # fmt: skip
def test_a_pair_that_cannot_be_traded_is_named_and_the_other_is_traded(
    backtest, caplog, edit, pairs, words
) -> None:
    run = backtest(edit, exchange={"pair_whitelist": pairs})
    assert words in caplog.text
    assert f"{OTHER}: " in caplog.text
    assert set(run.trades["pair"]) == {"BTC/USDT"}
    assert len(usable(run, "BTC/USDT")) == 14 * 288 + 1


def test_a_pair_without_a_model_is_still_held_by_its_regime(backtest, caplog) -> None:
    """A model that times only says when: without one, an entry has waited as long as it may."""
    patient = {"signals": {"role": "time", "entry_patience_candles": 12}}
    run = backtest(removed("1h"), trading=patient, exchange={"pair_whitelist": LISTED_LAST})
    assert "no 1h candles of this history" in caplog.text
    assert usable(run, OTHER).empty
    own = run.trades[run.trades["pair"] == OTHER]
    assert set(own["enter_tag"]) == {"bull_long"}
    bull = run.frames[OTHER].set_index("date")["regime"] == 1
    candle = pd.Timedelta("5min")
    assert all(bull[at - 13 * candle : at - candle].all() for at in own["open_date"])


@pytest.mark.parametrize(
    ("edit", "last", "words"),
    [
        (cut("2024-02-10"), "2024-03-04 00:00", "trades it from 2024-02-24 20:00 on only"),
        (cut("", "2024-02-25"), "2024-02-24 23:55", "its 5m candles end on 2024-02-25; nothing is traded"),
        (cut("", "2024-02-22", "1h"), "2024-02-22 00:50", "its 1h candles end on 2024-02-22"),
    ],
    ids=["begins in training", "ends within", "slow candles end within"],
)
def test_what_there_is_of_a_pair_is_traded(backtest, caplog, edit, last, words) -> None:
    run = backtest(edit, exchange={"pair_whitelist": LISTED_LAST})
    assert words in caplog.text
    assert usable(run, OTHER).iloc[-1] == pd.Timestamp(last, tz="UTC")
    assert set(run.trades["pair"]) == set(LISTED_LAST)


def test_nothing_is_learned_from_a_pause(backtest, caplog) -> None:
    """Silent candles never rise: learned from, they would call a fall everywhere."""
    run = backtest(paused, exchange={"pair_whitelist": LISTED_LAST})
    # Nine days of the first window without the horizon at its end, and the candle before them.
    left_out = f"rows left out of ETH/USDT: 1 without a label, {9 * 288 - 12} without volume"
    assert left_out in caplog.text
    assert set(run.trades["pair"]) == set(LISTED_LAST)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (cut("2024-02-25"), "its 5m candles begin on 2024-02-25, and Freqtrade backtests a pair only after"),
        (cut("", "2024-02-15"), "its 5m candles end on 2024-02-15, before the timerange"),
        (removed("1h"), "no 1h candles of this history"),
    ],
)
def test_a_pair_of_its_own_models_is_not_trained_for_nothing(backtest, caplog, edit, words) -> None:
    run = backtest(edit, exchange={"pair_whitelist": LISTED_LAST}, regime={"scheme": "hard"})
    assert words in caplog.text
    assert "BTC/USDT: training 2 windows" in caplog.text
    assert "ETH/USDT: training" not in caplog.text
    assert set(run.trades["pair"]) == {"BTC/USDT"}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (cut("2024-02-25"), "(?s)No pair of.*start the timerange on 2024-03-11 or later"),
        (cut("", "2024-02-15"), "(?s)No pair of.*end on 2024-02-15.*--pairs ETH/USDT --timeframes 5m 1h"),
        (removed("4h"), "(?s)No pair of.*--timeframes 4h --prepend --timerange 20240129-"),
    ],
)  # fmt: skip
def test_a_run_without_any_pair_is_refused_before_features(backtest, monkeypatch, edit, words) -> None:
    monkeypatch.setattr("auriga.host.rows._market.pair_features", _not_wanted)
    with pytest.raises(OperationalException, match=words):
        backtest(edit, exchange={"pair_whitelist": [OTHER]})


LEADING = {"feature_parameters": {"include_corr_pairlist": ["BTC/USDT", OTHER]}}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (removed(*TIMEFRAMES), "no 5m and no 1h candles.*pairlist names it.*--pairs ETH/USDT"),
        (removed("1h"), "no 1h candles.*pairlist names it.*--pairs ETH/USDT --timeframes 1h"),
        (cut("2024-02-26 18:00"), "ETH/USDT begin on 2024-02-26 18:00, after the last training"),
        (cut("", "2024-02-15"), "ETH/USDT end on 2024-02-15, before.*--pairs ETH/USDT"),
    ],
    ids=["missing", "lacks a timeframe", "too young", "ended"],
)  # fmt: skip
def test_a_leading_pair_without_candles_is_refused_before_features(
    backtest, monkeypatch, edit, words
) -> None:
    monkeypatch.setattr("auriga.host.rows._market.pair_features", _not_wanted)
    with pytest.raises(OperationalException, match=words):
        backtest(edit, exchange={"pair_whitelist": ["BTC/USDT"]}, freqai=LEADING)


@pytest.mark.parametrize(
    ("edit", "last", "words"),
    [
        (cut("2024-02-10"), "2024-03-04 00:00", "ETH/USDT begin on 2024-02-10: no row before that"),
        (cut("", "2024-02-28"), "2024-02-27 23:55", "5m candles of the leading pair ETH/USDT end"),
        (cut("", "2024-02-28", "1h"), "2024-02-28 00:50", "1h candles of the leading pair ETH/USDT end"),
    ],
)  # fmt: skip
def test_nothing_is_predicted_from_old_candles_of_a_leading_pair(backtest, caplog, edit, last, words) -> None:
    run = backtest(edit, exchange={"pair_whitelist": ["BTC/USDT"]}, freqai=LEADING)
    assert words in caplog.text
    assert usable(run, "BTC/USDT").iloc[-1] == pd.Timestamp(last, tz="UTC")


def test_what_a_hook_raises_for_one_pair_leaves_that_pair_out(backtest, caplog, monkeypatch) -> None:
    original = pair_features

    def failing(strategy, pair, *args):
        if pair == OTHER:
            raise ZeroDivisionError("planted")
        return original(strategy, pair, *args)

    monkeypatch.setattr("auriga.host.rows._market.pair_features", failing)
    run = backtest(lambda folder: None, exchange={"pair_whitelist": LISTED_FIRST})
    assert "ETH/USDT: left out, its rows get do_predict 0: ZeroDivisionError: planted" in caplog.text
    assert set(run.trades["pair"]) == {"BTC/USDT"}
    assert usable(run, OTHER).empty


def _not_wanted(*args, **kwargs):
    raise AssertionError("features were computed")
