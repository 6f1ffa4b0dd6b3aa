"""Fractals against Williams' definition, and known no earlier than it allows."""

import numpy as np
import pandas as pd
import pytest

from auriga import indicators as ind

HIGHS = [5, 6, 9, 7, 6, 6, 8, 8, 7, 6, 5, 7, 4, 3, 3, 3]
"""Three up fractals of two candles a side: the 9, the first of the two 8s and the last 7."""


def brute_force(values: list[float], period: int) -> list[int | None]:
    """Row of the newest fractal high that is known at each row, from the definition alone."""
    answer: list[int | None] = []
    for t in range(len(values)):
        known = [
            row
            for row in range(period, t - period + 1)
            if all(
                values[row] > values[row + side * step] for step in range(1, period + 1) for side in (-1, 1)
            )
        ]
        answer.append(known[-1] if known else None)
    return answer


def test_worked_example(frame) -> None:
    age = ind.up_fractal_age(frame(HIGHS, high=HIGHS), period=2)
    # The 9 of row 2 is known at row 4, the 8 of row 6 at row 8 and the 7 of row 11 at row 13.
    expected = [np.nan] * 4 + [2, 3, 4, 5, 2, 3, 4, 5, 6, 2, 3, 4]
    np.testing.assert_array_equal(age, expected)


def test_distance_is_the_close_from_the_fractal_in_true_ranges(frame) -> None:
    close = np.array(HIGHS) - 1.0
    candles = frame(close, high=HIGHS, low=close - 1.0)
    distance = ind.up_fractal_distance(candles, period=2, atr_period=3)
    atr = ind.atr(candles, period=3)
    assert distance[12] == pytest.approx((3.0 - 8.0) / atr[12])
    assert distance[15] == pytest.approx((2.0 - 7.0) / atr[15])


@pytest.mark.parametrize("period", [2, 3, 5])
def test_against_the_definition(walk, period) -> None:
    sides = (
        (walk["high"], walk["high"], ind.up_fractal_age, ind.up_fractal_distance),
        (-walk["low"], walk["low"], ind.down_fractal_age, ind.down_fractal_distance),
    )
    atr = ind.atr(walk, period=14)
    for values, prices, age, distance in sides:
        rows = brute_force(values.tolist(), period)
        ages = [200.0 if row is None else min(t - row, 200) for t, row in enumerate(rows)]
        away = [0.0 if row is None else walk["close"][t] - prices[row] for t, row in enumerate(rows)]
        np.testing.assert_array_equal(age(walk, period=period)[2 * period :], ages[2 * period :])
        np.testing.assert_allclose(
            distance(walk, period=period)[14:], (np.array(away) / atr)[14:], rtol=1e-9, atol=1e-12
        )
        assert sum(row is not None for row in rows) > 500


def test_a_fractal_counts_only_when_its_last_candle_has_closed(walk) -> None:
    age = ind.up_fractal_age(walk, period=3)
    fresh = np.flatnonzero(age == 3)
    assert len(fresh) > 20
    for row in fresh:
        around = walk["high"][row - 6 : row + 1]
        assert around.idxmax() == row - 3


def test_mirrored_prices_swap_the_sides(walk) -> None:
    mirrored = walk.assign(high=200.0 - walk["low"], low=200.0 - walk["high"], close=200.0 - walk["close"])
    pd.testing.assert_series_equal(
        ind.up_fractal_age(mirrored), ind.down_fractal_age(walk), check_names=False
    )


def test_before_the_first_fractal_and_long_after_the_last(frame) -> None:
    rising = frame(np.arange(100.0, 400.0))
    assert ind.up_fractal_age(rising).dropna().eq(200).all()
    assert ind.up_fractal_distance(rising).dropna().eq(0).all()
    peak = frame([10, 11, 12, 11, 10, *([10] * 300)])
    assert ind.up_fractal_age(peak).tolist()[4:7] == [2, 3, 4]
    assert ind.up_fractal_age(peak).max() == 200
    assert ind.up_fractal_distance(peak, atr_period=2).min() == -50
