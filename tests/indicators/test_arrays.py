"""Rolling sums on runs of equal values: exact, whatever came before them."""

import numpy as np
import pytest

from auriga.indicators._arrays import equal_run, rolling_deviation, rolling_mean, rolling_sum

PERIOD = 10


@pytest.mark.parametrize("price", [1e-8, 0.9999, 7.3, 65432.1])
def test_flat_stretch_after_a_wild_one_is_exact(price) -> None:
    """As live, where the candles begin within the flat stretch, and in a backtest, where they do not."""
    rng = np.random.default_rng(4)
    wild = price * np.exp(np.cumsum(rng.normal(scale=0.05, size=500)))
    values = np.r_[wild, np.full(60, price)]
    still = slice(500 + PERIOD - 1, None)
    assert (rolling_deviation(values, PERIOD, ddof=0)[still] == 0).all()
    assert (rolling_mean(values, PERIOD)[still] == price).all()
    assert (rolling_sum(values, PERIOD)[still] == PERIOD * price).all()


def test_runs_of_equal_values() -> None:
    values = np.array([1.0, 1.0, 1.0, 2.0, 2.0, np.nan, np.nan, np.nan, 3.0, 3.0, 3.0])
    expected = [False, False, True, False, False, False, False, False, False, False, True]
    assert equal_run(values, 3).tolist() == expected
