"""What is said of pairs before any feature is computed: by FreqAI's own windows, of candles on disk.

Every run ends where features begin; what a run does after that is in `test_pairs_left_out.py`.
"""

import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException
from tests.support.freqai_runs import TIMEFRAMES, FreqaiRun, deep_merge

from auriga.host.pairs._participants import PairLeftOutError, Participants

BTC, ETH = "BTC/USDT", "ETH/USDT"
Overlay = dict[str, Any]
HARD = {"regime": {"scheme": "hard"}}
"""Every pair has models of its own."""
CHART = {"runmode": RunMode.PLOT}


class Looked(BaseException):
    """All pairs were looked at: features would come next."""


def cut(first: str = "", last: str = "", *timeframes: str) -> Callable[[Path], None]:
    """Keep the candles of ETH from `first` on and before `last`."""

    def edit(folder: Path) -> None:
        for timeframe in timeframes or TIMEFRAMES:
            file = folder / f"ETH_USDT-{timeframe}.feather"
            frame = pd.read_feather(file)
            keep = (frame["date"] >= (first or "2000")) & (frame["date"] < (last or "2100"))
            frame[keep].reset_index(drop=True).to_feather(file)

    return edit


def nothing(*timeframes: str) -> Callable[[Path], None]:
    return cut("2030-01-01", "", *timeframes)


@pytest.fixture
def look(root, tmp_path, datadir, caplog, monkeypatch):
    """Predict BTC up to the first feature, where the candles of ETH are others; gives who takes part."""

    def stop(*args: object) -> None:
        raise Looked

    def run(
        edit=lambda folder: None, *overlays: dict[str, Any], pairs=(BTC, ETH), leaders=(BTC,)
    ) -> Participants:
        folder = tmp_path / "data"
        shutil.copytree(datadir, folder)
        edit(folder)
        overlay: dict[str, Any] = {
            "exchange": {"pair_whitelist": list(pairs)},
            "freqai": {"feature_parameters": {}},
        }
        overlay["freqai"]["feature_parameters"]["include_corr_pairlist"] = list(leaders)
        for more in overlays:
            overlay = deep_merge(overlay, more)
        made = FreqaiRun(root, tmp_path / "user_data", folder, overlay)
        made.config["runmode"] = overlay.get("runmode", RunMode.BACKTEST)
        caplog.set_level(logging.INFO)
        monkeypatch.setattr("auriga.host.rows._market.pair_features", stop)
        with pytest.raises(Looked):
            made.indicators(pairs[0])
        model: Any = made.strategy.freqai
        return model._run.participants

    return run


def keeping(*names: str) -> Overlay:
    return {"regime": {"features": {"keep": list(names)}}}


def told(caplog, pair: str = ETH) -> str:
    """Warnings of a pair."""
    found = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    return "\n".join(text for text in found if text.startswith(f"{pair}: "))


# --- who takes part ---------------------------------------------------------------------------------


def test_nothing_is_said_of_whole_pairs(look, caplog) -> None:
    who = look()
    assert who.learning == [BTC, ETH] and who.roll.unusable == {}
    assert told(caplog) == told(caplog, BTC) == ""


def test_a_pair_without_slow_candles_is_not_learned_from(look, caplog) -> None:
    who = look(nothing("1h"))
    assert who.learning == [BTC]
    assert re.search(r"no 1h candles of this history.*--timeframes 1h --timerange", told(caplog))


def test_models_of_all_pairs_learn_from_one_that_is_too_young_to_be_traded(look, caplog) -> None:
    who = look(cut("2024-02-25"))
    assert "so it is not traded" in told(caplog)
    assert who.learning == [BTC, ETH] and list(who.roll.unusable) == [ETH]
    who.call(ETH, *who_asks(who))  # and predict it, for whoever draws it


def test_models_of_its_own_do_not(look) -> None:
    who = look(cut("2024-02-25"), HARD)
    assert who.learning == [BTC] and list(who.roll.unusable) == [ETH]
    windows, learn_stop = who_asks(who)
    with pytest.raises(PairLeftOutError, match="so it is not traded"):
        who.call(ETH, windows, learn_stop)
    who.call(BTC, windows, learn_stop)


def who_asks(who: Participants) -> tuple[Any, int]:
    """Windows of the run, and the end of the last row that is learned from."""
    glue: Any = who._glue
    run = glue._run
    return run._windows, run._last_learn_stop


def test_a_chart_shows_what_shared_models_predict_of_a_young_pair(look, caplog) -> None:
    who = look(cut("2024-02-28"), CHART)
    assert "no model can be trained on it" not in told(caplog) and who.roll.unusable == {}
    who.call(ETH, *who_asks(who))


def test_a_pair_that_ends_within_the_first_window_is_traded_until_then(look, caplog) -> None:
    who = look(cut("", "2024-02-21"))
    assert "end on 2024-02-21; nothing is traded after that" in told(caplog)
    assert who.roll.unusable == {}


def test_a_pair_that_freqtrade_begins_with_in_the_second_window_is_traded(look, caplog) -> None:
    """Fourteen days and 240 candles after its first one, to the candle."""
    who = look(cut("2024-02-12 00:05"))
    assert "trades it from 2024-02-26 20:05 on only" in told(caplog) and who.roll.unusable == {}


def test_a_pair_that_ends_as_the_timerange_begins_is_not_traded(look, caplog) -> None:
    who = look(cut("", "2024-02-19"))
    assert "end on 2024-02-19, before the timerange" in told(caplog) and list(who.roll.unusable) == [ETH]


def test_a_pair_that_ends_a_candle_later_is(look, caplog) -> None:
    who = look(cut("", "2024-02-19 00:05", "5m"))
    assert "end on 2024-02-19 00:05; nothing is traded" in told(caplog) and who.roll.unusable == {}


def test_what_is_learned_ends_before_the_last_test(look, caplog) -> None:
    """With models of its own a pair that begins in the last test span can be drawn by none."""
    who = look(cut("2024-02-28"), HARD, CHART)
    assert "are in no training span (the last one ends on 2024-02-25 23:00)" in told(caplog)
    assert list(who.roll.unusable) == [ETH] and who.learning == [BTC]


def test_a_chart_is_drawn_of_a_pair_that_would_not_be_traded(look) -> None:
    assert list(look(cut("2024-02-28"), CHART, pairs=(ETH,)).roll.unusable) == [ETH]


def test_frozen_models_learn_from_nobody_and_miss_no_training(look) -> None:
    """Neither of a pair nor of a leading one; `None` is what their backtest asks with."""
    who = look(cut("2024-02-28"), HARD, CHART)
    windows, _ = who_asks(who)
    who._strategy.config["freqai"]["feature_parameters"]["include_corr_pairlist"] = [BTC, ETH]
    who.roll.require_usable(windows, None)
    assert who.roll.unusable == {}


def test_of_a_run_without_any_pair_all_are_named(look) -> None:
    pairs = (ETH, "NONE/USDT")
    words = "(?s)ETH/USDT: its 5m candles begin on 2024-02-25.*NONE/USDT: no 5m and no 1h candles"
    with pytest.raises(OperationalException, match=words):
        look(cut("2024-02-25"), pairs=pairs)


# --- leading pairs ----------------------------------------------------------------------------------

LEADING = {"pairs": (BTC,), "leaders": (BTC, ETH)}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (nothing("1h"), "no 1h candles"),
        (cut("2024-02-25 23:00", "", "5m"), "after the last training row"),
        (cut("2024-02-25 22:55", "", "5m"), ""),
        (cut("", "2024-02-19"), "before the timerange"),
        (cut("", "2024-02-19 01:00"), ""),
    ],
)
def test_a_leading_pair_that_nothing_can_be_computed_with_is_refused(look, edit, words) -> None:
    if not words:
        look(edit, **LEADING)
        return
    with pytest.raises(OperationalException, match=words):
        look(edit, **LEADING)


def test_of_a_leading_pair_kept_features_alone_are_asked_for(look, caplog) -> None:
    look(
        cut("", "2024-02-22", "1h"),
        keeping("momentum_rsi_14_own_1h", "momentum_rsi_14_ETH/USDT_5m"),
        **LEADING,
    )
    assert "leading pair ETH/USDT" not in caplog.text


def test_a_leading_pair_of_kept_features_is_told_when_it_ends(look, caplog) -> None:
    names = ("momentum_rsi_14_own_5m", "momentum_rsi_14_ETH/USDT_1h")
    look(cut("", "2024-02-22", "1h"), keeping(*names), **LEADING)
    assert "1h candles of the leading pair ETH/USDT end on 2024-02-22" in caplog.text


# --- spans ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "last", "words"),
    [
        ((), "1h", "its 1h candles end on 2024-02-22"),
        (("momentum_rsi_14_own_1h", "momentum_rsi_14_BTC/USDT_5m"), "1h", "its 1h candles end on 2024-02-22"),
        (("momentum_rsi_14_own_5m", "momentum_rsi_14_BTC/USDT_1h"), "1h", ""),
        (("momentum_rsi_14_own_1h",), "5m", "its 5m candles end on 2024-02-22"),
    ],
)
def test_a_pair_ends_with_the_first_timeframe_that_models_read(look, caplog, kept, last, words) -> None:
    look(cut("", "2024-02-22", last), *([keeping(*kept)] if kept else []))
    assert words in told(caplog) and (words or "candles end on" not in told(caplog))


def test_a_pair_begins_with_its_last_timeframe(look, caplog) -> None:
    look(cut("2024-02-10", "", "1h"))
    assert "its 1h candles begin on 2024-02-10, so earlier training days are not learned from" in told(caplog)


# --- remedies ---------------------------------------------------------------------------------------

GET = "freqtrade download-data .*--pairs ETH/USDT --timeframes 5m 1h"


def test_a_young_pair_is_to_be_traded_once_it_has_all_its_candles(look, caplog) -> None:
    """Freqtrade's start-up is longer than the training; what was not there cannot be downloaded."""
    look(cut("2024-02-10"))
    assert "start the timerange on 2024-02-25 or later, or shorten" in told(caplog)
    assert "download-data" not in told(caplog)


@pytest.mark.parametrize("timeframes", [("5m",), ("5m", "15m", "1h")], ids=["one", "all but the regime's"])
def test_a_pair_with_older_candles_is_to_be_downloaded(look, caplog, timeframes) -> None:
    """Training begins fourteen days before the timerange, and 240 hourly candles warm it up."""
    look(cut("2024-02-10", "", *timeframes))
    assert re.search(f"If it was listed earlier: {GET} --prepend --timerange 20240126-", told(caplog))


def test_newer_candles_are_asked_for_after_the_last_stored_one(look, caplog) -> None:
    look(cut("", "2024-02-19"))
    assert re.search(f"get them: {GET} --timerange 20240126-", told(caplog))
