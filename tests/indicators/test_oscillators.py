"""Oscillators by hand, from their definitions in plain Python, and against TA-Lib."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import talib

from auriga import indicators as ind
from auriga.errors import ParameterError

PERIODS = (2, 7, 30)


def known(series) -> list[float]:
    return series.dropna().tolist()


def arrays(candles, *names):
    return [candles[name].to_numpy() for name in names]


def test_stochastic_by_hand(frame) -> None:
    # Places 100, 50, 75 within 10 to 12 all the time.
    candles = frame([11, 12, 11, 11.5], high=[12] * 4, low=[10] * 4)
    assert known(ind.stochastic(candles, period=2)) == pytest.approx([75.0])


@pytest.mark.parametrize("period", PERIODS)
def test_stochastic_against_ta_lib(walk, period) -> None:
    high, low, close = arrays(walk, "high", "low", "close")
    expected = talib.STOCHF(high, low, close, fastk_period=period, fastd_period=3)[1]
    np.testing.assert_allclose(ind.stochastic(walk, period=period), expected, atol=1e-9)


@pytest.mark.parametrize("period", PERIODS)
def test_stochastic_rsi_from_its_definition(walk, period) -> None:
    strength = ind.rsi(walk, period=period).tolist()
    for t in range(2 * period - 1, len(walk), 7):
        sample = strength[t - period + 1 : t + 1]
        expected = 100 * (sample[-1] - min(sample)) / (max(sample) - min(sample))
        assert ind.stochastic_rsi(walk, period=period).iloc[t] == pytest.approx(expected, abs=1e-9)


def test_stochastic_rsi_of_a_pause_is_neutral(frame) -> None:
    # The index remembers the rise before the pause, and then only rounding moves it.
    paused = ind.stochastic_rsi(frame([10, 11, 10.5, 12, 11.9, *[11.9] * 30]), period=4)
    assert paused.iloc[-20:].tolist() == [50.0] * 20


@pytest.mark.parametrize("period", PERIODS)
def test_aroon_from_its_definition(walk, period) -> None:
    high, low = walk["high"].tolist(), walk["low"].tolist()
    expected = []
    for t in range(period, len(walk)):
        since = range(period + 1)
        high_age = min(since, key=lambda age: (-high[t - age], age))
        low_age = min(since, key=lambda age: (low[t - age], age))
        expected.append(100 * (low_age - high_age) / period)
    assert known(ind.aroon_oscillator(walk, period=period)) == pytest.approx(expected)


def test_aroon_of_one_sided_markets(frame) -> None:
    assert known(ind.aroon_oscillator(frame([1, 2, 3, 4]), period=3)) == [100.0]
    assert known(ind.aroon_oscillator(frame([4, 3, 2, 1]), period=3)) == [-100.0]


def test_trix_of_steady_growth_is_the_growth(frame) -> None:
    # Every average of a geometric series grows by its factor once its start is forgotten.
    values = ind.trix(frame(100 * 1.01 ** np.arange(300.0)), period=5)
    assert values.iloc[-1] == pytest.approx(0.01)


@pytest.mark.parametrize("period", PERIODS)
def test_trix_from_its_definition(walk, period) -> None:
    smooth = walk["close"]
    for _ in range(3):
        smooth = smooth.ewm(span=period, adjust=False).mean()
    # Another start, the same values once it is forgotten.
    actual = ind.trix(walk, period=period).iloc[-50:]
    np.testing.assert_allclose(actual, smooth.pct_change().iloc[-50:], atol=1e-10)


def test_ppo(frame, walk) -> None:
    # Fast: 1.5, 2.5, 5.0 from its seed (1 + 2) / 2; slow: 2.0, 4.0.
    expected = [2.5 / 2.0 - 1, (2.5 + (6 - 2.5) * 2 / 3) / 4.0 - 1]
    assert known(ind.ppo(frame([1, 2, 3, 6]), fast=2, slow=3)) == pytest.approx(expected)
    exponential: Any = 1
    late = talib.PPO(walk["close"].to_numpy(), 12, 26, exponential)[-200:] / 100
    np.testing.assert_allclose(ind.ppo(walk).iloc[-200:], late, atol=1e-12)


def test_ultimate_oscillator_against_ta_lib(walk) -> None:
    high, low, close = arrays(walk, "high", "low", "close")
    expected = talib.ULTOSC(high, low, close, 7, 14, 28)
    np.testing.assert_allclose(ind.ultimate_oscillator(walk), expected, atol=1e-7)


def test_ultimate_oscillator_by_hand(frame) -> None:
    # True ranges 3 (up from 9), 2, 3 and 2 (up from 8), of which closes gain 2, 1, 0 and 2.
    candles = frame([9, 11, 11, 8, 10], high=[10, 12, 12, 11, 10], low=[8, 10, 10, 8, 9])
    expected = 100 * (4 * 2 / 5 + 2 * 3 / 7 + 5 / 10) / 7
    assert known(ind.ultimate_oscillator(candles, fast=2, middle=3, slow=4)) == pytest.approx([expected])


def test_ultimate_oscillator_forgets_a_walk_that_stands_still(walk) -> None:
    prices = ["open", "high", "low", "close"]
    still = walk.assign(**{name: walk[name].where(walk.index < 300, walk["close"][299]) for name in prices})
    assert (ind.ultimate_oscillator(still).iloc[330:] == 50.0).all()


def test_true_strength_of_one_sided_markets(frame) -> None:
    rising, falling = frame(np.arange(1.0, 60.0)), frame(np.arange(60.0, 1.0, -1.0))
    assert known(ind.true_strength(rising)) == pytest.approx([100.0] * 22)
    assert known(ind.true_strength(falling)) == pytest.approx([-100.0] * 22)


def test_true_strength_by_hand(frame) -> None:
    # Changes 2, -1, 3: averages of two 1/2 and 13/6 against 3/2 and 5/2, their averages 4/3 and 2.
    assert known(ind.true_strength(frame([1, 3, 2, 5]), slow=2, fast=2)) == pytest.approx([100 * 4 / 6])


def test_true_strength_from_its_definition(walk) -> None:
    def smoothed(values: pd.Series) -> pd.Series:
        return values.ewm(span=25, adjust=False).mean().ewm(span=13, adjust=False).mean()

    moves = walk["close"].diff().iloc[1:]
    expected = 100 * smoothed(moves) / smoothed(moves.abs())
    np.testing.assert_allclose(ind.true_strength(walk).iloc[-50:], expected.iloc[-50:], atol=1e-6)


def test_true_strength_remembers_through_a_pause(walk, frame) -> None:
    closes = walk["close"].tolist()[:100]
    paused = known(ind.true_strength(frame([*closes, *[closes[-1]] * 30])))
    np.testing.assert_allclose(np.sign(paused[-30:]), np.sign(paused[-31]))


def test_lengths_in_the_wrong_order_are_refused(walk) -> None:
    with pytest.raises(ParameterError, match="fast=26 must be below slow=26"):
        ind.ppo(walk, fast=26)
    with pytest.raises(ParameterError, match="fast=7, middle=28 and slow=28 must rise"):
        ind.ultimate_oscillator(walk, middle=28)
