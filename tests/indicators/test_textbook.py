"""Values from textbooks and values small enough to compute by hand."""

import numpy as np
import pytest

from auriga import indicators as ind

# StockCharts' ChartSchool, "Relative Strength Index (RSI)": 33 closes and the published 14-day RSI.
CHARTSCHOOL_CLOSES = """
    44.3389 44.0902 44.1497 43.6124 44.3278 44.8264 45.0955 45.4245 45.8433 46.0826 45.8931
    46.0328 45.6140 46.2820 46.2820 46.0028 46.0328 46.4116 46.2222 45.6439 46.2122 46.2521
    45.7137 46.4515 45.7835 45.3548 44.0288 44.1783 44.2181 44.5672 43.4205 42.6628 43.1314
"""
CHARTSCHOOL_RSI = """
    70.53 66.32 66.55 69.41 66.36 57.97 62.93 63.26 56.06 62.38 54.71 50.42 39.99 41.46 41.87
    45.46 37.30 33.08 37.77
"""


def known(series) -> list[float]:
    return series.dropna().tolist()


def test_rsi_of_the_worked_example(frame) -> None:
    closes = np.array(CHARTSCHOOL_CLOSES.split(), dtype=float)
    expected = np.array(CHARTSCHOOL_RSI.split(), dtype=float)
    np.testing.assert_allclose(known(ind.rsi(frame(closes), period=14)), expected, atol=0.006)


def test_rsi_of_one_sided_markets(frame) -> None:
    assert known(ind.rsi(frame([1, 2, 3, 4, 5]), period=2)) == [100.0, 100.0, 100.0]
    assert known(ind.rsi(frame([5, 4, 3, 2, 1]), period=2)) == [0.0, 0.0, 0.0]


def test_averages(frame) -> None:
    assert known(ind.sma(frame([1, 2, 3, 6]), period=3)) == pytest.approx([2.0, 11 / 3])
    # Seed (1 + 2 + 3) / 3, then weight 2 / (3 + 1): 2 + (6 - 2) / 2, 4 + (8 - 4) / 2.
    assert known(ind.ema(frame([1, 2, 3, 6, 8]), period=3)) == pytest.approx([2.0, 4.0, 6.0])
    assert known(ind.sma_distance(frame([1, 2, 3, 6]), period=3)) == pytest.approx([0.5, 7 / 11])
    assert known(ind.ema_distance(frame([1, 2, 3, 6, 8]), period=3)) == pytest.approx([0.5, 0.5, 1 / 3])


def test_macd_histogram_of_a_straight_line_is_zero(frame) -> None:
    # Both averages lag a straight line by a constant, so the MACD line is constant and equals its signal.
    histogram = known(ind.macd_histogram(frame(np.arange(10.0, 40.0)), fast=3, slow=6, signal=4))
    assert histogram == pytest.approx([0.0] * len(histogram), abs=1e-9)


def test_bollinger(frame) -> None:
    # 2 4 4 4 5 5 7 9: mean 5 and population standard deviation 2, so the bands are 1 and 9.
    candles = frame([2, 4, 4, 4, 5, 5, 7, 9])
    assert known(ind.bollinger_position(candles, period=8)) == pytest.approx([1.0])
    assert known(ind.bollinger_width(candles, period=8)) == pytest.approx([8 / 5])


def test_atr(frame) -> None:
    # True ranges from the second candle on: 4, 3, 5 (gap up from 9), 6; Wilder's average starts with
    # their mean over three, then (2 * 4 + 6) / 3.
    candles = frame([8, 10, 9, 13, 9], high=[9, 12, 11, 14, 13], low=[7, 8, 8, 10, 7])
    assert known(ind.atr(candles, period=3)) == pytest.approx([4.0, 14 / 3])
    assert known(ind.natr(candles, period=3)) == pytest.approx([4 / 13, 14 / 27])


def test_directional_movement_of_a_pure_trend(frame) -> None:
    up = np.arange(10.0, 40.0)
    rising, falling = frame(up, high=up + 1, low=up - 1), frame(up[::-1], high=up[::-1] + 1, low=up[::-1] - 1)
    # Each candle: directional movement 1 to one side, true range 2.
    assert known(ind.trend_direction(rising, period=5)) == pytest.approx([50.0] * 25)
    assert known(ind.trend_direction(falling, period=5)) == pytest.approx([-50.0] * 25)
    assert known(ind.adx(rising, period=5)) == pytest.approx([100.0] * 21)


def test_efficiency_ratio(frame) -> None:
    # Path 2 + 1 + 3 = 6 and net move 4; then path 1 + 3 + 2 = 6 and net move 0.
    assert known(ind.efficiency_ratio(frame([10, 12, 11, 14, 12]), period=3)) == pytest.approx([4 / 6, 0.0])
    assert known(ind.efficiency_ratio(frame([0.1, 0.2, 0.3, 0.4]), period=3)) == [1.0]


def test_returns(frame) -> None:
    candles = frame([100, 110, 99])
    assert known(ind.roc(candles, period=1)) == pytest.approx([0.1, -0.1])
    assert known(ind.log_return(candles, period=2)) == pytest.approx([np.log(0.99)])


def test_rolling_std(frame) -> None:
    # Log returns 0.01 and 0.03: sample standard deviation sqrt(2 * 0.01**2).
    candles = frame(100 * np.exp([0.0, 0.01, 0.04]))
    assert known(ind.rolling_std(candles, period=2)) == pytest.approx([0.01 * np.sqrt(2)])


def test_money_flow_index(frame) -> None:
    # Flows 12 * 2 up, 11 * 4 down, 11 * 9 unchanged and therefore not counted.
    candles = frame([10, 12, 11, 11], volume=[5, 2, 4, 9])
    assert known(ind.mfi(candles, period=3)) == pytest.approx([100 * 24 / 68])


def test_cci(frame) -> None:
    # Mean 12, mean deviation (2 + 0 + 2) / 3, last price 2 above the mean.
    assert known(ind.cci(frame([10, 12, 14]), period=3)) == pytest.approx([2 / (0.015 * 4 / 3)])


def test_williams_r(frame) -> None:
    candles = frame([10, 11, 12], high=[11, 15, 13], low=[5, 10, 11])
    assert known(ind.williams_r(candles, period=3)) == pytest.approx([-30.0])


def test_vwap_distance(frame) -> None:
    # (10 * 1 + 20 * 3) / 4 = 17.5.
    assert known(ind.vwap_distance(frame([10, 20], volume=[1, 3]), period=2)) == pytest.approx(
        [20 / 17.5 - 1]
    )


def test_obv_slope(frame) -> None:
    # On-balance volume moves by + 2, - 3, 0 while 9 are traded.
    candles = frame([10, 11, 9, 9], volume=[7, 2, 3, 4])
    assert known(ind.obv_slope(candles, period=3)) == pytest.approx([-1 / 9])


def test_relative_volume(frame) -> None:
    assert known(ind.relative_volume(frame([1, 1, 1], volume=[1, 2, 6]), period=3)) == [2.0]


def test_volume_zscore(frame) -> None:
    # Relative volumes 1.5 and 0.5, whose log1p are the two points of the sample: +- 1 / sqrt(2).
    candles = frame([1, 1, 1], volume=[1, 3, 1])
    assert known(ind.volume_zscore(candles, period=2)) == pytest.approx([-1 / np.sqrt(2)])
