"""The zigzag by hand, against a search without memory, and against its own later self."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from auriga import indicators as ind


def staircase(turns: Sequence[int], make) -> pd.DataFrame:
    """Closes that move by one from turn to turn; each true range is 1.5, so the ATR is 1.5 throughout."""
    path = [turns[0]]
    for turn in turns[1:]:
        step = 1 if turn > path[-1] else -1
        path += list(range(path[-1] + step, turn + step, step))
    close = np.array(path, dtype=float)
    return make(close, high=close + 0.5, low=close - 0.5)


def test_a_rise_and_a_fall_by_hand(frame) -> None:
    # Closes 100..106 (rows 0 to 6), 105..100 (rows 7 to 12). Threshold 2 x 1.5 = 3, from row 2 on.
    candles = staircase([100, 106, 100], frame)
    options = {"multiple": 2, "atr_period": 2}
    direction = ind.zigzag_direction(candles, **options).tolist()
    # The lowest low from row 2 on is 101.5; the high of row 5 is 105.5, the first that is more than 3 above.
    # The top is 106.5 in row 6; the low of row 9 is 102.5, the first that is more than 3 below.
    assert direction[2:] == [0, 0, 0, 1, 1, 1, 1, -1, -1, -1, -1]
    swing = ind.zigzag_swing(candles, **options)
    np.testing.assert_allclose(
        swing[2:], [0, 0, 0, *(np.array([4, 5, 5, 5, -4, -5, -6, -7]) / 1.5)], rtol=1e-9
    )
    age = ind.zigzag_age(candles, **options).tolist()
    assert age[2:] == [200, 200, 200, 3, 4, 5, 6, 3, 4, 5, 6]


def test_five_waves_up_and_three_down_are_counted(frame) -> None:
    candles = staircase([100, 110, 105, 120, 112, 130, 118, 124, 108, 116, 100, 106], frame)
    waves = ind.zigzag_waves(candles, multiple=2, atr_period=2)
    steps = waves[waves.diff() != 0].dropna().tolist()
    # Low 105 above 100 (no pivot but the start of the data), high 120 above 110, low 112, high 130, low 118,
    # then the high 124 is below 130, low 108 below 118, high 116 below 124 and low 100 below 108.
    assert steps == [0, 1, 2, 3, 4, 5, -1, -2, -3, -4]


def reference(candles: pd.DataFrame, multiple: int, atr_period: int) -> list[tuple[int, int, int]]:
    """Every swing as (row where it is known, row of its pivot, direction), found by searching anew."""
    high, low = candles["high"].to_numpy(), candles["low"].to_numpy()
    threshold = multiple * ind.atr(candles, period=atr_period).to_numpy()
    found: list[tuple[int, int, int]] = []
    for t in range(atr_period, len(candles)):
        top = atr_period + int(high[atr_period : t + 1].argmax())
        bottom = atr_period + int(low[atr_period : t + 1].argmin())
        if top != bottom and high[top] - low[bottom] > threshold[t]:
            found.append((t, min(top, bottom), 1 if top > bottom else -1))
            extreme = max(top, bottom)
            break
    while True:
        known_at, _, way = found[-1]
        ahead, behind = (high, low) if way > 0 else (-low, -high)
        for t in range(known_at + 1, len(candles)):
            row = extreme + int(ahead[extreme : t + 1].argmax())
            if row < t and ahead[row] - behind[t] > threshold[t]:
                found.append((t, row, -way))
                extreme = row + 1 + int(behind[row + 1 : t + 1].argmin())
                break
        else:
            return found


@pytest.mark.parametrize(("multiple", "atr_period"), [(1, 14), (2, 14), (3, 14), (4, 5), (3, 40)])
def test_against_a_search_without_memory(walk, multiple, atr_period) -> None:
    found = reference(walk, multiple, atr_period)
    assert len(found) > 10
    direction, age = np.zeros(len(walk)), np.full(len(walk), 200.0)
    for known_at, row, way in found:
        direction[known_at:] = way
        age[known_at:] = np.minimum(np.arange(known_at, len(walk)) - row, 200)
    options = {"multiple": multiple, "atr_period": atr_period}
    np.testing.assert_array_equal(ind.zigzag_direction(walk, **options)[atr_period:], direction[atr_period:])
    np.testing.assert_array_equal(ind.zigzag_age(walk, **options)[atr_period:], age[atr_period:])


def test_swing_and_waves_of_the_swings_found(walk) -> None:
    found = reference(walk, 2, 14)
    atr, high, low = ind.atr(walk, period=14), walk["high"], walk["low"]
    swing, waves = ind.zigzag_swing(walk, multiple=2), ind.zigzag_waves(walk, multiple=2)
    pivots = [low[row] if way > 0 else high[row] for _, row, way in found]
    count = 0
    for number, (known_at, row, way) in enumerate(found):
        until = found[number + 1][0] if number + 1 < len(found) else len(walk)
        if number >= 2:
            step = int(np.sign(pivots[number] - pivots[number - 2]))
            count = max(-9, min(9, count + step)) if count * step > 0 else step
        for t in range(known_at, until):
            since = slice(row + 1, t + 1)
            extreme = high[since].max() if way > 0 else low[since].min()
            assert swing[t] == pytest.approx((extreme - pivots[number]) / atr[t])
            assert waves[t] == count


def test_a_swing_is_never_taken_back(walk) -> None:
    """The usual zigzag moves its last pivots; here what was said at t is what is still said later."""
    whole = ind.zigzag_direction(walk)
    for rows in range(20, 600, 37):
        cut = ind.zigzag_direction(walk.iloc[:rows])
        np.testing.assert_array_equal(cut, whole[:rows])


def test_a_candle_cannot_extend_a_swing_and_end_it(frame) -> None:
    # Row 8 reaches a new high and falls far below: which came first is unknown, so the swing goes on.
    close = np.array([100.0, 101, 102, 103, 104, 105, 106, 107, 100, 100, 100])
    high, low = close + 0.5, close - 0.5
    high[8] = 120.0
    candles = frame(close, high=high, low=low)
    direction = ind.zigzag_direction(candles, multiple=1, atr_period=2)
    assert direction.tolist()[7:10] == [1, 1, -1]


def test_another_start_soon_gives_the_same_swings(frame) -> None:
    """Live, the series starts elsewhere than in a backtest."""
    rng = np.random.default_rng(3)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.003, 4000)))
    wicks = close * rng.exponential(0.002, (2, 4000))
    candles = frame(close, high=close + wicks[0], low=close - wicks[1])
    later = candles.iloc[1000:].reset_index(drop=True)
    for compute in (ind.zigzag_direction, ind.zigzag_age, ind.zigzag_waves):
        np.testing.assert_array_equal(compute(later)[240:], compute(candles)[1240:])
