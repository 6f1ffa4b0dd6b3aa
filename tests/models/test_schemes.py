"""How each scheme makes an expert, checked against the sums it stands for."""

from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from xgboost import XGBClassifier, XGBRegressor

from auriga.errors import ParameterError
from auriga.models import (
    SCHEMES,
    BinnedFeatures,
    RegimeClassifier,
    RegimeRegressor,
    bin_parameters,
    with_regime_columns,
)
from auriga.typing import Regime

KNOWN = np.array([Regime.BEAR, Regime.SIDEWAYS, Regime.BULL])


def lightgbm(**more) -> LGBMClassifier:
    return LGBMClassifier(n_estimators=20, verbosity=-1, n_jobs=1, random_state=1, **more)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(4000, 5)).astype(np.float32)
    regimes = rng.choice(KNOWN, size=4000)
    edge = X[:, 0] + 0.7 * X[:, 1] * regimes
    y = np.where(edge + rng.normal(size=4000) > 0.3, "up", "down")
    return X, y, regimes


@pytest.fixture(scope="module")
def three(rows):
    """The same rows with a middle class."""
    X, _, regimes = rows
    edge = X[:, 0] + 0.7 * X[:, 1] * regimes
    return X, np.select([edge > 0.7, edge < -0.7], ["up", "down"], "flat"), regimes


def log_odds(probability):
    return np.log(probability[:, 1]) - np.log(probability[:, 0])


def loss(model, X, y, regimes):
    probability = model.predict_proba(X, regimes=regimes)
    return -np.log(probability[np.arange(len(y)), np.searchsorted(model.classes_, y)]).mean()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("data", ["rows", "three"])
def test_probabilities_of_every_scheme_sum_to_one_and_beat_the_constant(scheme, data, request) -> None:
    X, y, regimes = request.getfixturevalue(data)
    model = RegimeClassifier(lightgbm(), scheme=scheme, min_samples=100).fit(
        X[:3000], y[:3000], regimes=regimes[:3000]
    )
    probability = model.predict_proba(X[3000:], regimes=regimes[3000:])
    np.testing.assert_allclose(probability.sum(axis=1), 1)
    assert probability.shape == (1000, len(model.classes_))
    constant = -np.log(model.class_prior_[np.searchsorted(model.classes_, y[3000:])]).mean()
    assert loss(model, X[3000:], y[3000:], regimes[3000:]) < constant


def test_warm_start_continues_the_base_on_the_regimes_own_rows(rows) -> None:
    X, y, regimes = rows
    base = RegimeClassifier(lightgbm(), scheme="pooled").fit(X, y)
    model = RegimeClassifier(lightgbm(), min_samples=100, expert_trees=15, expert_learning_rate=0.1)
    model.fit(X, y, regimes=regimes)
    np.testing.assert_array_equal(model.predict_proba(X), base.predict_proba(X))
    own = regimes == Regime.BULL
    raw = lightgbm().fit(X, y).predict(X[own], raw_score=True)
    data = BinnedFeatures([X], params=bin_parameters(lightgbm())).dataset(np.flatnonzero(own), y[own] == "up")
    assert data.num_data() == own.sum()
    expert = lightgbm(learning_rate=0.1).set_params(n_estimators=15)
    expert.fit(X[own], y[own], init_score=raw)  # its own bins, so nearly and not exactly the same trees
    expected = raw + expert.predict(X[own], raw_score=True)
    ours = log_odds(model.predict_proba(X[own], regimes=regimes[own]))
    assert np.corrcoef(ours, expected)[0, 1] > 0.99
    assert loss(model, X, y, regimes) < loss(base, X, y, regimes)


def test_shrunk_blends_log_odds_by_the_number_of_rows(rows) -> None:
    X, y, regimes = rows
    keywords: dict[str, Any] = {"min_samples": 100, "prior_samples": 2000}
    hard = RegimeClassifier(lightgbm(), scheme="hard", **keywords).fit(X, y, regimes=regimes)
    shrunk = RegimeClassifier(lightgbm(), scheme="shrunk", **keywords).fit(X, y, regimes=regimes)
    bull = np.full(len(X), Regime.BULL)
    n = np.count_nonzero(regimes == Regime.BULL)
    share = n / (n + 2000)
    expected = share * log_odds(hard.predict_proba(X, regimes=bull)) + (1 - share) * log_odds(
        hard.predict_proba(X)
    )
    np.testing.assert_allclose(
        log_odds(shrunk.predict_proba(X, regimes=bull)), expected, rtol=1e-9, atol=1e-9
    )


@pytest.mark.parametrize(("weight", "same_as"), [(0.0, "hard"), (1.0, "pooled")])
def test_weighted_lies_between_hard_and_pooled(rows, weight, same_as) -> None:
    X, y, regimes = rows
    estimator = LogisticRegression(C=1e6, tol=1e-8)
    model = RegimeClassifier(estimator, scheme="weighted", other_weight=weight, min_samples=100)
    other = RegimeClassifier(estimator, scheme=same_as, min_samples=100)
    probability = model.fit(X, y, regimes=regimes).predict_proba(X, regimes=regimes)
    expected = other.fit(X, y, regimes=regimes).predict_proba(X, regimes=regimes)
    np.testing.assert_allclose(probability, expected, atol=1e-3)


def test_pooled_with_regime_sees_the_regime(rows) -> None:
    X, y, regimes = rows
    model = RegimeClassifier(lightgbm(), scheme="pooled_with_regime").fit(X, y, regimes=regimes)
    bull, bear = (model.predict_proba(X, regimes=np.full(len(X), r)) for r in (Regime.BULL, Regime.BEAR))
    assert np.abs(bull - bear).max() > 0.05
    assert model.route(regimes)[0].tolist() == [Regime.UNKNOWN] * len(X)


def test_regime_columns_are_flags_and_unknown_has_none() -> None:
    columns = with_regime_columns(np.zeros((4, 1), np.float32), [-1, 0, 1, -2])[:, 1:]
    np.testing.assert_array_equal(columns, np.vstack([np.eye(3), np.zeros(3)]))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_binned_features_train_the_same_model_as_the_array(rows, scheme) -> None:
    X, y, regimes = rows
    model = RegimeClassifier(lightgbm(), scheme=scheme, min_samples=100)
    expected = model.fit(X, y, regimes=regimes).predict_proba(X, regimes=regimes)
    features = with_regime_columns(X, regimes) if scheme == "pooled_with_regime" else X
    binned = BinnedFeatures(
        [features[:1500], features[1500:]], reference=features, params=bin_parameters(lightgbm())
    )
    again = model.fit(binned, y, regimes=regimes).predict_proba(X, regimes=regimes)
    np.testing.assert_array_equal(again, expected)


def test_rows_taken_from_bins_train_on_those_rows_alone(rows) -> None:
    X, y, regimes = rows
    binned = BinnedFeatures([X], params=bin_parameters(lightgbm()))
    some = np.arange(0, len(X), 2)
    model = RegimeClassifier(lightgbm(), min_samples=100)
    taken = model.fit(binned.take(some), y[some], regimes=regimes[some]).predict_proba(X, regimes=regimes)
    reference = BinnedFeatures([X[some]], reference=X, params=bin_parameters(lightgbm()))
    alone = model.fit(reference, y[some], regimes=regimes[some]).predict_proba(X, regimes=regimes)
    np.testing.assert_array_equal(taken, alone)


@pytest.mark.parametrize(
    "estimator",
    [
        XGBClassifier(n_estimators=15, max_depth=3, n_jobs=1, random_state=1),
        RandomForestClassifier(n_estimators=20, min_samples_leaf=20, random_state=1),
        lightgbm(),
    ],
    ids=lambda e: type(e).__name__,
)
@pytest.mark.parametrize("data", ["rows", "three"])
def test_trees_of_every_kind_are_continued(estimator, data, request) -> None:
    X, y, regimes = request.getfixturevalue(data)
    model = RegimeClassifier(estimator, min_samples=100, expert_trees=15, expert_learning_rate=0.2)
    model.fit(X[:3000], y[:3000], regimes=regimes[:3000])
    with_experts = loss(model, X[3000:], y[3000:], regimes[3000:])
    assert with_experts < loss(model, X[3000:], y[3000:], None)


def test_what_cannot_be_continued_is_refused_by_name(rows) -> None:
    X, y, regimes = rows
    with pytest.raises(ParameterError, match="which LogisticRegression cannot; use 'shrunk'"):
        RegimeClassifier(LogisticRegression()).fit(X, y, regimes=regimes)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"scheme": "soft"}, "scheme is 'soft'; known schemes are warm_start, hard"),
        ({"expert_trees": 0}, "expert_trees is 0; it must be at least 1"),
        ({"n_seeds": 0}, "n_seeds is 0"),
        ({"other_weight": 1.5}, "other_weight is 1.5; it must lie between 0 and 1"),
        ({"estimator": lightgbm(objective="poisson")}, "objective is 'poisson'; use one of binary"),
        ({"estimator": lightgbm(early_stopping_rounds=5)}, "early_stopping_rounds is 5; it is not supported"),
    ],
)
def test_bad_parameters_are_refused(rows, parameters, message) -> None:
    X, y, regimes = rows
    with pytest.raises(ParameterError, match=message):
        RegimeClassifier(**parameters).fit(X, y, regimes=regimes)


def test_seeds_are_averaged_on_the_log_scale(rows) -> None:
    X, y, regimes = rows
    bagged = lightgbm(subsample=0.5, subsample_freq=1)
    parts = [
        log_odds(
            RegimeClassifier(bagged, random_state=seed)
            .fit(X, y, regimes=regimes)
            .predict_proba(X, regimes=regimes)
        )
        for seed in (7, 8)
    ]
    both = RegimeClassifier(bagged, random_state=7, n_seeds=2).fit(X, y, regimes=regimes)
    assert np.abs(parts[0] - parts[1]).max() > 0.01
    np.testing.assert_allclose(
        log_odds(both.predict_proba(X, regimes=regimes)), np.mean(parts, axis=0), atol=1e-9
    )


def test_balanced_training_keeps_the_markets_probabilities(rows) -> None:
    X, _, _ = rows
    rng = np.random.default_rng(3)
    y = np.where(rng.random(len(X)) < 1 / (1 + np.exp(3 - X[:, 0])), "up", "down")  # about 7 % up
    plain = RegimeClassifier(LogisticRegression(), scheme="pooled").fit(X, y)
    balanced = RegimeClassifier(LogisticRegression(), scheme="pooled", balance_classes=True).fit(X, y)
    assert abs(balanced.predict_proba(X)[:, 1].mean() - np.mean(y == "up")) < 0.01
    assert np.abs(balanced.predict_proba(X) - plain.predict_proba(X)).max() < 0.1


def test_class_weight_of_the_template_counts_as_sample_weight(rows) -> None:
    X, y, _ = rows
    weighted = RegimeClassifier(lightgbm(class_weight={"up": 3.0, "down": 1.0}), scheme="pooled").fit(X, y)
    expected = lightgbm(class_weight={"up": 3.0, "down": 1.0}).fit(X, y)
    np.testing.assert_allclose(weighted.predict_proba(X), expected.predict_proba(X), rtol=1e-9)


def test_expert_without_one_of_three_classes_still_answers_all(three) -> None:
    X, y, regimes = three
    keep = (regimes != Regime.BULL) | (y != "flat")
    for scheme in SCHEMES:
        model = RegimeClassifier(lightgbm(), scheme=scheme, min_samples=100)
        model.fit(X[keep], y[keep], regimes=regimes[keep])
        probability = model.predict_proba(X, regimes=regimes)
        assert probability.shape == (len(X), 3)
        np.testing.assert_allclose(probability.sum(axis=1), 1)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "estimator",
    [
        LGBMRegressor(n_estimators=30, verbosity=-1, n_jobs=1),
        XGBRegressor(n_estimators=30, max_depth=3, n_jobs=1),
    ],
    ids=["LightGBM", "XGBoost"],
)
def test_regressor_beats_the_mean(rows, scheme, estimator) -> None:
    X, _, regimes = rows
    y = X[:, 0] + X[:, 1] * regimes + np.random.default_rng(4).normal(scale=0.3, size=len(X))
    model = RegimeRegressor(estimator, scheme=scheme, min_samples=100, expert_learning_rate=0.1)
    model.fit(X[:3000], y[:3000], regimes=regimes[:3000])
    error = np.mean((model.predict(X[3000:], regimes=regimes[3000:]) - y[3000:]) ** 2)
    assert error < 0.7 * np.mean((model.mean_ - y[3000:]) ** 2)


def test_shrunk_regressor_blends_values(rows) -> None:
    X, _, regimes = rows
    y = X[:, 0] * (1 + regimes)
    keywords = {"min_samples": 100, "prior_samples": 500}
    hard = RegimeRegressor(LinearRegression(), scheme="hard", **keywords).fit(X, y, regimes=regimes)
    shrunk = RegimeRegressor(LinearRegression(), scheme="shrunk", **keywords).fit(X, y, regimes=regimes)
    n = np.count_nonzero(regimes == Regime.BEAR)
    bear = np.full(len(X), Regime.BEAR)
    expected = n / (n + 500) * hard.predict(X, regimes=bear) + 500 / (n + 500) * hard.predict(X)
    np.testing.assert_allclose(shrunk.predict(X, regimes=bear), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["boosting", "boosting_type"])
def test_forest_of_lightgbm_is_refused_where_experts_continue_it(name) -> None:
    kind: dict[str, Any] = {name: "rf"}
    forest = LGBMClassifier(**kind, subsample=0.7, subsample_freq=1, verbosity=-1)
    with pytest.raises(ParameterError, match="boosting is 'rf', whose trees no expert can continue"):
        RegimeClassifier(forest).check_parameters()
    RegimeClassifier(forest, scheme="hard").check_parameters()


def test_bins_refuse_arrays_that_do_not_fit() -> None:
    with pytest.raises(ParameterError, match=r"features have \[2, 3\] columns"):
        BinnedFeatures([np.zeros((2, 2)), np.zeros((2, 3))])
    with pytest.raises(ParameterError, match="no rows"):
        BinnedFeatures([np.zeros((0, 2))])
    with pytest.raises(ParameterError, match="LogisticRegression needs plain arrays"):
        binned = BinnedFeatures([np.random.default_rng(0).normal(size=(50, 2))])
        RegimeClassifier(LogisticRegression(), scheme="hard").fit(binned, np.arange(50) % 2)


@pytest.mark.parametrize("scheme", ["warm_start", "hard", "shrunk", "weighted"])
def test_experts_may_look_back_further_than_the_fallback(rows, scheme) -> None:
    X, y, regimes = rows
    older = np.arange(len(X)) < 1500
    model = RegimeClassifier(lightgbm(), scheme=scheme, min_samples=100)
    model.fit(X, y, regimes=regimes, expert_only=older)
    bins = BinnedFeatures([X[~older]], reference=X, params=bin_parameters(lightgbm()))
    recent = RegimeClassifier(lightgbm(), scheme=scheme, min_samples=100).fit(
        bins, y[~older], regimes=regimes[~older]
    )
    np.testing.assert_array_equal(model.predict_proba(X), recent.predict_proba(X))
    assert not np.allclose(model.predict_proba(X, regimes=regimes), recent.predict_proba(X, regimes=regimes))
    assert model.experts_[Regime.UNKNOWN].n_samples == 2500
    assert model.experts_[Regime.BULL].n_samples == np.count_nonzero(regimes == Regime.BULL)


def test_rows_for_experts_alone_must_leave_some_for_the_fallback(rows) -> None:
    X, y, regimes = rows
    with pytest.raises(ParameterError, match=r"expert_only .* not all"):
        RegimeClassifier(lightgbm()).fit(X, y, regimes=regimes, expert_only=np.ones(len(X)))
