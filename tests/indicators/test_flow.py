"""Volume flow by hand, against plain Python, against TA-Lib and against a published example."""

import math
import statistics

import numpy as np
import pandas as pd
import pytest
import talib

from auriga import indicators as ind
from auriga.errors import ParameterError

PERIODS = (2, 7, 30)


def known(series) -> list[float]:
    return series.dropna().tolist()


def test_volume_ema_ratio(frame) -> None:
    # Seed (1 + 2 + 3) / 3, then 2 + (6 - 2) / 2.
    assert known(ind.volume_ema_ratio(frame([1] * 4, volume=[1, 2, 3, 6]), period=3)) == pytest.approx(
        [1.5, 1.5]
    )


def test_volume_change_is_the_rate_of_change_on_another_scale(frame, walk) -> None:
    candles = frame([1] * 4, volume=[2, 4, 0, 0])
    assert known(ind.volume_change(candles, period=1)) == pytest.approx([1 / 3, -1.0, 0.0])
    roc = talib.ROC(walk["volume"].to_numpy(), 10) / 100
    np.testing.assert_allclose(ind.volume_change(walk, period=10), roc / (roc + 2), rtol=1e-9)


def test_spike_is_marked_and_fades(frame) -> None:
    # Mean volume before: 1, 1, 2.5, 3.5; only 4 is more than three times that.
    volume = [1, 1, 4, 3, 3]
    values = ind.volume_spike(frame([1] * 5, volume=volume), period=2)
    assert known(values) == pytest.approx([1.0, math.exp(-0.5), math.exp(-1.0)])
    just_not = ind.volume_spike(frame([1] * 5, volume=[1, 1, 3, 3, 3]), period=2)
    assert known(just_not) == [0.0, 0.0, 0.0]


def test_spike_after_silence_and_one_upon_another(frame) -> None:
    values = ind.volume_spike(frame([1] * 6, volume=[0, 0, 0, 1, 9, 0]), period=2)
    assert known(values) == pytest.approx([0.0, 1.0, 1.0, math.exp(-0.5)])


def brute_force_spike(volume: list[float], period: int) -> list[float]:
    marks = []
    for t in range(period, len(volume)):
        ages = [
            t - j for j in range(period, t + 1) if volume[j] > 3 * statistics.fmean(volume[j - period : j])
        ]
        marks.append(math.exp(-min(ages) / period) if ages else 0.0)
    return marks


@pytest.mark.parametrize("period", PERIODS)
def test_spike_from_its_definition(walk, period) -> None:
    expected = brute_force_spike(walk["volume"].tolist(), period)
    np.testing.assert_allclose(known(ind.volume_spike(walk, period=period)), expected, rtol=1e-9)
    assert 1.0 in expected


def test_session_vwap_starts_anew_at_midnight(frame) -> None:
    candles = frame([10, 20, 40, 10], volume=[1, 3, 2, 2])
    dates = ["2025-01-01 22:00", "2025-01-01 23:59", "2025-01-02 00:00", "2025-01-02 00:01"]
    candles["date"] = pd.to_datetime(dates, utc=True)
    # (10 + 60) / 4 = 17.5 on the first day, 40 and (80 + 20) / 4 = 25 on the second.
    expected = [0.0, 20 / 17.5 - 1, 0.0, 10 / 25 - 1]
    assert ind.session_vwap_distance(candles).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_session_vwap_against_one_day_at_a_time(walk, unit) -> None:
    candles = walk.assign(date=walk["date"].dt.as_unit(unit))
    actual = ind.session_vwap_distance(candles)
    typical = (walk["high"] + walk["low"] + walk["close"]) / 3
    for day in sorted(set(walk["date"].dt.date)):
        today = (walk["date"].dt.date == day).to_numpy()
        traded = np.cumsum((typical * walk["volume"])[today]) / np.cumsum(walk["volume"][today])
        np.testing.assert_allclose(actual[today], walk["close"][today] / traded - 1, atol=1e-12)


def test_session_without_trades_yet_is_neutral_and_no_session_sees_another(frame) -> None:
    candles = frame([10, 20, 40, 50], volume=[1e12, 0, 0, 1])
    candles["date"] = pd.to_datetime(["2025-01-01 23:00", *pd.date_range("2025-01-02", periods=3)], utc=True)
    assert ind.session_vwap_distance(candles).tolist() == [0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("period", PERIODS)
def test_range_volume_correlation_against_plain_python(walk, period) -> None:
    spread = [math.log(high / low) for high, low in zip(walk["high"], walk["low"], strict=True)]
    volume = walk["volume"].tolist()
    expected = [
        statistics.correlation(spread[t - period + 1 : t + 1], volume[t - period + 1 : t + 1])
        for t in range(period - 1, len(walk))
    ]
    actual = known(ind.range_volume_correlation(walk, period=period))
    np.testing.assert_allclose(actual, expected, atol=1e-7)


def test_range_volume_correlation_of_straight_lines(frame) -> None:
    spread = np.arange(1.0, 9.0)
    candles = frame(np.ones(8), high=np.exp(spread), volume=spread)
    assert known(ind.range_volume_correlation(candles, period=5)) == pytest.approx([1.0] * 4)
    opposite = candles.assign(volume=10.0 - spread)
    assert known(ind.range_volume_correlation(opposite, period=5)) == pytest.approx([-1.0] * 4)
    even = candles.assign(volume=0.3)
    assert known(ind.range_volume_correlation(even, period=5)) == [0.0] * 4


def test_chaikin_money_flow_by_hand(frame) -> None:
    # Close at the high, in the middle, a quarter above the low: 1 * 5 + 0 * 7 - 0.5 * 4 of 16.
    candles = frame([12, 11, 10.5], high=[12, 12, 12], low=[10, 10, 10], volume=[5, 7, 4])
    assert known(ind.chaikin_money_flow(candles, period=3)) == pytest.approx([3 / 16])


@pytest.mark.parametrize("period", PERIODS)
def test_money_flow_is_the_change_of_the_accumulation_line(walk, period) -> None:
    line = talib.AD(*(walk[name].to_numpy() for name in ("high", "low", "close", "volume")))
    moved = line - np.r_[np.full(period - 1, np.nan), 0.0, line[:-period]]
    expected = moved / walk["volume"].rolling(period).sum()
    np.testing.assert_allclose(ind.chaikin_money_flow(walk, period=period), expected, atol=1e-9)


# The example in the tests of github.com/cinar/indicator: Chaikin's oscillator (2, 5) to two digits.
RISING = np.arange(8.0)
PUBLISHED_OSCILLATOR = [0, -7.41, -18.52, -31.69, -46.09, -61.27, -76.95, -92.97]


def greatest_oscillator(volume: np.ndarray, fast: int, slow: int) -> np.ndarray:
    """The oscillator of a market in which every candle closes at its high."""
    line = pd.Series(np.cumsum(volume))
    return (line.ewm(span=fast, adjust=False).mean() - line.ewm(span=slow, adjust=False).mean()).to_numpy()


def test_chaikin_oscillator_of_the_published_example(frame) -> None:
    candles = frame(RISING + 5, high=RISING + 10, low=RISING + 1, volume=100 * (RISING + 1))
    share = ind.chaikin_oscillator(candles, fast=2, slow=5).to_numpy()
    greatest = greatest_oscillator(candles["volume"].to_numpy(), 2, 5)
    np.testing.assert_allclose((share * greatest)[4:], PUBLISHED_OSCILLATOR[4:], atol=0.006)


def test_chaikin_oscillator_against_ta_lib(walk) -> None:
    high, low, close, volume = (walk[name].to_numpy() for name in ("high", "low", "close", "volume"))
    expected = talib.ADOSC(high, low, close, volume, 3, 10)
    actual = ind.chaikin_oscillator(walk) * greatest_oscillator(volume, 3, 10)
    np.testing.assert_allclose(actual, expected, rtol=1e-7, atol=1e-7)


def test_chaikin_oscillator_is_one_where_every_candle_closes_at_its_high(frame) -> None:
    rising = np.arange(2.0, 32.0)
    candles = frame(rising, high=rising, low=rising - 1, volume=np.tile([1.0, 5.0, 3.0], 10))
    assert known(ind.chaikin_oscillator(candles)) == pytest.approx([1.0] * 21)


def test_chaikin_oscillator_keeps_its_precision_in_a_long_series(walk) -> None:
    # The line has become 1e12 times the volume that moves it now.
    late = walk.assign(volume=walk["volume"].where(walk.index > 400, walk["volume"] * 2.0**40))
    expected, actual = ind.chaikin_oscillator(walk), ind.chaikin_oscillator(late)
    np.testing.assert_allclose(actual.iloc[-20:], expected.iloc[-20:], rtol=1e-4, atol=1e-4)


def test_lengths_in_the_wrong_order_are_refused(walk) -> None:
    with pytest.raises(ParameterError, match="fast=10 must be below slow=10"):
        ind.chaikin_oscillator(walk, fast=10)


def test_an_outlier_leaves_no_residue(frame) -> None:
    volume = [1.0] * 30 + [1e12] + [0.0] * 40
    candles = frame(np.tile([10.0, 10.1], 36)[:71], high=[11.0] * 71, low=[9.0] * 71, volume=volume)
    for function in (ind.chaikin_money_flow, ind.range_volume_correlation):
        assert (function(candles, period=20).iloc[-10:] == 0.0).all()
