"""What features add to a prediction: it adds up for every scheme, and names the cause."""

from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier, XGBRegressor

from auriga.errors import ParameterError
from auriga.models import (
    SCHEMES,
    BinnedFeatures,
    RegimeClassifier,
    RegimeRegressor,
    bin_parameters,
    shap_contributions,
    shap_names,
    with_regime_columns,
)
from auriga.typing import Regime

CODES = np.array([int(regime) for regime in Regime])
TREES = LGBMClassifier(
    n_estimators=12, verbosity=-1, n_jobs=1, random_state=1, subsample=0.7, subsample_freq=1
)
BOOST = XGBClassifier(n_estimators=5, max_depth=2, n_jobs=1, random_state=1)
LINEAR = make_pipeline(StandardScaler(), LogisticRegression())


@pytest.fixture(scope="module")
def rows():
    """Feature 0 decides in bull rows, feature 1 in bear rows, feature 3 nowhere; some values are missing."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(1500, 4)).astype(np.float32)
    regimes = rng.choice(CODES, size=1500)
    cause = np.select([regimes == Regime.BULL, regimes == Regime.BEAR], [X[:, 0], X[:, 1]], X[:, 2])
    return X, cause + rng.normal(scale=0.6, size=1500), regimes


def log_odds(probability, first=-1, second=0):
    return np.log(probability[:, first]) - np.log(probability[:, second])


def up(target):
    return np.where(target > 0.2, "up", "down")


def three(target):
    return np.select([target > 0.5, target < -0.5], ["up", "down"], "flat")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("estimator", [TREES, BOOST, LINEAR], ids=["LightGBM", "XGBoost", "linear"])
@pytest.mark.parametrize("classes", [up, three])
def test_contributions_add_up_to_the_log_odds(rows, scheme, estimator, classes) -> None:
    if scheme == "warm_start" and estimator is LINEAR:
        pytest.skip("nothing to continue")
    X, target, regimes = rows
    more: dict[str, Any] = {"n_seeds": 2, "balance_classes": True} if estimator is TREES else {}
    model = RegimeClassifier(estimator, scheme=scheme, min_samples=100, expert_trees=5, **more)
    model.fit(X, classes(target), regimes=regimes)
    found = shap_contributions(model, X[:400], regimes=regimes[:400], contrast=("up", "down"))
    probability = model.predict_proba(X[:400], regimes=regimes[:400])
    near = 1e-9 if estimator is TREES else 1e-4
    np.testing.assert_allclose(found.total, log_odds(probability), rtol=near, atol=near)
    assert found.values.shape == (400, len(shap_names(model, "abcd")))
    back = shap_contributions(model, X[:400], regimes=regimes[:400], contrast=("down", "up"))
    np.testing.assert_allclose(back.values, -found.values, atol=1e-6)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "estimator",
    [
        LGBMRegressor(n_estimators=12, verbosity=-1, n_jobs=1),
        XGBRegressor(n_estimators=5, max_depth=2, n_jobs=1),
        LinearRegression(),
    ],
    ids=["LightGBM", "XGBoost", "linear"],
)
def test_contributions_add_up_to_the_value_of_a_regression(rows, scheme, estimator) -> None:
    if scheme == "warm_start" and isinstance(estimator, LinearRegression):
        pytest.skip("nothing to continue")
    X, target, regimes = rows
    model = RegimeRegressor(estimator, scheme=scheme, min_samples=100).fit(X, target, regimes=regimes)
    found = shap_contributions(model, X, regimes=regimes)
    np.testing.assert_allclose(found.total, model.predict(X, regimes=regimes), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("scheme", ["warm_start", "pooled_with_regime"])
def test_models_on_bins_read_raw_rows(rows, scheme) -> None:
    X, target, regimes = rows
    given = with_regime_columns(X, regimes) if scheme == "pooled_with_regime" else X
    binned = BinnedFeatures([given], params=bin_parameters(TREES))
    model = RegimeClassifier(TREES, scheme=scheme, min_samples=100).fit(binned, up(target), regimes=regimes)
    found = shap_contributions(model, X, regimes=regimes)
    np.testing.assert_allclose(found.total, log_odds(model.predict_proba(X, regimes=regimes)), atol=1e-9)


def test_missing_values_are_attributed_too(rows) -> None:
    X, target, regimes = rows
    holes = np.where(np.random.default_rng(1).random(X.shape) < 0.1, np.nan, X)
    model = RegimeClassifier(TREES, min_samples=100).fit(holes, up(target), regimes=regimes)
    found = shap_contributions(model, holes, regimes=regimes)
    np.testing.assert_allclose(found.total, log_odds(model.predict_proba(holes, regimes=regimes)), atol=1e-9)


@pytest.mark.parametrize("estimator", [TREES, BOOST, LINEAR], ids=["LightGBM", "XGBoost", "linear"])
def test_each_expert_names_its_own_cause(rows, estimator) -> None:
    X, target, regimes = rows
    model = RegimeClassifier(estimator, scheme="hard", min_samples=100).fit(X, up(target), regimes=regimes)
    sizes = np.abs(shap_contributions(model, X, regimes=regimes).values)
    for regime, cause in ((Regime.BULL, 0), (Regime.BEAR, 1), (Regime.SIDEWAYS, 2)):
        mean = sizes[regimes == regime].mean(axis=0)
        assert mean.argmax() == cause
        assert mean[3] < 0.1 * mean[cause]


def test_the_regime_itself_can_be_the_cause() -> None:
    rng = np.random.default_rng(3)
    X, regimes = rng.normal(size=(2000, 2)), rng.choice(CODES, size=2000)
    y = np.where(rng.random(2000) < np.where(regimes == Regime.BULL, 0.8, 0.3), "up", "down")
    model = RegimeClassifier(TREES, scheme="pooled_with_regime").fit(X, y, regimes=regimes)
    found = shap_contributions(model, X, regimes=regimes)
    names = shap_names(model, ["one", "two"])
    assert names[np.abs(found.values).mean(axis=0).argmax()] == "regime is bull"
    bull = names.index("regime is bull")
    assert (
        found.values[regimes == Regime.BULL, bull].min()
        > 0
        > found.values[regimes == Regime.BEAR, bull].max()
    )


def test_linear_contributions_are_the_slope_times_the_distance_from_the_mean(rows) -> None:
    X, target, _ = rows
    model = RegimeClassifier(LINEAR, scheme="pooled").fit(X, up(target))
    fallback: Any = model.fallback_
    scaler, logistic = (step for _, step in fallback.estimator.steps)
    expected = (X - X.mean(axis=0)) * logistic.coef_[0] / scaler.scale_
    np.testing.assert_allclose(shap_contributions(model, X).values, expected, atol=1e-5)


def test_one_class_gives_nothing_to_attribute(rows) -> None:
    X, _, _ = rows
    model = RegimeClassifier(TREES, classes=["down", "up"]).fit(X, np.full(len(X), "up"))
    with pytest.raises(ParameterError, match="of one class"):
        shap_contributions(model, X)


def test_a_class_that_an_expert_never_saw_is_refused(rows) -> None:
    X, target, regimes = rows
    y = np.where((regimes == Regime.BULL) & (target > 0.5), "flat", three(target))
    model = RegimeClassifier(TREES, scheme="hard", min_samples=100).fit(X, y, regimes=regimes)
    with pytest.raises(ParameterError, match="has seen no row of one of the two classes"):
        shap_contributions(model, X, regimes=regimes, contrast=("up", "down"))
    bear = np.flatnonzero(regimes == Regime.BEAR)
    shap_contributions(model, X[bear], regimes=regimes[bear], contrast=("up", "down"))


@pytest.mark.parametrize(
    ("estimator", "said"),
    [
        (RandomForestClassifier(5), "RandomForestClassifier does not tell what its features add"),
        (make_pipeline(PCA(2), LogisticRegression()), "turn 4 features into 2"),
    ],
)
def test_what_cannot_be_attributed_is_said(rows, estimator, said) -> None:
    X, target, _ = rows
    model = RegimeClassifier(estimator, scheme="pooled").fit(X, up(target))
    with pytest.raises(ParameterError, match=said):
        shap_contributions(model, X)


def test_a_foreign_class_is_refused(rows) -> None:
    X, target, _ = rows
    model = RegimeClassifier(TREES, scheme="pooled").fit(X, up(target))
    with pytest.raises(ParameterError, match=r"contrast names \['right'\]; the classes are"):
        shap_contributions(model, X, contrast=("right", "down"))
