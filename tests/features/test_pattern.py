"""Candlestick patterns drawn by hand after Nison, and the counts of all of them."""

import numpy as np
import pandas as pd
import pytest
import talib

from auriga import features

(PART,) = (part for part in features.FEATURE_PARTS if part.group == "pattern")

Candle = tuple[float, float, float, float]

FALLING: list[Candle] = [
    (120 - 2 * row, 120.5 - 2 * row, 117.5 - 2 * row, 118 - 2 * row) for row in range(19)
]
FALLING.append((83.5, 84, 79.5, 80))
"""Falling candles with bodies of 2 and shadows of 0.5, then a long one from 83.5 to 80."""
RISING = [(200 - open_, 200 - low, 200 - high, 200 - close) for open_, high, low, close in FALLING]

PATTERNS: dict[str, list[Candle]] = {
    "pattern_doji": [(80, 81, 79, 80)],
    "pattern_engulfing": [(79.5, 84.5, 79, 84)],
    "pattern_hammer": [(79.6, 80, 77, 79.9)],
    "pattern_harami": [(80.5, 81, 80.4, 80.9)],
    "pattern_piercing": [(79, 82.7, 78.5, 82.5)],
    "pattern_star": [(79.5, 79.8, 79.2, 79.4), (80, 82.2, 79.8, 82)],
    "pattern_three": [(80, 82.1, 80, 82), (81, 84.1, 81, 84), (83, 86.1, 83, 86)],
}
"""Last candles (open, high, low, close) after the falling ones that speak for a rise."""


def candles_of(rows: list[Candle]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["open", "high", "low", "close"], dtype=float)
    dates = pd.date_range("2025-01-01", periods=len(rows), freq="5min", tz="UTC")
    return frame.assign(date=dates, volume=1.0)


def mirrored(rows: list[Candle]) -> list[Candle]:
    return [(200 - open_, 200 - low, 200 - high, 200 - close) for open_, high, low, close in rows]


@pytest.mark.parametrize("name", PATTERNS)
def test_drawn_pattern_is_seen_at_its_last_candle(name) -> None:
    frame = PART.compute(candles_of([*FALLING, *PATTERNS[name]]))
    assert frame[name].iloc[-1] == 1
    assert frame[name].iloc[14:19].eq(0).all()
    if name != "pattern_doji":
        assert frame["pattern_bullish"].iloc[-1] >= 1


@pytest.mark.parametrize("name", ["pattern_engulfing", "pattern_harami", "pattern_piercing", "pattern_star"])
def test_upside_down_it_speaks_for_a_fall(name) -> None:
    frame = PART.compute(candles_of([*RISING, *mirrored(PATTERNS[name])]))
    assert frame[name].iloc[-1] == -1
    assert frame["pattern_bearish"].iloc[-1] >= 1


def test_upper_shadow_at_either_end() -> None:
    # A small body with a long upper shadow: inverted hammer after a gap down, shooting star after a gap up.
    assert PART.compute(candles_of([*FALLING, (79.5, 82, 79.4, 79.7)]))["pattern_shooting"].iloc[-1] == 1
    assert PART.compute(candles_of([*RISING, (120.5, 123, 120.4, 120.3)]))["pattern_shooting"].iloc[-1] == -1


def test_hanging_man_and_crows() -> None:
    assert PART.compute(candles_of([*RISING, (120.3, 120.4, 117.5, 120.1)]))["pattern_hammer"].iloc[-1] == -1
    crows = [(121, 121, 118.9, 119), (120, 120, 116.9, 117), (118, 118, 114.9, 115)]
    assert PART.compute(candles_of([*RISING, *crows]))["pattern_three"].iloc[-1] == -1


def engulfs(before: pd.Series, candle: pd.Series) -> int:
    """Nison: two bodies of opposite colour, the second of which holds the first."""
    rises, rose = candle["close"] >= candle["open"], before["close"] >= before["open"]
    if rises == rose:
        return 0
    low, high = sorted((candle["open"], candle["close"]))
    inner_low, inner_high = sorted((before["open"], before["close"]))
    holds = (low < inner_low and high >= inner_high) or (low <= inner_low and high > inner_high)
    return (1 if rises else -1) if holds else 0


@pytest.fixture
def walk() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    path = np.round(100 + np.cumsum(rng.normal(0, 0.3, 601)), 2)
    wicks = np.round(rng.exponential(0.1, (2, 600)), 2)
    jump = np.round(rng.normal(0, 0.05, 600), 2)
    open_, close = path[:-1] + jump, path[1:]
    high, low = np.maximum(open_, close) + wicks[0], np.minimum(open_, close) - wicks[1]
    return candles_of(list(zip(open_, high, low, close, strict=True)))


def test_engulfing_against_its_definition(walk) -> None:
    seen = PART.compute(walk)["pattern_engulfing"]
    expected = [engulfs(walk.iloc[row - 1], walk.iloc[row]) for row in range(14, len(walk))]
    assert seen.iloc[14:].tolist() == expected
    assert {-1, 0, 1} == set(expected)


def test_counts_are_those_of_all_patterns_with_a_side(walk) -> None:
    frame = PART.compute(walk)
    names = [name for name in talib.get_functions() if name.startswith("CDL")]
    assert len(names) == 61
    neither = "DOJI DRAGONFLYDOJI GRAVESTONEDOJI HIGHWAVE LONGLEGGEDDOJI RICKSHAWMAN SHORTLINE SPINNINGTOP"
    sided = set(names) - {f"CDL{name}" for name in neither.split()}
    prices = [walk[name].to_numpy() for name in ("open", "high", "low", "close")]
    answers = np.array([getattr(talib, name)(*prices) for name in sorted(sided)])
    np.testing.assert_array_equal(frame["pattern_bullish"][14:], (answers > 0).sum(axis=0)[14:])
    np.testing.assert_array_equal(frame["pattern_bearish"][14:], (answers < 0).sum(axis=0)[14:])
    assert frame["pattern_bullish"].max() >= 3


def test_price_level_is_not_seen(walk) -> None:
    for factor in (2.0**-30, 2.0**20):
        other = walk.assign(**{name: walk[name] * factor for name in ("open", "high", "low", "close")})
        pd.testing.assert_frame_equal(PART.compute(other), PART.compute(walk))


def test_rows_before_every_pattern_can_be_told_are_missing(walk) -> None:
    frame = PART.compute(walk)
    assert frame.iloc[:14].isna().all(axis=None)
    assert frame.iloc[14:].notna().all(axis=None)
