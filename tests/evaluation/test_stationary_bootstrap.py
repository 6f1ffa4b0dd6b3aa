"""Stationary bootstrap: the variance that theory gives, repeatable, honest about too little."""

import sys

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import t

from auriga.errors import MissingPackageError, ParameterError
from auriga.evaluation import (
    block_length_of,
    sharpe_ratio,
    stationary_bootstrap,
    stationary_bootstrap_mean,
    stationary_draws,
)
from auriga.evaluation._stationary_bootstrap import expanded_tail


def autoregressive(n: int, dependence: float, seed: int = 0) -> np.ndarray:
    return lfilter([1], [1, -dependence], np.random.default_rng(seed).normal(size=n + 100))[100:]


def test_resampled_means_spread_as_politis_and_romano_say() -> None:
    values, length = autoregressive(200, 0.5), 8
    deviations, lags = values - values.mean(), np.arange(1, 200)
    covariance = np.array([deviations[: 200 - lag] @ deviations[lag:] for lag in range(200)]) / 200
    kept = 1 - 1 / length
    weights = (1 - lags / 200) * kept**lags + lags / 200 * kept ** (200 - lags)  # their lemma 1
    variance = (covariance[0] + 2 * weights @ covariance[1:]) / 200
    draws = stationary_draws(200, block_length=length, n_draws=20_000)
    assert values[draws.rows].mean(axis=1).var() == pytest.approx(variance, rel=0.03)


def test_blocks_are_of_random_length_and_go_around() -> None:
    rows = stationary_draws(50, block_length=5, n_draws=4000).rows
    follows = np.diff(rows, axis=1) % 50 == 1
    # A block ends with a chance of 1 in 5, and then the next row follows by chance once in 50.
    assert follows.mean() == pytest.approx(0.8 + 0.2 / 50, abs=0.005)
    assert ((rows[:, :-1] == 49) & (rows[:, 1:] == 0)).any()
    assert np.bincount(rows.ravel()) / 4000 == pytest.approx(np.ones(50), abs=0.2)


def test_blocks_grow_with_dependence() -> None:
    lengths = [block_length_of(autoregressive(1000, dependence)) for dependence in (0.0, 0.5, 0.9)]
    assert lengths[0] == 12  # the least for 1000 rows
    assert 12 <= lengths[1] < lengths[2]


def test_interval_of_independent_rows_is_students() -> None:
    values = np.random.default_rng(5).normal(size=40)
    interval = stationary_bootstrap_mean(values, block_length=1, n_draws=40_000)
    half = t.ppf(0.975, 39) * values.std(ddof=1) / 40**0.5
    assert interval.low == pytest.approx(values.mean() - half, abs=0.03 * half)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.03 * half)


def test_few_long_blocks_give_the_range_of_the_draws() -> None:
    values = autoregressive(40, 0.9)
    draws = stationary_draws(40, block_length=13, n_draws=300)
    means = values[draws.rows].mean(axis=1)
    interval = draws.between(values.mean(), means)
    assert (interval.low, interval.high) == pytest.approx((means.min(), means.max()))
    assert expanded_tail(40, 13, 0.95) < 1e-3


def test_same_seed_same_interval_and_shared_draws() -> None:
    returns = np.random.default_rng(1).normal(0.001, 0.02, size=120)

    def sharpe(rows: np.ndarray) -> float:
        return sharpe_ratio(returns[rows])

    one = stationary_bootstrap(sharpe, 120, values=returns, n_draws=200, seed=3)
    draws = stationary_draws(120, values=returns, n_draws=200, seed=3)
    assert one == stationary_bootstrap(sharpe, 120, values=returns, n_draws=200, seed=3)
    assert one == draws.interval(sharpe)
    assert one != stationary_bootstrap(sharpe, 120, values=returns, n_draws=200, seed=4)
    mean = stationary_bootstrap_mean(returns, n_draws=200, seed=3)
    assert mean == draws.interval(lambda rows: returns[rows].mean())


def test_an_interval_stays_within_the_range_of_its_statistic() -> None:
    won = np.r_[np.zeros(2), np.ones(38)]
    interval = stationary_bootstrap_mean(won)
    assert 0 <= interval.low < interval.estimate < interval.high <= 1


def test_a_higher_level_is_wider() -> None:
    values = autoregressive(200, 0.2)
    inner, outer = (stationary_bootstrap_mean(values, level=level) for level in (0.8, 0.99))
    assert outer.low < inner.low < inner.high < outer.high


def test_too_few_rows_have_an_estimate_and_no_bounds() -> None:
    interval = stationary_bootstrap(lambda rows: float(len(rows)), 19)
    assert interval.estimate == 19
    assert np.isnan([interval.low, interval.high]).all()
    assert not interval.excludes_zero


def test_draws_without_a_number_do_not_count_until_they_are_many() -> None:
    values = np.r_[1.0, np.zeros(59)]

    def known(share: float) -> np.ndarray:
        drawn = np.linspace(0, 1, 1000)
        drawn[: int(share * 1000)] = np.nan
        return drawn

    draws = stationary_draws(60, values=values, n_draws=1000)
    assert np.isfinite(draws.between(0.5, known(0.04)).low)
    assert np.isnan(draws.between(0.5, known(0.06)).low)
    assert np.isnan(draws.between(np.nan, known(0.0)).low)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n_rows": 0}, "n_rows is 0"),
        ({"n_draws": 0}, "n_draws 0"),
        ({"block_length": 0.5}, "block_length is 0.5"),
        ({"block_length": 31}, "within 1 and 30"),
        ({}, "values is missing"),
        ({"values": np.ones(29)}, "values is of 29 rows"),
        ({"values": np.r_[np.ones(29), np.nan]}, "1 of them not finite"),
    ],
)
def test_bad_draws_are_refused(arguments, words) -> None:
    with pytest.raises(ParameterError, match=words):
        stationary_draws(**({"n_rows": 30} | arguments))


def test_a_level_is_a_share() -> None:
    with pytest.raises(ParameterError, match="level is 95"):
        stationary_bootstrap_mean(np.arange(30.0), level=95)


def test_without_arch_the_extra_is_named(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "arch", None)
    with pytest.raises(MissingPackageError, match=r"pip install auriga\[report\]"):
        stationary_bootstrap_mean(np.arange(30.0))
