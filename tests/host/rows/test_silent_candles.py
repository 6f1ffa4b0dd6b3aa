"""Candles on which nothing was traded, and closes that stay: neither teaches a direction."""

import logging
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.freqai_runs import write_candles

from auriga.columns import DIRECTION
from auriga.host.predictions._outcomes import label_outcomes
from auriga.host.rows._labels import add_label
from auriga.settings import CostSettings, LabelSettings

PAUSE = ("2024-02-05", "2024-02-12")


def paused(candles: pd.DataFrame, *, fill: bool) -> pd.DataFrame:
    """A week without trading: filled by the exchange, or absent from the download."""
    begin, end = (pd.Timestamp(day, tz="UTC") for day in PAUSE)
    inside: Any = candles["date"].between(begin, end, inclusive="left")
    if not fill:
        return candles[~inside].reset_index(drop=True)
    still = candles.copy()
    still.loc[inside, ["open", "high", "low", "close"]] = candles["close"][inside.idxmax() - 1]
    still.loc[inside, "volume"] = 0.0
    return still


@pytest.fixture(params=[True, False], ids=["filled", "absent"])
def with_pause(request, tmp_path, datadir):
    for pair in ("BTC/USDT", "ETH/USDT"):
        candles = pd.read_feather(datadir / f"{pair.replace('/', '_')}-5m.feather")
        write_candles(
            tmp_path / "data", pair, paused(candles, fill=request.param) if pair[0] == "E" else candles
        )
    return tmp_path / "data"


def test_pause_is_not_trained_on(freqai_run, with_pause, caplog) -> None:
    run = freqai_run(data=with_pause)
    with caplog.at_level(logging.INFO):
        run.indicators("ETH/USDT", run.strategy.dp.get_pair_dataframe("ETH/USDT", "5m"))
    rows = run.strategy.freqai._run.market.rows("ETH/USDT")
    first, last = (int(pd.Timestamp(day).timestamp() * 1000) for day in PAUSE)
    inside = (rows.features.times >= first) & (rows.features.times < last)
    assert inside.sum() == 7 * 288
    assert not rows.labelled[inside].any()
    assert rows.labelled[~inside].any()
    assert "2016 without volume" in caplog.text


def coarse(walk: pd.DataFrame) -> pd.DataFrame:
    """The same market in ticks of 0.5: about half of the closes stay for a candle."""
    prices = ["open", "high", "low", "close"]
    return walk.assign(**(walk[prices] * 2).round() / 2)


@pytest.mark.parametrize("kind", ["direction", "meta"])
def test_close_that_stays_teaches_neither_side(walk, kind) -> None:
    frame = coarse(walk).assign(regime=np.resize(np.repeat([1, -1], 20), len(walk)).astype(np.int8))
    label = LabelSettings(kind=kind, horizon=2, upper_atr=20.0, lower_atr=20.0)
    answer = add_label(frame, label)[DIRECTION]
    stays = (frame["close"].shift(-2) == frame["close"]) & frame.index.to_series().between(14, len(walk) - 3)
    assert stays.mean() > 0.2
    assert answer[stays].isna().all()
    told = label_outcomes(frame, label, CostSettings())
    assert told["known"][stays].all()
    assert told["up"][stays].isna().all()
    moved = told["move"].where(told["move"] != 0).dropna()
    assert told["up"].mean() == pytest.approx((moved > 0).mean(), abs=0.03)


def test_return_of_nothing_is_no_fall(walk) -> None:
    frame = coarse(walk)
    told = label_outcomes(frame, LabelSettings(kind="return", horizon=2), CostSettings())
    stays = told["move"] == 0
    assert stays.mean() > 0.2
    assert told["up"][stays].isna().all()


def test_prices_that_mostly_stay_are_told(freqai_run, tmp_path, datadir, caplog) -> None:
    for pair in ("BTC/USDT", "ETH/USDT"):
        candles = pd.read_feather(datadir / f"{pair.replace('/', '_')}-5m.feather")
        prices = ["open", "high", "low", "close"]
        tick = candles["close"].mean() / (30 if pair[0] == "E" else 100_000)
        rounded: Any = np.maximum(1, (candles[prices] / tick).round()) * tick
        coarser = candles.assign(**rounded)
        write_candles(tmp_path / "data", pair, coarser)
    run = freqai_run(data=tmp_path / "data")
    run.indicators("BTC/USDT")
    told = [record.getMessage() for record in caplog.records if "coarse ticks" in record.getMessage()]
    assert len(told) == 1
    assert told[0].startswith("ETH/USDT: after 12 candles ")
    assert "regime.label.threshold" in told[0]
