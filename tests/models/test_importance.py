"""Importance of features in the models of the regimes, against data whose cause is known."""

from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from auriga.errors import ParameterError
from auriga.models import RegimeClassifier, split_importance
from auriga.typing import Regime


@pytest.fixture(scope="module")
def market():
    """Feature 0 decides in bull rows, feature 1 in bear rows, feature 2 nowhere."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4000, 3))
    regimes = np.repeat([int(Regime.BULL), int(Regime.BEAR)], 2000)
    return X, np.where(regimes == Regime.BULL, X[:, 0], X[:, 1]) > 0, regimes


TREES = LGBMClassifier(n_estimators=20, verbosity=-1, n_jobs=1)
PIPELINE = make_pipeline(StandardScaler(), LogisticRegression())


@pytest.mark.parametrize(
    ("estimator", "scheme"),
    [(TREES, "hard"), (RandomForestClassifier(20, random_state=0), "hard"), (PIPELINE, "hard")],
)
def test_each_expert_names_its_own_cause(market, estimator, scheme) -> None:
    X, y, regimes = market
    found = split_importance(RegimeClassifier(estimator, scheme=scheme).fit(X, y, regimes=regimes))
    assert set(found) == {Regime.UNKNOWN, Regime.BULL, Regime.BEAR}
    assert found[Regime.BULL].argmax() == 0
    assert found[Regime.BEAR].argmax() == 1
    assert found[Regime.UNKNOWN].argmin() == 2


def test_an_expert_that_continues_the_base_counts_with_its_own_trees(market) -> None:
    X, y, regimes = market
    model = RegimeClassifier(TREES, scheme="warm_start", expert_trees=5).fit(X, y, regimes=regimes)
    expert: Any = model.estimators_[Regime.BULL]
    gain = expert.booster.feature_importance("gain")
    assert expert.booster.num_trees() == 5
    np.testing.assert_allclose(split_importance(model)[Regime.BULL], 0.015 * gain)


def test_importance_is_about_the_loss_that_was_taken_away(market) -> None:
    """One shallow tree with a small step lowers the log-loss of its rows by its gain times the step."""
    X, y, regimes = market
    tree = LGBMClassifier(
        n_estimators=1, num_leaves=4, learning_rate=0.01, reg_lambda=0, verbosity=-1, n_jobs=1
    )
    model = RegimeClassifier(tree, scheme="pooled").fit(X, y, regimes=regimes)
    prior = np.array([model.class_prior_] * len(y))
    lowered = log_loss(y, prior, normalize=False) - log_loss(y, model.predict_proba(X), normalize=False)
    assert split_importance(model)[Regime.UNKNOWN].sum() == pytest.approx(lowered, rel=0.02)


def test_seeds_are_averaged_and_regime_columns_left_out(market) -> None:
    X, y, regimes = market
    model = RegimeClassifier(TREES, scheme="pooled_with_regime", n_seeds=2).fit(X, y, regimes=regimes)
    fallback: Any = model.fallback_
    gains = [part.booster.feature_importance("gain") for part in fallback.models]
    assert {len(gain) for gain in gains} == {6}
    np.testing.assert_allclose(split_importance(model)[Regime.UNKNOWN], 0.1 * np.mean(gains, axis=0)[:3])


def test_an_estimator_that_does_not_tell_is_refused(market) -> None:
    X, y, regimes = market
    model = RegimeClassifier(KNeighborsClassifier(), scheme="pooled").fit(X, y, regimes=regimes)
    with pytest.raises(ParameterError, match="KNeighborsClassifier does not tell"):
        split_importance(model)
