"""Retracements: the published example of a rise from 10 to 15, and the levels one by one."""

import numpy as np
import pytest
from tests.indicators.test_zigzag import reference

from auriga import indicators as ind

OPTIONS = {"multiple": 2, "atr_period": 2}


def after_a_rise(frame, last: float):
    """A swing from 10 to 15 that is complete, and a close at `last`."""
    path = np.array([10.4, 10.2, 10.2, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 14.0, 13.0, 12.0, last])
    return frame(path)


def test_published_example(frame) -> None:
    # Investopedia, "Fibonacci Retracement Levels": from $10 to $15 the 23.6 % level is
    # $15 - ($5 x 0.236) = $13.82.
    assert ind.fibonacci_retracement(after_a_rise(frame, 13.82), **OPTIONS).iloc[-1] == pytest.approx(0.236)
    assert ind.fibonacci_distance(after_a_rise(frame, 13.82), **OPTIONS).iloc[-1] == pytest.approx(0.0)


@pytest.mark.parametrize("level", [13.82, 13.09, 12.5, 11.91, 11.07])
def test_every_level_is_there_and_signed(frame, level) -> None:
    for offset in (-0.1, 0.0, 0.1):
        candles = after_a_rise(frame, level + offset)
        atr = ind.atr(candles, period=2).iloc[-1]
        answer = ind.fibonacci_distance(candles, **OPTIONS).iloc[-1]
        assert answer == pytest.approx(offset / atr, abs=1e-9)


def test_a_fall_is_retraced_upwards(frame) -> None:
    path = np.array([14.6, 14.8, 14.8, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 11.0, 12.0, 13.09])
    assert ind.fibonacci_retracement(frame(path), **OPTIONS).iloc[-1] == pytest.approx(0.618)
    assert ind.fibonacci_distance(frame(path), **OPTIONS).iloc[-1] == pytest.approx(0.0, abs=1e-9)


def test_against_the_swings_of_the_search(walk) -> None:
    found = reference(walk, 3, 14)
    high, low, close = walk["high"], walk["low"], walk["close"]
    atr = ind.atr(walk, period=14)
    distance, retraced = ind.fibonacci_distance(walk), ind.fibonacci_retracement(walk)
    assert (distance[14 : found[1][0]] == 0).all()
    for number in range(1, len(found)):
        known_at, row, way = found[number]
        start = found[number - 1][1]
        begin, end = (high[start], low[row]) if way > 0 else (low[start], high[row])
        until = found[number + 1][0] if number + 1 < len(found) else len(walk)
        for t in range(known_at, until):
            levels = [end + share * (begin - end) for share in (0.236, 0.382, 0.5, 0.618, 0.786)]
            nearest = min(levels, key=lambda price: abs(close[t] - price))
            assert distance[t] == pytest.approx((close[t] - nearest) / atr[t], abs=1e-9)
            share = (close[t] - end) / (begin - end)
            assert retraced[t] == pytest.approx(min(max(share, -3), 3), abs=1e-9)
