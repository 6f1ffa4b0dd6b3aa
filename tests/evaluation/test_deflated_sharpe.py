"""Probabilistic and deflated Sharpe ratios against the examples of the papers."""

import numpy as np
import pytest

from auriga.errors import ParameterError
from auriga.evaluation import (
    deflated_sharpe_ratio,
    expected_best_sharpe,
    probabilistic_sharpe_ratio,
    sharpe_probability,
    sharpe_ratio,
    sharpe_std_of_luck,
)

# Bailey and López de Prado (2014), numerical example: an annual Sharpe ratio of 2.5 over 1250 days of 250 a
# year, found among N tries whose annual ratios have a variance of 1/2.
DAYS, SHARPE, SPREAD = 1250, 2.5 / 250**0.5, (0.5 / 250) ** 0.5


def test_expected_best_of_100_is_the_papers() -> None:
    assert expected_best_sharpe(100, SPREAD) == pytest.approx(0.1132, abs=5e-5)


@pytest.mark.parametrize(
    ("n_trials", "moments", "published"),
    [
        (100, {"skewness": -3, "kurtosis": 10}, 0.9004),
        (46, {"skewness": -3, "kurtosis": 10}, 0.9505),
        (88, {}, 0.9505),
    ],
)
def test_deflated_sharpe_ratio_is_the_papers(n_trials, moments, published) -> None:
    best = expected_best_sharpe(n_trials, SPREAD)
    assert sharpe_probability(SHARPE, best, n_returns=DAYS, **moments) == pytest.approx(published, abs=1e-4)


@pytest.mark.parametrize(
    ("moments", "published"), [({}, 0.982), ({"skewness": -2.448, "kurtosis": 10.164}, 0.913)]
)
def test_probabilistic_sharpe_ratio_is_the_papers(moments, published) -> None:
    """Bailey and López de Prado (2012): a hedge fund with a monthly Sharpe ratio of 0.458 over 24 months."""
    assert sharpe_probability(0.458, 0, n_returns=24, **moments) == pytest.approx(published, abs=5e-4)


def test_from_returns_is_from_their_moments() -> None:
    returns = np.array([0.02, -0.01, 0.015, -0.03] * 20)
    deviations = (returns - returns.mean()) / returns.std()
    moments = {"skewness": (deviations**3).mean(), "kurtosis": (deviations**4).mean()}
    expected = sharpe_probability(returns.mean() / returns.std(), 1.2 / 365**0.5, n_returns=80, **moments)
    assert probabilistic_sharpe_ratio(returns, 1.2) == pytest.approx(expected)
    assert deflated_sharpe_ratio(returns, n_trials=1, sharpe_std=3.0) == probabilistic_sharpe_ratio(returns)


def test_expected_best_is_that_of_simulated_tries() -> None:
    best = np.random.default_rng(0).normal(scale=0.7, size=(20_000, 50)).max(axis=1).mean()
    assert expected_best_sharpe(50, 0.7) == pytest.approx(best, rel=0.02)


def test_the_best_of_tries_without_skill_does_not_look_skilled() -> None:
    """Deflation of the best of 20 coin flippers: no more of them than said look skilled."""
    rng = np.random.default_rng(1)
    chances = []
    for _ in range(300):
        tries = rng.normal(scale=0.01, size=(20, 120))
        best = max(tries, key=sharpe_ratio)
        spread = sharpe_std_of_luck(120)
        chances.append(deflated_sharpe_ratio(best, n_trials=20, sharpe_std=spread))
    assert np.mean(np.array(chances) > 0.5) == pytest.approx(0.45, abs=0.1)
    assert np.mean(np.array(chances) > 0.95) <= 0.05


def test_more_tries_and_wider_spread_deflate_more() -> None:
    returns = np.random.default_rng(2).normal(0.002, 0.02, size=365)
    few, many, wide = (
        deflated_sharpe_ratio(returns, n_trials=n, sharpe_std=spread)
        for n, spread in ((5, 0.5), (500, 0.5), (500, 1.5))
    )
    assert few > many > wide


def test_unknown_where_there_is_nothing_to_judge() -> None:
    assert np.isnan(probabilistic_sharpe_ratio(np.linspace(-0.01, 0.02, 19)))
    assert np.isnan(probabilistic_sharpe_ratio(np.zeros(100)))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: expected_best_sharpe(0, 1.0), "n_trials is 0"),
        (lambda: expected_best_sharpe(5, -1.0), "sharpe_std -1.0"),
        (lambda: expected_best_sharpe(5, np.nan), "sharpe_std nan"),
        (lambda: sharpe_std_of_luck(0), "n_days is 0"),
        (lambda: sharpe_probability(1, 0, n_returns=1), "1 returns"),
        (lambda: sharpe_probability(1, 0, n_returns=9, skewness=3, kurtosis=3), "kurtosis of at least"),
        (lambda: probabilistic_sharpe_ratio(np.r_[np.zeros(30), np.inf]), "must be finite"),
    ],
)
def test_impossible_numbers_are_refused(call, words) -> None:
    with pytest.raises(ParameterError, match=words):
        call()
