"""Uniqueness and recency against sums done by hand."""

import numpy as np
import pytest

from auriga.errors import ParameterError
from auriga.models import label_uniqueness, recency_weights


def by_hand(positions, horizon):
    looked_at = [set(range(p + 1, p + horizon + 1)) for p in positions]
    return [np.mean([1 / sum(candle in other for other in looked_at) for candle in own]) for own in looked_at]


@pytest.mark.parametrize("horizon", [1, 3, 12])
def test_uniqueness_is_the_mean_share_of_each_candle(horizon) -> None:
    positions = np.sort(np.random.default_rng(horizon).choice(200, size=60, replace=False))
    np.testing.assert_allclose(label_uniqueness(positions, horizon), by_hand(positions, horizon))


def test_no_rows_no_weights() -> None:
    assert len(label_uniqueness(np.array([], dtype=np.int64), 3)) == 0


def test_bad_numbers_are_refused() -> None:
    with pytest.raises(ParameterError, match="horizon is 0"):
        label_uniqueness(np.array([1]), 0)
    with pytest.raises(ParameterError, match="half_life is -1"):
        recency_weights(np.array([1.0]), -1)
