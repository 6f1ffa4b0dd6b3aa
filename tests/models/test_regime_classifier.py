"""Experts learn from their own rows alone, and nothing trips the classifier."""

import pickle

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression

from auriga.errors import ParameterError
from auriga.models import RegimeClassifier, UntrainedClassifier
from auriga.typing import Regime

KNOWN = np.array([Regime.BEAR, Regime.SIDEWAYS, Regime.BULL])


@pytest.fixture
def rows():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(3000, 4))
    regimes = rng.choice(KNOWN, size=3000)
    y = np.where(X[:, 0] * regimes + rng.normal(scale=0.3, size=3000) > 0, "up", "down")
    return X, y, regimes


def lightgbm() -> LGBMClassifier:
    return LGBMClassifier(n_estimators=20, verbosity=-1, n_jobs=1, random_state=1)


def test_hard_expert_equals_a_model_of_its_own_rows_alone(rows) -> None:
    X, y, regimes = rows
    X = X.round()  # few values, so that bins of all rows and of own rows are the same
    model = RegimeClassifier(lightgbm(), scheme="hard", min_samples=100).fit(X, y, regimes=regimes)
    for regime in Regime.known():
        own = regimes == regime
        alone = lightgbm().fit(X[own], y[own])
        together = model.predict_proba(X, regimes=np.full(len(X), regime))
        np.testing.assert_allclose(together, alone.predict_proba(X), rtol=1e-12)


def test_fallback_learns_from_all_rows_and_answers_unknown(rows) -> None:
    X, y, regimes = rows
    model = RegimeClassifier(lightgbm(), min_samples=100).fit(X, y, regimes=regimes)
    expected = lightgbm().fit(X, y).predict_proba(X)
    np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-12)
    np.testing.assert_allclose(model.predict_proba(X, regimes=np.full(len(X), -2)), expected, rtol=1e-12)


def test_experts_solve_what_the_pooled_model_cannot(rows) -> None:
    X, y, regimes = rows
    decided = regimes != Regime.SIDEWAYS
    model = RegimeClassifier(LogisticRegression(), scheme="hard", min_samples=100).fit(X, y, regimes=regimes)
    assert np.mean(model.predict(X, regimes=regimes)[decided] == y[decided]) > 0.85
    assert np.mean(model.predict(X)[decided] == y[decided]) < 0.6


def test_each_row_says_who_predicted_it_and_from_how_many_rows(rows) -> None:
    X, y, regimes = rows
    regimes = np.where(np.arange(3000) < 2950, np.where(regimes == 1, 0, regimes), 1)
    model = RegimeClassifier(lightgbm(), min_samples=100).fit(X, y, regimes=regimes)
    assert model.regimes_.tolist() == [Regime.BEAR, Regime.SIDEWAYS]
    assert "50 rows, fewer than min_samples 100" in model.experts_[Regime.BULL].reason
    experts, counts = model.route([Regime.BULL, Regime.BEAR, Regime.UNKNOWN])
    assert experts.tolist() == [Regime.UNKNOWN, Regime.BEAR, Regime.UNKNOWN]
    assert counts.tolist() == [3000, np.count_nonzero(regimes == -1), 3000]


def test_regime_with_one_class_falls_back(rows) -> None:
    X, y, regimes = rows
    y = np.where(regimes == Regime.BULL, "up", y)
    model = RegimeClassifier(lightgbm(), min_samples=100).fit(X, y, regimes=regimes)
    assert Regime.BULL not in model.estimators_
    assert "class 'up'" in model.experts_[Regime.BULL].reason
    bull = np.full(len(X), Regime.BULL)
    np.testing.assert_array_equal(model.predict_proba(X, regimes=bull), model.predict_proba(X))


def test_every_class_has_its_column_whatever_the_rows_hold(rows) -> None:
    X, y, regimes = rows
    classes = ("down", "flat", "up")
    model = RegimeClassifier(lightgbm(), classes=classes, min_samples=100).fit(X, y, regimes=regimes)
    probability = model.predict_proba(X, regimes=regimes)
    assert probability.shape == (3000, 3)
    assert np.all(probability[:, 1] == 0)
    np.testing.assert_allclose(probability.sum(axis=1), 1)
    single = RegimeClassifier(lightgbm(), classes=classes).fit(X, np.full(3000, "up"), regimes=regimes)
    np.testing.assert_array_equal(single.predict_proba(X[:1]), [[0, 0, 1]])
    assert single.class_prior_.tolist() == [0, 0, 1]


def test_same_rows_give_the_same_model_however_many_threads(rows) -> None:
    X, y, regimes = rows
    one, two = (
        RegimeClassifier(lightgbm(), min_samples=100, n_jobs=n_jobs).fit(X, y, regimes=regimes)
        for n_jobs in (1, 2)
    )
    np.testing.assert_array_equal(
        one.predict_proba(X, regimes=regimes), two.predict_proba(X, regimes=regimes)
    )


def test_pickled_model_predicts_the_same(rows) -> None:
    X, y, regimes = rows
    model = RegimeClassifier(lightgbm(), min_samples=100).fit(X, y, regimes=regimes)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(
        again.predict_proba(X, regimes=regimes), model.predict_proba(X, regimes=regimes)
    )


def test_sample_weight_reaches_the_experts(rows) -> None:
    X, y, regimes = rows
    weight = np.where(np.arange(3000) < 1500, 1.0, 1e-12)
    model = RegimeClassifier(LogisticRegression(), scheme="hard", min_samples=100)
    weighted = model.fit(X, y, regimes=regimes, sample_weight=weight).predict_proba(X, regimes=regimes)
    half = slice(0, 1500)
    alone = model.fit(X[half], y[half], regimes=regimes[half]).predict_proba(X, regimes=regimes)
    np.testing.assert_allclose(weighted, alone, atol=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"regimes": np.zeros(5, int)}, "regimes has shape"),
        ({"regimes": np.full(3000, 7)}, r"\[7\].*bull"),
    ],
)
def test_bad_regimes_are_refused(rows, arguments, message) -> None:
    X, y, _ = rows
    with pytest.raises(ParameterError, match=message):
        RegimeClassifier(lightgbm()).fit(X, y, **arguments)


def test_unnamed_class_and_bad_min_samples_are_refused(rows) -> None:
    X, y, _ = rows
    with pytest.raises(ParameterError, match="'down'"):
        RegimeClassifier(lightgbm(), classes=("flat", "up")).fit(X, y)
    with pytest.raises(ParameterError, match="min_samples is 0"):
        RegimeClassifier(lightgbm(), min_samples=0).fit(X, y)


def test_stand_in_answers_like_a_model() -> None:
    model = UntrainedClassifier(("down", "up"), "no rows")
    np.testing.assert_array_equal(model.predict_proba(np.zeros((2, 9))), np.full((2, 2), 0.5))
    experts, counts = model.route(np.array([1, -1]))
    assert experts.tolist() == [Regime.UNKNOWN] * 2
    assert counts.tolist() == [0, 0]
