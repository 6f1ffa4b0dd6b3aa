"""Rolling sums on runs of equal values: exact, whatever came before them."""

import numpy as np
import pytest

from auriga import indicators
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


PAUSED = ("rsi", "adx", "bollinger_width", "bollinger_position", "natr", "rolling_std", "volume_ema_ratio")


@pytest.mark.parametrize("name", PAUSED)
def test_pause_looks_the_same_from_within_and_from_before(make_walk, name) -> None:
    """A bot sees a thousand candles, a backtest months: a market that stood still longer has one value."""
    candles = make_walk(4000, "5m", seed=3)
    candles.loc[2500:, "volume"] = 0.0
    candles.loc[2500:, ["open", "high", "low", "close"]] = candles["close"][2499]
    indicator = getattr(indicators, name)
    for period in (10, 14, 48):
        whole = indicator(candles, period=period).iloc[-5:].to_numpy()
        recent = indicator(candles.iloc[-1000:].reset_index(drop=True), period=period).iloc[-5:].to_numpy()
        np.testing.assert_allclose(whole, recent, atol=1e-4)
