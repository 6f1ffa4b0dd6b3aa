"""Rows held back in bins are answered like their values, by a model that saw none of them."""

from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from numpy.testing import assert_allclose, assert_array_equal

from auriga.models import (
    BinnedFeatures,
    RegimeClassifier,
    bin_parameters,
    fit_move_scale,
    held_out,
    held_out_split,
)
from auriga.typing import Regime

N = 3000


def template() -> LGBMClassifier:
    return LGBMClassifier(n_estimators=20, num_leaves=7, min_child_samples=20, verbosity=-1, random_state=1)


def rows(classes: int = 2):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N, 4)).astype(np.float32)
    y = np.array(["down", "up", "flat"])[np.digitize(X[:, 0] + rng.normal(size=N), [0, 0.5][: classes - 1])]
    regimes = rng.choice([-1, 0, 1, int(Regime.UNKNOWN)], N).astype(np.int8)
    return X, y, regimes


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("scheme", ["warm_start", "hard", "shrunk", "weighted", "pooled"])
def test_binned_rows_are_answered_as_their_values_are(scheme, classes) -> None:
    X, y, regimes = rows(classes)
    early, late = np.arange(2000), np.arange(2100, N)

    def model() -> RegimeClassifier:
        limits: dict[str, Any] = {"min_samples": 100, "prior_samples": 500.0, "n_seeds": 2}
        return RegimeClassifier(template(), scheme=scheme, **limits, balance_classes=True)

    binned = BinnedFeatures([X], params=bin_parameters(template()))
    given = {"regimes": regimes, "sample_weight": np.linspace(0.5, 1.5, N)}
    found = held_out(model(), binned, y, early, late, **given)
    alone = model().set_params(min_samples=67, prior_samples=333)  # two thirds of the rows
    alone.fit(
        binned.take(early), y[early], regimes=regimes[early], sample_weight=given["sample_weight"][early]
    )
    assert_allclose(found.probability, alone.predict_proba(X[late], regimes=regimes[late]), atol=1e-9)
    assert_array_equal(found.experts, alone.route(regimes[late])[0])
    assert_array_equal(found.rows, late)


def test_what_is_held_back_is_not_learned_from() -> None:
    X, y, regimes = rows()
    early, late = np.arange(2000), np.arange(2100, N)
    binned = BinnedFeatures([X], reference=X[:2000], params=bin_parameters(template()))
    given = {"regimes": regimes, "sample_weight": None}
    one = held_out(RegimeClassifier(template()), binned, y, early, late, **given)
    turned = y.copy()
    turned[2000:] = np.where(y[2000:] == "up", "down", "up")
    other = held_out(RegimeClassifier(template()), binned, turned, early, late, **given)
    assert_array_equal(one.probability, other.probability)


def test_plain_arrays_are_answered_like_bins() -> None:
    X, y, regimes = rows()
    early, late = np.arange(2000), np.arange(2100, N)
    given = {"regimes": regimes, "sample_weight": None}
    plain = held_out(RegimeClassifier(template()), X, y, early, late, **given)
    alone = RegimeClassifier(template(), min_samples=667).fit(X[early], y[early], regimes=regimes[early])
    assert_array_equal(plain.probability, alone.predict_proba(X[late], regimes=regimes[late]))


def test_the_last_quarter_of_the_time_is_held_back_a_gap_after_what_is_learned() -> None:
    """Two pairs, one after the other, of which the second begins late: time decides, not position."""
    times = np.r_[np.arange(0, 1000, 5), np.arange(500, 1000, 5)]
    early, late = held_out_split(times, gap=60, most_early=10_000, most_late=10_000)
    cut = 996 - 0.25 * 996
    assert_array_equal(times[late], times[times >= cut])
    assert_array_equal(times[early], times[times < cut - 60])


def test_thinned_rows_are_spread_evenly() -> None:
    early, late = held_out_split(np.arange(10_000), gap=0, most_early=100, most_late=50)
    assert_array_equal(early, np.arange(0, 7500, 75))
    assert_array_equal(late, np.arange(7500, 10_000, 50))


@pytest.mark.parametrize("edge", [0.35, 0.0])
def test_the_moves_of_a_known_edge_are_expected_and_none_of_noise(edge) -> None:
    """The mean move of every fresh row is known: what is expected of it has its size, rather less."""
    rng = np.random.default_rng(5)

    def market(n: int):
        X = rng.normal(size=(n, 3)).astype(np.float32)
        return X, edge * np.where(X[:, 0] > 1, 1.0, 0.1 * X[:, 0])

    X, mean = market(60_000)
    moves = mean + rng.normal(size=60_000)
    y = np.where(moves > 0, "up", "down")
    early, late = held_out_split(np.arange(60_000), gap=12, most_early=20_000, most_late=20_000)
    regimes = np.zeros(60_000, np.int8)
    binned = BinnedFeatures([X], params=bin_parameters(template()))
    said = held_out(RegimeClassifier(template()), binned, y, early, late, regimes=regimes, sample_weight=None)
    lean = said.probability @ [-1.0, 1.0]
    scale = fit_move_scale(
        lean, moves[late], np.ones(len(late)), experts=said.experts, blocks=late // 48, windows=late // 12
    )
    model = RegimeClassifier(template()).fit(binned, y, regimes=regimes)
    fresh, true = market(40_000)
    told = model.predict_proba(fresh, regimes=np.zeros(40_000, np.int8)) @ [-1.0, 1.0]
    expected = scale.expected(told, np.zeros(40_000, np.int8))
    if not edge:
        assert np.sqrt(np.mean(expected**2)) < 0.005
        return
    assert 0.95 < (true @ expected) / (expected @ expected) < 1.3
    assert 0.75 * edge < expected[fresh[:, 0] > 1].mean() < 1.05 * edge
    assert np.abs(expected[np.abs(fresh[:, 0]) < 0.5].mean()) < 0.1 * edge
