"""The hidden Markov detector: filtered and never smoothed, against hmmlearn and sums over all paths."""

import itertools
import logging
from typing import Any

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM
from scipy.stats import norm

from auriga.regimes import HmmDetector
from auriga.regimes._hmm import HmmStates
from auriga.regimes._state_kernels import filtered_probability

START = np.array([0.2, 0.5, 0.3])
MOVES = np.array([[0.9, 0.05, 0.05], [0.1, 0.8, 0.1], [0.02, 0.03, 0.95]])
MEANS = np.array([[-1.0, 0.5], [0.0, 0.0], [1.0, -0.5]])
VARIANCES = np.array([[1.0, 0.5], [0.3, 0.4], [0.7, 0.2]])
STATES = HmmStates(START, MOVES, MEANS, VARIANCES)


@pytest.fixture
def rows():
    return np.random.default_rng(5).normal(size=(40, 2))


def test_filtered_is_the_librarys_posterior_of_the_last_row_of_each_prefix(rows) -> None:
    model = GaussianHMM(3, "diag")
    model.startprob_, model.transmat_, model.means_, model.covars_ = START, MOVES, MEANS, VARIANCES
    last = [model.predict_proba(rows[:stop])[-1] for stop in range(1, 41)]
    seen = STATES.probability(rows)
    np.testing.assert_allclose(seen, last, rtol=1e-9)
    assert np.abs(seen - model.predict_proba(rows)).max() > 0.05  # smoothed is something else


def test_filtered_is_the_sum_over_all_paths(rows) -> None:
    density = norm.pdf(rows[:5, None, :], MEANS, np.sqrt(VARIANCES)).prod(axis=2)
    total = np.zeros(3)
    for path in itertools.product(range(3), repeat=5):
        joint = START[path[0]] * density[0, path[0]]
        for t in range(1, 5):
            joint *= MOVES[path[t - 1], path[t]] * density[t, path[t]]
        total[path[-1]] += joint
    np.testing.assert_allclose(STATES.probability(rows[:5])[-1], total / total.sum())


def test_impossible_rows_do_not_end_the_recursion() -> None:
    certain = np.array([[0.0, -5000.0], [-9000.0, 0.0], [0.0, -5000.0]])
    seen = filtered_probability(certain, np.array([1.0, 0.0]), np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert np.isfinite(seen).all()
    np.testing.assert_allclose(seen.sum(axis=1), 1)


def drawn(n_rows: int = 1500, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    states = [1]
    for _ in range(n_rows - 1):
        states.append(rng.choice(3, p=np.full(3, 0.015) + np.eye(3)[states[-1]] * 0.955))
    means = np.array([[-1.5, 1.0], [0.0, -1.0], [1.5, 0.0]])
    return means[states] + rng.normal(0, 0.5, (n_rows, 2)), means


def test_parameters_of_a_known_process_are_recovered() -> None:
    rows, means = drawn()
    model: Any = HmmDetector("1d")._fit(rows)
    np.testing.assert_allclose(model.means, means, atol=0.1)
    np.testing.assert_allclose(model.variances, 0.25, atol=0.06)
    np.testing.assert_allclose(np.diag(model.transition), 0.97, atol=0.03)
    assert (model.transition > 0).all()


def test_bull_stays_bull_whatever_the_order_of_the_beginning(monkeypatch) -> None:
    rows, _ = drawn(600)
    expected: Any = HmmDetector("1d")._fit(rows)
    for order in itertools.permutations((0.15, 0.5, 0.85)):
        monkeypatch.setattr("auriga.regimes._hmm._QUANTILES", order)
        seen: Any = HmmDetector("1d")._fit(rows)
        np.testing.assert_allclose(seen.means, expected.means, rtol=1e-6)
        np.testing.assert_allclose(seen.probability(rows), expected.probability(rows), atol=1e-6)


def test_a_row_that_no_state_explains_is_fitted_in_logarithms() -> None:
    rows, _ = drawn(120)
    rows[60] = 1e3
    detector = HmmDetector("1d")
    with pytest.raises(ValueError, match="underflow"):
        detector._fitted(rows, "scaling")
    found: Any = detector._fit(rows)
    assert np.isfinite(found.means).all()


def test_a_fit_says_nothing_in_the_log(caplog) -> None:
    with caplog.at_level(logging.WARNING):
        HmmDetector("1d")._fit(drawn(120)[0])
    assert caplog.text == ""
