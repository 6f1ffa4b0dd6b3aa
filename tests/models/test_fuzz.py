"""500 random windows, as odd as markets and data get: nothing trips the classifier."""

import numpy as np
import pytest
from lightgbm import LGBMClassifier

from auriga.models import SCHEMES, BinnedFeatures, RegimeClassifier, bin_parameters, with_regime_columns
from auriga.typing import Regime

WINDOWS = 500
CLASSES = {2: ("down", "up"), 3: ("down", "flat", "up")}
ALL_REGIMES = np.array([int(regime) for regime in Regime], dtype=np.int8)


def random_window(rng):
    """Features, labels and regimes of a window of 1 to 30,000 rows."""
    n_rows = int(np.exp(rng.uniform(0, np.log(30_000))))
    X = rng.normal(size=(n_rows, int(rng.integers(1, 9)))).astype(np.float32)
    if rng.random() < 0.3:  # constant features
        X[:, rng.integers(X.shape[1])] = rng.choice([0.0, 1e30, -7.0])
    if rng.random() < 0.3:  # duplicate columns
        X = np.column_stack([X, X[:, rng.integers(X.shape[1])]])
    if rng.random() < 0.3:
        X[rng.random(X.shape) < rng.choice([0.01, 0.5, 1.0])] = np.nan
    classes = CLASSES[int(rng.integers(2, 4))]
    balance = rng.dirichlet(np.full(len(classes), rng.choice([0.02, 0.3, 5.0])))
    y = rng.choice(np.array(classes), size=n_rows, p=balance)
    mix = rng.dirichlet(np.full(4, rng.choice([0.05, 1.0])))
    return X, y, classes, rng.choice(ALL_REGIMES, size=n_rows, p=mix)


@pytest.mark.parametrize("part", range(10))
def test_no_window_trips_the_classifier(part) -> None:
    for number in range(part, WINDOWS, 10):
        rng = np.random.default_rng(number)
        X, y, classes, regimes = random_window(rng)
        template = LGBMClassifier(
            n_estimators=5,
            num_leaves=7,
            min_child_samples=int(rng.choice([1, 20, 200])),
            max_bin=int(rng.choice([7, 63])),
            subsample=0.7,
            subsample_freq=1,
            random_state=number,
        )
        model = RegimeClassifier(
            template,
            scheme=SCHEMES[number % len(SCHEMES)],
            classes=classes,
            min_samples=int(rng.choice([1, 50, 2000])),
            expert_trees=3,
            balance_classes=bool(rng.random() < 0.3),
            n_seeds=int(rng.choice([1, 1, 2])),
        )
        weight = rng.uniform(0.1, 2, size=len(y)) if rng.random() < 0.3 else None
        data = X
        if rng.random() < 0.5:
            seen = with_regime_columns(X, regimes) if model.scheme == "pooled_with_regime" else X
            early = seen[: max(1, len(seen) // 3)]
            data = BinnedFeatures([seen], reference=early, params=bin_parameters(template))
        older = np.arange(len(y)) < len(y) // 4 if rng.random() < 0.3 else None
        model.fit(data, y, regimes=regimes, sample_weight=weight, expert_only=older)
        asked = rng.choice(ALL_REGIMES, size=20)
        probability = model.predict_proba(X[rng.integers(len(X), size=20)], regimes=asked)
        experts, counts = model.route(asked)
        assert probability.shape == (20, len(classes)), number
        assert np.isfinite(probability).all(), number
        np.testing.assert_allclose(probability.sum(axis=1), 1, err_msg=str(number))
        assert set(experts.tolist()) <= {int(regime) for regime in Regime}
        assert (counts >= 1).all()
        assert set(model.predict(X[:5], regimes=regimes[:5]).tolist()) <= set(classes)
