"""Regime bands are what Freqtrade accepts, and say what the regime column says."""

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.ft_types.plot_annotation_type import AnnotationTypeTA
from hypothesis import given, settings
from hypothesis import strategies as st

from auriga.columns import (
    EXPECTED_BP,
    LONG_THRESHOLD,
    REASON,
    REGIME,
    RETURN,
    SHORT_THRESHOLD,
    VOLATILITY,
)
from auriga.host.signals import plot_config, regime_bands
from auriga.settings import parse_settings
from auriga.typing import Regime


def frame_of(regimes) -> pd.DataFrame:
    dates = pd.date_range("2025-01-01", periods=len(regimes), freq="5min", tz="UTC")
    return pd.DataFrame({"date": dates, REGIME: np.array(regimes, dtype=np.int8)})


def test_one_band_a_stretch_to_the_close_of_its_last_candle() -> None:
    bands: Any = regime_bands(frame_of([-2, 1, 1, 0, -2, -1]), "5m")
    assert [band["label"] for band in bands] == ["bull", "sideways", "bear"]
    spans = [(f"{band['start']:%H:%M}", f"{band['end']:%H:%M}") for band in bands]
    assert spans == [("00:05", "00:15"), ("00:15", "00:20"), ("00:25", "00:30")]
    assert len({band["color"] for band in bands}) == 3


def test_freqtrade_accepts_every_band() -> None:
    bands: Any = regime_bands(frame_of([1, 0, -1, -2, 1]), "5m")
    for band in bands:
        AnnotationTypeTA.validate_python(band, extra="forbid")
        assert band["start"].utcoffset().total_seconds() == 0


@pytest.mark.parametrize("regimes", [[], [-2, -2]])
def test_nothing_known_gives_no_band(regimes) -> None:
    assert regime_bands(frame_of(regimes), "5m") == []


@settings(max_examples=30)
@given(st.lists(st.sampled_from([int(regime) for regime in Regime]), max_size=40))
def test_bands_tell_the_regime_of_every_candle(regimes) -> None:
    frame = frame_of(regimes)
    before = frame.copy()
    told = pd.Series(int(Regime.UNKNOWN), index=frame.index)
    bands: Any = regime_bands(frame, "5m")
    for band in bands:
        inside = (frame["date"] >= band["start"]) & (frame["date"] < band["end"])
        assert (told[inside] == Regime.UNKNOWN).all()  # no two over one candle
        told[inside] = int(Regime[band["label"].upper()])
    assert told.tolist() == regimes
    pd.testing.assert_frame_equal(frame, before)


def test_a_thousand_candles_take_milliseconds() -> None:
    frame = frame_of(np.tile([1, 1, 0, -1, -1], 200))
    times = []
    for _ in range(5):
        started = time.perf_counter()
        assert len(regime_bands(frame, "5m")) == 600
        times.append(time.perf_counter() - started)
    assert min(times) < 0.5


@pytest.mark.parametrize(
    ("label", "columns"),
    [
        ({}, {"up", "down"}),
        ({"threshold": 1.0}, {"up", "down", "flat"}),
        ({"kind": "meta"}, {"right", "wrong"}),
        ({"kind": "return"}, set()),
    ],
)
def test_plots_are_those_of_the_label(label, columns) -> None:
    plots = plot_config(parse_settings({"label": label}))["subplots"]
    shown = set(plots["probability"])
    assert {LONG_THRESHOLD, SHORT_THRESHOLD} <= shown
    assert shown & {"up", "down", "flat", "right", "wrong"} == columns
    assert ("return" in plots) == (not columns) and (not columns or RETURN not in plots)


def test_rules_alone_draw_no_prediction_and_other_stakes_no_volatility() -> None:
    alone = plot_config(parse_settings({"signals": {"model": False}}))["subplots"]
    assert set(alone) == {REASON, "regime", "regime_age", "regime_confidence", VOLATILITY}
    assert set(alone["regime"]) == {REGIME}
    kelly = plot_config(parse_settings({"stake": {"rule": "kelly"}}))["subplots"]
    assert VOLATILITY not in kelly and EXPECTED_BP in kelly
