"""Models of the same rows that share their fallback are the models that train it themselves."""

from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.ensemble import RandomForestClassifier

from auriga.models import RegimeClassifier, RegimeRegressor, SharedFallback

SMALL: dict[str, Any] = {
    "n_estimators": 8,
    "min_child_samples": 10,
    "verbosity": -1,
    "n_jobs": 1,
    "random_state": 3,
}


@pytest.mark.parametrize(
    ("make", "scheme"),
    [
        (lambda: LGBMClassifier(**SMALL), "warm_start"),
        (lambda: LGBMClassifier(**SMALL), "shrunk"),
        (lambda: RandomForestClassifier(5, max_depth=3, random_state=0), "warm_start"),
        (lambda: LGBMRegressor(**SMALL), "warm_start"),
    ],
)
def test_taken_over_equals_trained(make, scheme) -> None:
    rng = np.random.default_rng(0)
    X, first, second = rng.normal(size=(600, 3)), *rng.integers(-1, 2, size=(2, 600))
    regression = isinstance(make(), LGBMRegressor)
    kind = RegimeRegressor if regression else RegimeClassifier
    y = X[:, 0] * first if regression else (X[:, 0] * first > 0).astype(int)

    def answers(regimes: np.ndarray, shared: SharedFallback | None) -> tuple[np.ndarray, object]:
        model = kind(make(), scheme=scheme, min_samples=50, expert_trees=4).fit(
            X, y, regimes=regimes, shared=shared
        )
        predict = model.predict if regression else model.predict_proba
        return predict(X, regimes=regimes), model.fallback_

    shared = SharedFallback()
    one, fallback = answers(first, shared)
    other, same = answers(second, shared)
    assert same is fallback
    assert np.array_equal(one, answers(first, None)[0])
    assert np.array_equal(other, answers(second, None)[0])
    assert not np.array_equal(one, other)
