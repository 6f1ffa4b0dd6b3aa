"""The label looks exactly `horizon` candles ahead and says nothing about an unknown future."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga.labels import direction, direction_classes


@given(st.lists(st.floats(1, 100), min_size=1, max_size=40), st.integers(1, 45))
def test_label_is_the_sign_of_the_future_move(closes, horizon) -> None:
    label = direction(pd.DataFrame({"close": closes}), horizon=horizon)
    for t in range(len(closes)):
        if t + horizon >= len(closes):
            assert pd.isna(label[t])
        else:
            move = closes[t + horizon] - closes[t]
            assert pd.isna(label[t]) if move == 0 else label[t] == ("up" if move > 0 else "down")


def test_coarse_ticks_teach_neither_direction() -> None:
    """A coin of 0.00000012 in ticks of 0.00000001: half of its closes stay, and none of them fell."""
    rng = np.random.default_rng(3)
    closes = np.cumsum(rng.choice([-1, 0, 0, 1], size=4000)) + 2000
    label = direction(pd.DataFrame({"close": closes * 1e-8}), horizon=1)
    assert label[:-1].isna().mean() == pytest.approx(0.5, abs=0.03)
    assert (label.dropna() == "up").mean() == pytest.approx(0.5, abs=0.03)


def test_threshold_makes_a_flat_class_and_may_differ_by_candle(walk) -> None:
    threshold = pd.Series(np.where(walk.index < 300, 0.0, np.inf))
    label = direction(walk, horizon=12, threshold=threshold)
    assert set(label[:300]) == {"down", "up"}
    assert set(label[300:588]) == {"flat"}
    assert label[588:].isna().all()
    assert set(label.dropna()) == set(direction_classes(flat=True))


def test_unknown_threshold_gives_no_label(walk) -> None:
    label = direction(walk, horizon=3, threshold=pd.Series(np.nan, index=walk.index))
    assert label.isna().all()


def test_input_unchanged_and_index_kept(walk) -> None:
    walk.index += 50
    before = walk.copy()
    label = direction(walk, horizon=12)
    pd.testing.assert_frame_equal(walk, before)
    assert label.index.equals(walk.index)


@pytest.mark.parametrize("horizon", [0, -1])
def test_bad_horizon_is_refused(walk, horizon) -> None:
    with pytest.raises(ParameterError, match=f"horizon is {horizon}"):
        direction(walk, horizon=horizon)


def test_negative_threshold_is_refused(walk) -> None:
    with pytest.raises(ParameterError, match=r"-0\.1 is negative"):
        direction(walk, horizon=1, threshold=-0.1)


def test_a_move_of_exactly_the_threshold_is_flat() -> None:
    candles = pd.DataFrame({"close": [1.0, 1.5, 0.75, 0.75 * 1.5000001]})
    assert direction(candles, horizon=1, threshold=0.5).tolist()[:3] == ["flat", "flat", "up"]
