"""Which rows and weights each part of a model learns from, seen by an estimator that writes them down."""

from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.base import BaseEstimator, ClassifierMixin

from auriga.models import RegimeClassifier
from auriga.typing import Regime

N = 60
SEEN: list[tuple[np.ndarray, Any]] = []


class Notes(ClassifierMixin, BaseEstimator):
    """Predicts the share of classes it saw; the first feature is the number of the row."""

    def fit(self, X, y, sample_weight=None):
        SEEN.append((X[:, 0].astype(int), None if sample_weight is None else np.asarray(sample_weight)))
        self.classes_, counts = np.unique(y, return_counts=True)
        self.share_ = counts / counts.sum()
        return self

    def predict_proba(self, X):
        return np.tile(self.share_, (len(X), 1))


@pytest.fixture
def rows():
    SEEN.clear()
    X = np.column_stack([np.arange(N), np.zeros(N)]).astype(np.float32)
    y = np.where(np.arange(N) % 3 == 0, "down", "up")
    regimes = np.repeat([Regime.BEAR, Regime.SIDEWAYS, Regime.BULL], [10, 20, 30]).astype(np.int8)
    return X, y, regimes


def model(scheme="hard", **more) -> RegimeClassifier:
    return RegimeClassifier(Notes(), scheme=scheme, classes=("down", "up"), **({"min_samples": 15} | more))


def test_each_part_learns_from_its_rows_with_their_weights(rows) -> None:
    X, y, regimes = rows
    weights = np.linspace(0.5, 1.5, N)
    fitted = model().fit(X, y, regimes=regimes, sample_weight=weights)
    assert [seen.tolist() for seen, _ in SEEN] == [
        list(range(N)), np.flatnonzero(regimes == Regime.SIDEWAYS).tolist(),
        np.flatnonzero(regimes == Regime.BULL).tolist(),
    ]  # fmt: skip
    for numbers, seen in SEEN:
        np.testing.assert_allclose(seen, weights[numbers])
    assert fitted.experts_[Regime.BEAR].reason == "10 rows, fewer than min_samples 15"


@pytest.mark.parametrize(("least", "has_expert"), [(10, True), (11, False)])
def test_a_regime_with_just_enough_rows_has_an_expert(rows, least, has_expert) -> None:
    X, y, regimes = rows
    fitted = model(min_samples=least).fit(X, y, regimes=regimes)
    assert (Regime.BEAR in fitted.estimators_) == has_expert


def test_rows_for_experts_alone_are_no_rows_of_the_fallback(rows) -> None:
    X, y, regimes = rows
    older = np.arange(N) % 2 == 0
    fitted = model().fit(X, y, regimes=regimes, expert_only=older)
    assert SEEN[0][0].tolist() == np.flatnonzero(~older).tolist()
    assert fitted.experts_[Regime.UNKNOWN].n_samples == N // 2
    assert fitted.experts_[Regime.BULL].n_samples == 30
    assert SEEN[2][0].tolist() == list(range(30, 60))


def test_rows_go_to_their_expert_or_to_the_fallback_with_its_own_count(rows) -> None:
    X, y, regimes = rows
    fitted = model().fit(X, y, regimes=regimes)
    asked = [Regime.BEAR, Regime.SIDEWAYS, Regime.BULL, Regime.UNKNOWN]
    experts, counts = fitted.route(asked)
    assert experts.tolist() == [Regime.UNKNOWN, Regime.SIDEWAYS, Regime.BULL, Regime.UNKNOWN]
    assert counts.tolist() == [60, 20, 30, 60]


def test_other_rows_count_by_their_weight_and_own_ones_in_full(rows) -> None:
    X, y, regimes = rows
    model("weighted", other_weight=0.25).fit(X, y, regimes=regimes)
    numbers, weights = SEEN[2]  # the bull market's
    assert numbers.tolist() == list(range(N))
    np.testing.assert_allclose(weights, np.where(regimes == Regime.BULL, 1, 0.25))


def test_the_share_of_an_expert_grows_with_its_rows(rows) -> None:
    """30 rows of a prior of 10 count for three quarters, on the log scale."""
    X, y, regimes = rows
    fitted = model("shrunk", prior_samples=10).fit(X, y, regimes=regimes)
    ones = np.full(1, Regime.BULL, dtype=np.int8)
    own = fitted.estimators_[Regime.BULL].scores(X[:1])
    pooled = fitted.fallback_.scores(X[:1])
    blended = np.exp(0.75 * own + 0.25 * pooled)
    np.testing.assert_allclose(fitted.predict_proba(X[:1], regimes=ones), blended / blended.sum())


def test_the_prior_counts_rows_by_their_weight(rows) -> None:
    X, y, regimes = rows
    weights = np.where(y == "up", 2.0, 1.0)
    fitted = model().fit(X, y, regimes=regimes, sample_weight=weights)
    np.testing.assert_allclose(fitted.class_prior_, [20 / 100, 80 / 100])


@pytest.mark.parametrize(("trees", "rate"), [(3, 0.5), (7, 0.01)])
def test_an_expert_adds_so_many_trees_at_its_own_pace(trees, rate) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 2)).astype(np.float32)
    y = np.where(X[:, 0] + rng.normal(size=600) > 0, "up", "down")
    template = LGBMClassifier(n_estimators=11, learning_rate=0.2, verbosity=-1, n_jobs=1)
    fitted = RegimeClassifier(template, min_samples=10, expert_trees=trees, expert_learning_rate=rate).fit(
        X, y, regimes=np.full(600, Regime.BULL, dtype=np.int8)
    )
    expert: Any = fitted.estimators_[Regime.BULL]
    fallback: Any = fitted.fallback_
    assert fallback.booster.num_trees() == 11
    assert expert.start is fallback
    assert expert.booster.num_trees() == trees
    assert f"[learning_rate: {rate:g}]" in expert.booster.model_to_string()
