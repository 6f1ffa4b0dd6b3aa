"""First touches against tables made by hand and against a search of both barriers in plain Python."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga.labels import triple_barrier


def path(*candles: tuple[float, float, float, float]) -> pd.DataFrame:
    """Candles after a first one that stands at 100."""
    return pd.DataFrame([(100.0,) * 4, *candles], columns=["open", "high", "low", "close"])


def first_row(candles: pd.DataFrame, *, upper_atr: float = 2.0, lower_atr: float = 1.0) -> list[float]:
    """Label, candles until the touch and return of the first candle; an ATR is 1."""
    barriers = triple_barrier(
        candles,
        horizon=len(candles) - 1,
        atr=pd.Series(1.0, index=candles.index),
        upper_atr=upper_atr,
        lower_atr=lower_atr,
    )
    return barriers.iloc[0].round(12).tolist()


QUIET = (100.0, 100.5, 99.5, 100.2)

# Barriers at 102 and 99.
BY_HAND = {
    "upper on its first candle": ([(100.0, 102.5, 99.5, 101.0), QUIET], [1, 1, 0.02]),
    "touched exactly": ([QUIET, (100.2, 102.0, 100.0, 101.0)], [1, 2, 0.02]),
    "missed by a hair": ([QUIET, (100.2, 101.9999, 99.0001, 101.0)], [0, 2, 0.01]),
    "lower first, upper later": ([(100.0, 100.5, 98.7, 99.5), (99.5, 103.0, 99.2, 103.0)], [-1, 1, -0.01]),
    "upper first, lower later": ([(100.0, 102.0, 99.1, 101.0), (99.5, 99.6, 90.0, 91.0)], [1, 1, 0.02]),
    "a wick counts, the close does not": ([(100.0, 100.1, 98.9, 100.0), QUIET], [-1, 1, -0.01]),
    "nothing touched": ([QUIET, QUIET, QUIET], [0, 3, 0.002]),
    "last candle of the horizon": ([QUIET, QUIET, (100.0, 100.0, 98.0, 98.0)], [-1, 3, -0.01]),
    "both in one candle": ([QUIET, (100.2, 103.0, 98.0, 102.5)], [0, 2, 0.0]),
    "both in one candle, opens on the upper": ([QUIET, (102.0, 103.0, 98.0, 98.5)], [1, 2, 0.02]),
    "both in one candle, gap above": ([QUIET, (104.0, 105.0, 98.0, 98.5)], [1, 2, 0.04]),
    "both in one candle, gap below": ([QUIET, (95.0, 103.0, 94.0, 102.5)], [-1, 2, -0.05]),
    "gap over the upper": ([QUIET, (110.0, 111.0, 109.0, 109.0)], [1, 2, 0.10]),
    "gap through the lower": ([(90.0, 91.0, 89.0, 91.0), QUIET], [-1, 1, -0.10]),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_path_by_hand(case) -> None:
    candles, expected = BY_HAND[case]
    assert first_row(path(*candles)) == expected


def reference(candles, t, horizon, upper, lower):
    """Search each barrier by itself, then see which came first."""
    ahead = range(t + 1, t + horizon + 1)
    close = candles["close"]
    never = math.inf
    up = next((k for k in ahead if candles["high"][k] >= upper), never)
    down = next((k for k in ahead if candles["low"][k] <= lower), never)
    if up == down == never:
        return 0, horizon, close[t + horizon] / close[t] - 1
    first = min(up, down)
    opened = candles["open"][first]
    if up == down and lower < opened < upper:
        return 0, first - t, 0.0
    if up < down or (up == down and opened >= upper):
        return 1, first - t, max(upper, opened) / close[t] - 1
    return -1, first - t, min(lower, opened) / close[t] - 1


@settings(max_examples=50)
@given(
    st.integers(0, 10_000),
    st.integers(2, 140),
    st.integers(1, 100),
    st.floats(0.2, 8),
    st.floats(0.2, 8),
    st.floats(0, 0.02),
)
def test_random_walks_agree_with_the_plain_search(seed, rows, horizon, upper_atr, lower_atr, gap) -> None:
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.004, rows)))
    open_ = np.r_[100.0, close[:-1]] * np.exp(rng.normal(0, gap, rows))
    wicks = rng.exponential(0.3, (2, rows))
    candles = pd.DataFrame(
        {
            "open": open_,
            "high": np.maximum(open_, close) + wicks[0],
            "low": np.minimum(open_, close) - wicks[1],
            "close": close,
        }
    )
    atr = pd.Series(rng.uniform(0.2, 1.5, rows)).where(np.arange(rows) >= 3)
    barriers = triple_barrier(candles, horizon=horizon, atr=atr, upper_atr=upper_atr, lower_atr=lower_atr)
    for t in range(rows):
        found = barriers.iloc[t].to_numpy()
        if t < 3 or t + horizon >= rows:
            assert np.isnan(found).all()
            continue
        upper, lower = close[t] + upper_atr * atr[t], close[t] - lower_atr * atr[t]
        np.testing.assert_allclose(found, reference(candles, t, horizon, upper, lower), rtol=0, atol=1e-12)


def test_all_outcomes_occur_and_mirror_each_other(walk) -> None:
    """Upside down, the walk has the opposite labels at the same candles."""
    atr = pd.Series(0.3, index=walk.index)
    labels = triple_barrier(walk, horizon=12, atr=atr, upper_atr=2.0, lower_atr=1.0)
    flipped = walk.assign(
        open=1000 - walk["open"], high=1000 - walk["low"], low=1000 - walk["high"], close=1000 - walk["close"]
    )
    mirrored = triple_barrier(flipped, horizon=12, atr=atr, upper_atr=1.0, lower_atr=2.0)
    assert set(labels["label"].dropna()) == {-1.0, 0.0, 1.0}
    np.testing.assert_array_equal(mirrored["label"], -labels["label"])
    np.testing.assert_array_equal(mirrored["touched_at"], labels["touched_at"])


def test_tail_stays_unknown_where_a_barrier_has_been_touched() -> None:
    candles = path(QUIET, QUIET, (100.0, 120.0, 80.0, 100.0))
    barriers = triple_barrier(
        candles, horizon=2, atr=pd.Series(1.0, index=candles.index), upper_atr=1.0, lower_atr=1.0
    )
    assert barriers["label"].notna().tolist() == [True, True, False, False]


@pytest.mark.parametrize("price", [1e-8, 7.3, 65432.1])
def test_market_that_stands_still_has_no_side(price) -> None:
    candles = pd.DataFrame(dict.fromkeys(["open", "high", "low", "close"], [price] * 20))
    barriers = triple_barrier(candles, horizon=3, atr=candles["close"] * 0, upper_atr=3.0, lower_atr=3.0)
    assert (barriers["label"][:17] == 0).all()
    assert (barriers["return"][:17] == 0).all()


def test_longer_than_the_candles_is_all_unknown() -> None:
    candles = path(QUIET)
    barriers = triple_barrier(
        candles, horizon=9, atr=pd.Series(1.0, index=candles.index), upper_atr=1.0, lower_atr=1.0
    )
    assert barriers.isna().all(axis=None)
    empty = candles.iloc[:0]
    assert triple_barrier(
        empty, horizon=1, atr=empty["close"], upper_atr=1.0, lower_atr=1.0
    ).columns.tolist() == ["label", "touched_at", "return"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"horizon": 0}, "horizon is 0"),
        ({"upper_atr": 0.0}, "upper_atr is 0.0; it must be above 0"),
        ({"lower_atr": -1.0}, "lower_atr is -1.0"),
        ({"lower_atr": math.nan}, "lower_atr is nan"),
        ({"atr": pd.Series([1.0, -0.5])}, "atr is -0.5 somewhere"),
        ({"atr": pd.Series([1.0, 1.0], index=[5, 6])}, "atr is not a series on the index of the candles"),
        ({"atr": np.ones(2)}, "atr is not a series"),
    ],
)
def test_what_makes_no_sense_is_refused(changed, message) -> None:
    sound = {"horizon": 1, "atr": pd.Series([1.0, 1.0]), "upper_atr": 1.0, "lower_atr": 1.0}
    with pytest.raises(ParameterError, match=message):
        triple_barrier(path(QUIET), **(sound | changed))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("at", [5, 31, 32, 40, 63, 64, 90])
def test_touching_is_enough_however_far_away(at, sign) -> None:
    """Far candles are looked at in blocks, whose range may end on the barrier itself."""
    prices = np.full(200, 100.0)
    candles = pd.DataFrame({"open": prices, "high": prices, "low": prices, "close": prices})
    candles.loc[at, "high" if sign > 0 else "low"] = 100.0 + 2 * sign
    atr = pd.Series(1.0, index=candles.index)
    made = triple_barrier(candles, horizon=96, atr=atr, upper_atr=2.0, lower_atr=2.0)
    first: Any = made.loc[0]
    assert first.tolist() == [sign, at, pytest.approx(0.02 * sign)]
