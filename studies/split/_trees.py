"""One LightGBM model on some training rows of a window."""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from auriga.typing import FloatArray, IntArray
from studies.split._data import Float32Array
from studies.split._settings import Study
from studies.split._windows import Window


def parameters(
    study: Study, *, learning_rate: float | None = None, seed: int | None = None
) -> dict[str, object]:
    """Our tree parameters as LightGBM takes them, with one thread and a fixed seed."""
    ours = {name: value for name, value in study.trees.items() if name != "n_estimators"}
    ours |= {"objective": "binary", "verbosity": -1, "num_threads": 1, "deterministic": True}
    ours |= {"force_col_wise": True, "seed": study.seed if seed is None else seed}
    return ours | ({} if learning_rate is None else {"learning_rate": learning_rate})


def grow(
    window: Window,
    rows: IntArray,
    *,
    trees: int | None = None,
    weight: FloatArray | None = None,
    seed: int | None = None,
) -> lgb.Booster:
    """Train from nothing on training rows at ascending positions."""
    study = window.study
    data = window.binned.dataset(rows, window.train.up[rows].astype(np.float32), weight=weight)
    return lgb.train(parameters(study, seed=seed), data, num_boost_round=trees or study.base_trees)


def resume(window: Window, rows: IntArray, start: FloatArray, *, trees: int | None = None) -> lgb.Booster:
    """Train on top of `start`, the log-odds of these rows so far, with the experts' trees and rate."""
    study = window.study
    data = window.binned.dataset(rows, window.train.up[rows].astype(np.float32), init_score=start)
    settings = parameters(study, learning_rate=study.expert_learning_rate)
    return lgb.train(settings, data, num_boost_round=trees or study.expert_trees)


def log_odds(model: lgb.Booster, X: Float32Array, trees: int | None = None) -> FloatArray:
    """Log-odds that the price rises, from the first `trees` trees or all of them."""
    if not len(X):
        return np.empty(0)
    return np.asarray(model.predict(X, raw_score=True, num_iteration=trees, num_threads=1))


def staged_log_odds(model: lgb.Booster, X: Float32Array, counts: list[int]) -> FloatArray:
    """Log-odds after each number of trees, shape (n_counts, n)."""
    steps = zip([0, *counts], counts, strict=False)
    parts = [
        np.asarray(
            model.predict(X, raw_score=True, start_iteration=first, num_iteration=end - first, num_threads=1)
        )
        for first, end in steps
    ]
    return np.cumsum(parts, axis=0)


def probability(score: FloatArray) -> FloatArray:
    """Probability of log-odds."""
    return 1 / (1 + np.exp(-score))


@dataclass(frozen=True)
class Base:
    """The model of all pairs: its booster, and its log-odds at `base_trees`."""

    booster: lgb.Booster
    train: FloatArray  # of the thinned training rows
    test: FloatArray


def grow_base(window: Window) -> Base:
    """Train the model of all pairs with the largest number of trees that is read from it."""
    trees = window.study.base_trees
    booster = grow(window, window.thinned, trees=max(window.study.all_tree_counts))
    return Base(
        booster,
        log_odds(booster, window.train.X[window.thinned], trees),
        log_odds(booster, window.test.X, trees),
    )
