"""No training label may need a candle of the test part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga.models import purged_split


@given(st.integers(1, 500), st.floats(0.01, 0.99), st.integers(0, 100))
def test_gap_is_at_least_the_purge(n_samples, test_size, purge_size) -> None:
    try:
        train, test = purged_split(n_samples, test_size=test_size, purge_size=purge_size)
    except ParameterError as error:
        assert "leave nothing to train on" in str(error)
        return
    assert len(train) >= 1
    assert len(test) >= 1
    assert test[-1] == n_samples - 1
    assert test[0] - train[-1] > purge_size


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"test_size": 0, "purge_size": 1}, "test_size is 0"),
        ({"test_size": 1, "purge_size": 1}, "test_size is 1"),
        ({"test_size": 0.2, "purge_size": -1}, "purge_size is -1"),
    ],
)
def test_impossible_sizes_are_refused(arguments, message) -> None:
    with pytest.raises(ParameterError, match=message):
        purged_split(100, **arguments)
