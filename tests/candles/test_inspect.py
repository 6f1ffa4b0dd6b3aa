"""Each problem is named with its first timestamp and count; what cannot be used is refused."""

import numpy as np
import pandas as pd
import pytest

from auriga.candles import (
    Problem,
    inspect_candles,
    resample_candles,
    timeframe_minutes,
    validate_candles,
)
from auriga.errors import CandleError, ParameterError


def problems(candles: pd.DataFrame) -> dict[Problem, tuple[int, str]]:
    report = inspect_candles(candles, "5m")
    return {f.problem: (f.count, f"{f.first_at:%H:%M}") for f in report.findings}


def test_sound_candles_have_no_findings(walk) -> None:
    report = validate_candles(walk, "5m")
    assert report.usable
    assert report.findings == ()
    assert str(report) == "600 candles, no problem"


def test_hole_counts_missing_candles_from_the_first_missing_one(walk) -> None:
    assert problems(walk.drop(index=[3, 4, 9])) == {Problem.MISSING: (3, "00:15")}


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("close", np.nan, Problem.NAN),
        ("high", np.inf, Problem.NAN),
        ("volume", -1.0, Problem.NEGATIVE_VOLUME),
        ("volume", 0.0, Problem.ZERO_VOLUME),
        ("high", 1e-3, Problem.CONTRADICTION),
        ("low", 1e6, Problem.CONTRADICTION),
        ("low", -5.0, Problem.NON_POSITIVE_PRICE),
    ],
)
def test_bad_value_is_found_where_it_is(walk, column, value, problem) -> None:
    walk.loc[[2, 5], column] = value
    assert problems(walk)[problem] == (2, "00:10")


def test_duplicates_and_disorder(walk) -> None:
    assert problems(walk.iloc[[0, 1, 1, 2]]) == {Problem.DUPLICATED: (1, "00:05")}
    assert problems(walk.iloc[[0, 2, 1, 3]]) == {Problem.UNSORTED: (1, "00:05")}


def test_holes_and_silence_are_tolerable_the_rest_is_not(walk) -> None:
    walk.loc[7, "volume"] = 0
    assert inspect_candles(walk.drop(index=3), "5m").usable
    walk.loc[8, "close"] = np.nan
    with pytest.raises(CandleError, match=r"BTC/USDT \(5m\) cannot be used: .*1 candle with NaN.*00:40"):
        validate_candles(walk, "5m", source="BTC/USDT")


def test_candles_of_a_faster_timeframe_are_not_usable(walk) -> None:
    """Such as a file under another's name: every slow candle would be counted many times."""
    report = inspect_candles(walk, "1h")
    assert [(found.problem, found.count) for found in report.findings] == [(Problem.TOO_CLOSE, 599)]
    assert not report.usable


def test_one_candle_is_not_candles(walk) -> None:
    assert str(inspect_candles(walk.iloc[:1], "5m")) == "1 candle, no problem"
    assert str(inspect_candles(walk.drop(index=1), "5m")).startswith("1 missing candle, first")


def test_text_and_candles_without_a_date_are_refused(walk) -> None:
    with pytest.raises(CandleError, match=r"open hold text instead of numbers"):
        inspect_candles(walk.assign(open=walk["open"].astype(str)), "5m")
    walk.loc[7, "date"] = pd.NaT
    with pytest.raises(CandleError, match="1 of 600 candles have no date"):
        inspect_candles(walk, "5m")


def test_no_candles_are_not_usable(walk) -> None:
    report = inspect_candles(walk.iloc[:0], "5m")
    assert not report.usable
    assert str(report) == "no candles at all"


def test_input_is_unchanged(walk) -> None:
    before = walk.copy()
    inspect_candles(walk, "5m")
    pd.testing.assert_frame_equal(walk, before)


def test_missing_column_and_local_time_are_refused(walk) -> None:
    with pytest.raises(CandleError, match="volume"):
        inspect_candles(walk.drop(columns="volume"), "5m")
    with pytest.raises(CandleError, match="utc=True"):
        inspect_candles(walk.assign(date=walk["date"].dt.tz_localize(None)), "5m")
    with pytest.raises(CandleError, match="utc=True"):
        inspect_candles(walk.assign(date=walk["date"].dt.tz_convert("Asia/Tokyo")), "5m")


@pytest.mark.parametrize(
    ("column", "other", "factor"), [("high", "open", 0.999), ("high", "close", 0.999), ("low", "open", 1.001),
                                    ("low", "close", 1.001)],
)  # fmt: skip
def test_open_and_close_lie_within_the_range(walk, column, other, factor) -> None:
    walk[["open", "close"]] = 100.0
    walk[["high", "low"]] = 110.0, 90.0
    assert not inspect_candles(walk, "5m").findings
    walk.loc[7, other] = walk.loc[7, column] / factor
    (finding,) = inspect_candles(walk, "5m").findings
    assert (finding.problem, finding.count, finding.first_at) == (Problem.CONTRADICTION, 1, walk["date"][7])


@pytest.mark.parametrize("text", ["", "5", "m", "5x", "-5m", "0m", "1.5h"])
def test_bad_timeframe_is_refused(text) -> None:
    with pytest.raises(ParameterError, match="timeframe"):
        timeframe_minutes(text)


def test_resampling_aggregates_and_starts_at_midnight(walk) -> None:
    hourly = resample_candles(walk, "1h")
    first = walk.iloc[:12]
    assert hourly["date"].iloc[0] == walk["date"].iloc[0]
    assert hourly.iloc[0][["open", "high", "low", "close", "volume"]].tolist() == [
        first["open"].iloc[0],
        first["high"].max(),
        first["low"].min(),
        first["close"].iloc[-1],
        pytest.approx(first["volume"].sum()),
    ]
    assert validate_candles(resample_candles(walk.iloc[5:], "4h"), "4h").usable
