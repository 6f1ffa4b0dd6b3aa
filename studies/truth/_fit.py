"""Every scheme trained on a group of pairs, all pairs together or each alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from lightgbm import LGBMClassifier

from auriga.models import (
    SCHEMES,
    BinnedFeatures,
    RegimeClassifier,
    Scheme,
    bin_parameters,
    with_regime_columns,
)
from auriga.settings import RegimeSettings
from auriga.typing import BoolArray, FloatArray, RegimeArray
from studies.truth._data import Pair

CONFIG = json.loads((Path(__file__).parents[2] / "config.json").read_text())
TREES: dict[str, Any] = CONFIG["freqai"]["model_training_parameters"] | {
    "n_jobs": 1,
    "random_state": 1,
    "verbosity": -1,
}
SETTINGS = RegimeSettings.model_validate(CONFIG["regime"])
KINDS = ("detected", "true")
SAMPLE_EVERY = 2
"""Every second candle, as the product does where pairs share a model; here of single pairs too."""

Answers = dict[tuple[str, Scheme], FloatArray]


@dataclass(frozen=True)
class Plan:
    """Which schemes are trained, and on whose rows.

    Attributes
    ----------
    rows : str
        `all` for the rows of all pairs, `own` for those of the predicted pair alone.
    schemes : tuple of str
    trees : int
        Trees of the fallback and of experts that start from nothing.
    """

    rows: str
    schemes: tuple[Scheme, ...] = SCHEMES
    trees: int = TREES["n_estimators"]


class Group:
    """Pairs that one trader has: their stacked rows, put into bins once."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = pairs
        kept = [pair.train[::SAMPLE_EVERY] for pair in pairs]
        self.pair_of_row = np.repeat(np.arange(len(pairs)), [len(rows) for rows in kept])
        self.X = np.concatenate([pair.features[rows] for pair, rows in zip(pairs, kept, strict=True)])
        self.up = np.concatenate([pair.up[rows] for pair, rows in zip(pairs, kept, strict=True)])
        self._kept = kept

    def train_regimes(self, kind: str) -> RegimeArray:
        return np.concatenate(
            [pair.regimes[kind][rows] for pair, rows in zip(self.pairs, self._kept, strict=True)]
        )

    def test_rows(self, pairs: Sequence[int]) -> npt.NDArray[np.float32]:
        return np.concatenate([self.pairs[number].features[self.pairs[number].test] for number in pairs])

    def test_regimes(self, kind: str, pairs: Sequence[int]) -> RegimeArray:
        return np.concatenate([self.pairs[n].regimes[kind][self.pairs[n].test] for n in pairs])

    @cached_property
    def binned(self) -> BinnedFeatures:
        return BinnedFeatures([self.X], params=bin_parameters(LGBMClassifier(**TREES)))

    @cached_property
    def binned_with_regime(self) -> dict[str, BinnedFeatures]:
        params = bin_parameters(LGBMClassifier(**TREES))
        return {
            kind: BinnedFeatures([with_regime_columns(self.X, self.train_regimes(kind))], params=params)
            for kind in KINDS
        }


def predict(group: Group, plan: Plan) -> Answers:
    """Probability of a rise in the test rows of all pairs, by kind of regimes and scheme."""
    every = range(len(group.pairs))
    parts = [list(every)] if plan.rows == "all" else [[number] for number in every]
    answers: Answers = {}
    for kind in KINDS:
        said = [_predict_part(group, plan, kind, part) for part in parts]
        answers |= {(kind, s): np.concatenate([part[s] for part in said]) for s in plan.schemes}
    return answers


def _predict_part(group: Group, plan: Plan, kind: str, part: list[int]) -> dict[Scheme, FloatArray]:
    rows = np.flatnonzero(np.isin(group.pair_of_row, part))
    X, regimes = group.test_rows(part), group.test_regimes(kind, part)
    said: dict[Scheme, FloatArray] = {}
    free = {other for scheme in plan.schemes for other in _answered_by(scheme, plan.schemes)[1:]}
    for scheme in [scheme for scheme in plan.schemes if scheme not in free]:
        told = scheme == "pooled_with_regime"
        features = group.binned_with_regime[kind] if told else group.binned
        model = fitted(plan, scheme, features.take(rows), group.up[rows], group.train_regimes(kind)[rows])
        for answered in _answered_by(scheme, plan.schemes):
            said[answered] = probability(model, answered, X, regimes)
    return said


def fitted(
    plan: Plan, scheme: Scheme, features: BinnedFeatures, up: BoolArray, regimes: RegimeArray
) -> RegimeClassifier:
    """Train one scheme with the shipped settings."""
    return RegimeClassifier(
        LGBMClassifier(**(TREES | {"n_estimators": plan.trees})),
        scheme=scheme,
        min_samples=SETTINGS.min_samples,
        expert_trees=SETTINGS.expert_trees,
        expert_learning_rate=SETTINGS.expert_learning_rate,
        prior_samples=SETTINGS.prior_samples,
        other_weight=SETTINGS.other_weight,
        n_jobs=1,
    ).fit(features, up, regimes=regimes)


def _answered_by(scheme: Scheme, asked: Sequence[Scheme]) -> list[Scheme]:
    """Schemes that need no training of their own: a fallback is the pooled model, `shrunk` blends `hard`."""
    free: dict[Scheme, Scheme] = {"warm_start": "pooled", "hard": "shrunk"}
    return [scheme, *(other for other in [free.get(scheme)] if other is not None and other in asked)]


def probability(
    model: RegimeClassifier, scheme: Scheme, X: npt.NDArray[np.float32], regimes: RegimeArray
) -> FloatArray:
    """Probability of a rise; `scheme` is the model's own or one that `_answered_by` it."""
    if scheme == "pooled":
        up: FloatArray = model.predict_proba(X)[:, 1]
    else:
        up = model.set_params(scheme=scheme).predict_proba(X, regimes=regimes)[:, 1]
    return up
