"""Returns in units of the volatility that was known."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga.indicators import natr
from auriga.labels import scaled_return


@given(
    st.lists(st.tuples(st.floats(1, 100), st.floats(1e-4, 0.1)), min_size=1, max_size=30),
    st.integers(1, 12),
    st.floats(0.5, 50),
)
def test_formula_row_by_row(rows, horizon, limit) -> None:
    closes, units = map(list, zip(*rows, strict=True))
    candles = pd.DataFrame({"close": closes})
    label = scaled_return(candles, horizon=horizon, volatility=pd.Series(units), limit=limit)
    for t, found in enumerate(label):
        if t + horizon >= len(closes):
            assert math.isnan(found)
            continue
        expected = (closes[t + horizon] - closes[t]) / closes[t] / units[t] / math.sqrt(horizon)
        assert found == pytest.approx(max(-limit, min(limit, expected)), rel=1e-9, abs=1e-9)


def test_one_size_for_all_horizons_and_all_markets(make_walk) -> None:
    """A walk's moves are as large, in this unit, whatever the horizon and however wild the walk."""
    sizes = []
    for daily, horizon in ((0.01, 4), (0.01, 100), (0.08, 4), (0.08, 100)):
        candles = make_walk(60_000, "5m", seed=3, daily=daily)
        label = scaled_return(candles, horizon=horizon, volatility=natr(candles, period=100))
        sizes.append(float(label.std()))
    assert max(sizes) / min(sizes) < 1.1


def test_after_a_standstill_moves_are_limited() -> None:
    candles = pd.DataFrame({"close": [100.0, 100.0, 100.0, 101.0, 99.0]})
    still = pd.Series([0.0, 0.0, 0.0, 1e-300, 0.01])
    label = scaled_return(candles, horizon=1, volatility=still)
    assert label.tolist()[:4] == [0.0, 0.0, 10.0, -10.0]


def test_unknown_volatility_gives_no_label(walk) -> None:
    assert scaled_return(walk, horizon=3, volatility=walk["close"] * np.nan).isna().all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"horizon": 0}, "horizon is 0"),
        ({"limit": 0.0}, "limit is 0.0; it must be above 0"),
        ({"volatility": pd.Series([0.1, -0.1])}, "volatility is -0.1 somewhere"),
        ({"volatility": pd.Series([0.1])}, "volatility is not a series on the index"),
    ],
)
def test_what_makes_no_sense_is_refused(changed, message) -> None:
    sound = {"horizon": 1, "volatility": pd.Series([0.1, 0.1])}
    with pytest.raises(ParameterError, match=message):
        scaled_return(pd.DataFrame({"close": [1.0, 2.0]}), **(sound | changed))
