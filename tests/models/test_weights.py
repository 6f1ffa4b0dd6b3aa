"""Uniqueness, recency and return weights against sums done by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga.models import average_uniqueness, label_uniqueness, recency_weights, return_weights


def by_hand(positions, horizons):
    looked_at = [set(range(p + 1, p + h + 1)) for p, h in zip(positions, horizons, strict=True)]
    return [np.mean([1 / sum(candle in other for other in looked_at) for candle in own]) for own in looked_at]


@pytest.mark.parametrize("horizon", [1, 3, 12])
def test_uniqueness_is_the_mean_share_of_each_candle(horizon) -> None:
    positions = np.sort(np.random.default_rng(horizon).choice(200, size=60, replace=False))
    np.testing.assert_allclose(label_uniqueness(positions, horizon), by_hand(positions, [horizon] * 60))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)), min_size=1, max_size=30))
def test_each_label_may_have_its_own_horizon(rows) -> None:
    rows = sorted(dict(rows).items())
    positions, horizons = map(np.array, zip(*rows, strict=True))
    expected = by_hand(positions, horizons)
    np.testing.assert_allclose(label_uniqueness(positions, horizons), expected)
    assert average_uniqueness(positions, horizons) == pytest.approx(np.mean(expected))


@pytest.mark.parametrize(("every", "expected"), [(1, 1 / 12), (2, 1 / 6), (12, 1.0), (20, 1.0)])
def test_labels_of_every_kth_candle_share_by_k(every, expected) -> None:
    assert average_uniqueness(np.arange(0, 50_000, every), 12) == pytest.approx(expected, rel=0.01)


def test_no_rows_no_weights() -> None:
    none = np.array([], dtype=np.int64)
    assert len(label_uniqueness(none, 3)) == len(label_uniqueness(none, none)) == 0
    assert np.isnan(average_uniqueness(none, 3))
    assert len(return_weights(none.astype(float))) == 0


def test_return_weights_by_hand() -> None:
    # mean size 2: sizes 0.5, 0.5, 1, 2; the limit 1.5 takes 0.5 of the last, an eighth for each row
    np.testing.assert_allclose(
        return_weights(np.array([1.0, -1, 2, -4]), limit=1.5), [0.625, 0.625, 1.125, 1.625]
    )
    assert return_weights(np.array([1.0, np.nan, 3.0])).tolist() == [0.5, 1.0, 1.5]


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=50), st.floats(0.1, 20))
def test_return_weights_have_mean_one_and_order_and_bounds(returns, limit) -> None:
    returns = np.array(returns)
    weights = return_weights(returns, limit)
    assert weights.mean() == pytest.approx(1)
    assert weights.min() >= 0
    assert weights.max() <= max(1, limit + 1)
    order = np.argsort(np.abs(returns))
    assert (np.diff(weights[order]) >= -1e-12).all()
    np.testing.assert_allclose(return_weights(returns * -(2.0**20), limit), weights)


def test_without_moves_every_row_counts_the_same() -> None:
    assert return_weights(np.zeros(3)).tolist() == [1.0] * 3
    assert return_weights(np.full(2, np.nan)).tolist() == [1.0] * 2


def test_bad_numbers_are_refused() -> None:
    with pytest.raises(ParameterError, match="horizon is 0"):
        label_uniqueness(np.array([1]), 0)
    with pytest.raises(ParameterError, match="horizon is -2"):
        label_uniqueness(np.array([1, 2]), np.array([3, -2]))
    with pytest.raises(ParameterError, match="limit is 0"):
        return_weights(np.array([1.0]), limit=0)
    with pytest.raises(ParameterError, match="half_life is -1"):
        recency_weights(np.array([1.0]), -1)
