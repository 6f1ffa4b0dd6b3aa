"""Volume profile: the exchange's own example, examples by hand and a reference in plain Python."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from auriga import indicators as ind
from auriga.errors import CandleError, ParameterError
from auriga.indicators._profile_kernel import BINS, spread_volume, value_area

# Chicago Board of Trade, "70% Value Area Calculation": volume at the prices 101 to 110. The volumes up to
# the area 105 to 108 hold 390 of 555.
CBOT_VOLUME = [10, 15, 20, 60, 70, 150, 90, 80, 50, 10]


def test_value_area_of_the_exchanges_example() -> None:
    control, lower, upper = value_area(np.array(CBOT_VOLUME, dtype=float))
    assert (101 + control, 101 + lower, 101 + upper) == (106, 105, 108)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ([0, 0, 9, 1], (2, 2, 2)),  # holds 70 % alone
        ([5, 1, 1, 5, 1], (3, 0, 4)),  # of two the nearer to the middle; 1 = 1 upwards, then down to the 5
        ([1, 4, 4, 1], (1, 1, 2)),  # as near as the other: the lower
        ([4, 0, 0, 0, 4], (0, 0, 4)),  # over a gap
        ([3, 3, 3], (1, 0, 2)),
        ([1], (0, 0, 0)),
    ],
)
def test_value_area_by_hand(profile, expected) -> None:
    assert value_area(np.array(profile, dtype=float)) == expected


def test_volume_is_spread_evenly_over_the_range() -> None:
    profile = np.zeros(4)
    spread_volume(profile, 0.5, 3.0, 10.0)
    np.testing.assert_allclose(profile, [2.0, 4.0, 4.0, 0.0])
    spread_volume(profile, 4.0, 4.0, 1.0)  # the upper edge belongs to the last bin
    np.testing.assert_allclose(profile, [2.0, 4.0, 4.0, 1.0])


def reference(candles: pd.DataFrame, period: int) -> list[tuple[float, float, float]]:
    """Another way to the same: the overlap of every candle with every bin, the area as a set of bins."""
    answers = []
    for t in range(period - 1, len(candles)):
        rows = candles.iloc[t - period + 1 : t + 1]
        edges = np.linspace(rows["low"].min(), rows["high"].max(), BINS + 1)
        profile = [
            sum(
                v * max(0.0, min(h, edges[b + 1]) - max(low, edges[b])) / (h - low)
                for low, h, v in zip(rows["low"], rows["high"], rows["volume"], strict=True)
            )
            for b in range(BINS)
        ]
        rounded = [round(v / sum(profile), 9) for v in profile]  # bins inside the same candles are equal
        control = min(range(BINS), key=lambda b: (-rounded[b], abs(2 * b - BINS + 1), b))
        area = {control}
        while sum(rounded[b] for b in area) < 0.7:
            around = [b for b in (min(area) - 1, max(area) + 1) if 0 <= b < BINS]
            area.add(max(around, key=lambda b: (rounded[b], b)))
        middle = (edges[control] + edges[control + 1]) / 2
        lower, upper = edges[min(area)], edges[max(area) + 1]
        close, spread = rows["close"].iloc[-1], edges[-1] - edges[0]
        answers.append(
            ((close - middle) / spread, (close - lower) / (upper - lower), (upper - lower) / spread)
        )
    return answers


@pytest.mark.parametrize("period", [2, 7, 30])
def test_profile_from_its_definition(walk, period) -> None:
    candles = walk.iloc[:150]
    expected = np.array(reference(candles, period))
    for series, column in zip(ind.ValueArea.rolling(candles, period=period), expected.T, strict=True):
        np.testing.assert_allclose(series.iloc[period - 1 :], column, atol=1e-7)


def test_profile_by_hand(frame) -> None:
    # Range 0 to 24: bins of height 1. Nearly everything trades between 4 and 6, the close is at 9.
    candles = frame([5, 24, 9], high=[6, 24.0, 9], low=[4, 24.0, 9], volume=[90, 1, 9])
    candles.loc[1, "low"] = 0.0
    area = ind.ValueArea.rolling(candles, period=3)
    # Equal bins 4 and 5 hold 45 each; 5 is the nearer to the middle, and 4 brings it to 90 of 100.
    assert area.control_distance.iloc[-1] == pytest.approx((9 - 5.5) / 24)
    assert area.position.iloc[-1] == pytest.approx((9 - 4) / 2)
    assert area.width.iloc[-1] == pytest.approx(2 / 24)


def test_three_indicators_are_the_parts_of_the_area(walk) -> None:
    area = ind.ValueArea.rolling(walk, period=20)
    single = (ind.point_of_control_distance, ind.value_area_position, ind.value_area_width)
    for series, function in zip(area, single, strict=True):
        pd.testing.assert_series_equal(series, function(walk, period=20), check_names=False)


def test_values_do_not_depend_on_where_the_series_starts(walk) -> None:
    whole, late = (ind.ValueArea.rolling(candles, period=20) for candles in (walk, walk.iloc[300:]))
    for series, part in zip(whole, late, strict=True):
        np.testing.assert_array_equal(series.iloc[319:], part.iloc[19:])


def test_values_stay_within_their_bounds(walk) -> None:
    wild = walk.assign(volume=walk["volume"] ** 4)
    area = ind.ValueArea.rolling(wild, period=14)
    assert area.control_distance.abs().max() <= 1.0
    assert area.position.dropna().between(1 - BINS, BINS).all()
    assert area.width.dropna().between(1 / BINS - 1e-12, 1.0).all()


def test_silent_and_still_periods_are_neutral_while_others_are_not(walk) -> None:
    silent = walk.assign(volume=walk["volume"].where(walk.index < 100, 0.0))
    area = ind.ValueArea.rolling(silent, period=10)
    assert {(d, p, w) for d, p, w in zip(*(s.iloc[109:] for s in area), strict=True)} == {(0.0, 0.5, 0.0)}
    assert (area.width.iloc[9:109] > 0).all()


def test_unsound_candles_do_no_harm(walk) -> None:
    # The compiled code does not check its indices: a hole must not become one.
    broken = walk.copy()
    broken.loc[50:60, ["high", "low"]] = np.nan
    broken.loc[70, "high"] = np.inf
    area = ind.ValueArea.rolling(broken, period=10)
    assert len(area.width) == len(walk)
    np.testing.assert_array_equal(
        area.width.iloc[-400:], ind.ValueArea.rolling(walk, period=10).width.iloc[-400:]
    )


def test_bad_input_is_refused(walk) -> None:
    with pytest.raises(ParameterError, match="period=1 is not a whole number from 2 to 100000"):
        ind.ValueArea.rolling(walk, period=1)
    with pytest.raises(CandleError, match="volume"):
        ind.ValueArea.rolling(walk.drop(columns="volume"))
    for candles in (walk.iloc[:0], walk.iloc[:5]):
        assert all(
            series.isna().all() and len(series) == len(candles) for series in ind.ValueArea.rolling(candles)
        )


def test_the_compiler_is_loaded_only_when_a_profile_is_asked_for() -> None:
    code = "import sys, auriga.features, auriga.indicators; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
