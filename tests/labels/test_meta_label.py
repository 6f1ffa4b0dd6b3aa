"""A side is right when it gains, by the candles that follow it."""

import numpy as np
import pandas as pd
import pytest

from auriga.errors import ParameterError
from auriga.labels import meta_label, triple_barrier


def barriers_of(candles: pd.DataFrame, horizon: int = 12) -> pd.DataFrame:
    atr = pd.Series(0.4, index=candles.index)
    return triple_barrier(candles, horizon=horizon, atr=atr, upper_atr=2.0, lower_atr=1.0)


def test_by_hand() -> None:
    barriers = pd.DataFrame(
        {
            "label": [1, 1, -1, -1, 0, 0, 0, np.nan],
            "touched_at": [1, 2, 1, 2, 3, 3, 1, np.nan],
            "return": [0.02, 0.02, -0.01, -0.01, 0.004, -0.004, 0.0, np.nan],
        }
    )
    long, short = pd.Series(1, index=barriers.index), pd.Series(-1, index=barriers.index)
    np.testing.assert_array_equal(meta_label(barriers, side=long), [1, 1, 0, 0, 1, 0, 0, np.nan])
    np.testing.assert_array_equal(meta_label(barriers, side=short), [0, 0, 1, 1, 0, 1, 0, np.nan])


def test_no_side_no_label(walk) -> None:
    side = pd.Series(np.resize([1, 0, -1, np.nan], len(walk)))
    label = meta_label(barriers_of(walk), side=side)
    assert label[side.isna() | (side == 0)].isna().all()
    assert label[side.abs() == 1][:-12].notna().all()
    assert label[-12:].isna().all()


def test_touches_decide_and_without_one_the_return_to_the_horizon(walk) -> None:
    barriers = barriers_of(walk)
    long = meta_label(barriers, side=pd.Series(1, index=walk.index))[:-12]
    known = barriers[:-12]
    assert (long[known["label"] == 1] == 1).all()
    assert (long[known["label"] == -1] == 0).all()
    waited = (known["label"] == 0) & (known["return"] != 0)
    later = walk["close"].to_numpy()[12:] > walk["close"].to_numpy()[:-12]
    assert waited.sum() > 20
    np.testing.assert_array_equal(long[waited], later[waited])


def test_both_barriers_in_one_candle_are_right_for_nobody() -> None:
    candles = pd.DataFrame(
        {"open": [100.0, 100], "high": [100.0, 110], "low": [100.0, 90], "close": [100.0, 109]}
    )
    barriers = barriers_of(candles, horizon=1)
    for side in (1, -1):
        assert meta_label(barriers, side=pd.Series([side, side]))[0] == 0


@pytest.mark.parametrize(
    ("side", "message"),
    [
        (pd.Series([1, 2, 0]), r"side holds 2\.0; it must be -1, 0 or 1"),
        (pd.Series([1, 1]), "side is not on the index of the barriers"),
    ],
)
def test_bad_sides_are_refused(side, message) -> None:
    barriers = pd.DataFrame({"label": [1.0] * 3, "touched_at": 1.0, "return": 0.1})
    with pytest.raises(ParameterError, match=message):
        meta_label(barriers, side=side)
