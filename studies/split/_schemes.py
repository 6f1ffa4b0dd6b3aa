"""Every way to use regimes, as predictions of one window's test rows.

Only experts whose regime occurs in the test window are trained; the others would predict nothing. The
formulas are those of `auriga.models.RegimeClassifier`, which `_product.py` compares; trained here piece by
piece, one base serves all schemes, rules and placebos.
"""

from collections.abc import Iterator

import lightgbm as lgb
import numpy as np
from lightgbm import LGBMClassifier

from auriga.models import BinnedFeatures, with_regime_columns
from auriga.typing import FloatArray, IntArray, Regime
from studies.split._trees import Base, grow, log_odds, parameters, probability, resume
from studies.split._windows import Window

Predictions = dict[str, FloatArray]


def expert_rows(
    window: Window, series: str, rows: IntArray, test: IntArray
) -> Iterator[tuple[IntArray, IntArray]]:
    """Training and test rows of each regime that occurs in both, with enough rows to train on."""
    fit, asked = window.train.regimes[series], window.test.regimes[series]
    for regime in Regime.known():
        own, wanted = rows[fit[rows] == regime], test[asked[test] == regime]
        if len(wanted) and len(own) >= window.study.min_samples:
            yield own, wanted


def every_test_row(window: Window) -> IntArray:
    return np.arange(len(window.test))


def pair_rows(window: Window) -> Iterator[tuple[IntArray, IntArray]]:
    """All training and test rows of each pair."""
    for number in np.unique(window.test.pair):
        yield np.flatnonzero(window.train.pair == number), np.flatnonzero(window.test.pair == number)


def stock(window: Window) -> Predictions:
    """LightGBM with its own parameters, one model per pair, every candle."""
    said = np.full(len(window.test), np.nan)
    for fit, asked in pair_rows(window):
        model = LGBMClassifier(**window.study.stock, n_jobs=1, random_state=window.study.seed, verbosity=-1)
        model.fit(window.train.X[fit], window.train.up[fit])
        said[asked] = np.asarray(model.predict_proba(window.test.X[asked]))[:, 1]
    return {"stock": said}


def own_pair(window: Window) -> tuple[Predictions, FloatArray]:
    """One pooled model per pair; also its log-odds at `base_trees`, the fallback of its experts."""
    study = window.study
    said, fallback = np.full(len(window.test), np.nan), np.full(len(window.test), np.nan)
    for fit, asked in pair_rows(window):
        model = grow(window, fit, trees=max(study.own_trees, study.base_trees))
        said[asked] = log_odds(model, window.test.X[asked], study.own_trees)
        fallback[asked] = log_odds(model, window.test.X[asked], study.base_trees)
    return {"own": probability(said), "own_equal": probability(fallback)}, fallback


def pooled(window: Window, base: Base) -> Predictions:
    """The base at several numbers of trees, and continued as an expert would be, on all rows."""
    said = {
        f"base@{count}": probability(log_odds(base.booster, window.test.X, count))
        for count in window.study.all_tree_counts
    }
    more = resume(window, window.thinned, base.train)
    said["continued"] = probability(base.test + log_odds(more, window.test.X))
    return said


def hard_own(window: Window, series: str, fallback: FloatArray) -> Predictions:
    """Experts of the own pair's own-regime rows alone."""
    score = fallback.copy()
    for rows, test in pair_rows(window):
        for own, wanted in expert_rows(window, series, rows, test):
            score[wanted] = log_odds(grow(window, own), window.test.X[wanted])
    return {f"hard_own/{series}": probability(score)}


def hard_and_shrunk(window: Window, series: str, base: Base) -> Predictions:
    """Experts of all pairs' rows of their regime: alone, and with log-odds shrunk towards the base."""
    hard, shrunk = base.test.copy(), base.test.copy()
    for own, wanted in expert_rows(window, series, window.thinned, every_test_row(window)):
        expert = log_odds(grow(window, own), window.test.X[wanted])
        share = len(own) / (len(own) + window.study.prior_samples)
        hard[wanted] = expert
        shrunk[wanted] = share * expert + (1 - share) * base.test[wanted]
    return {f"hard_all/{series}": probability(hard), f"shrunk/{series}": probability(shrunk)}


def warm_start(window: Window, series: str, base: Base) -> Predictions:
    """The base continued on all pairs' rows of the regime."""
    score = base.test.copy()
    for own, wanted in expert_rows(window, series, window.thinned, every_test_row(window)):
        start = base.train[np.searchsorted(window.thinned, own)]
        score[wanted] += log_odds(resume(window, own, start), window.test.X[wanted])
    return {f"warm_start/{series}": probability(score)}


def weighted(window: Window, series: str, base: Base) -> Predictions:
    """Experts of all rows in which other regimes count less."""
    score, rows = base.test.copy(), window.thinned
    fit = window.train.regimes[series]
    for own, wanted in expert_rows(window, series, rows, every_test_row(window)):
        weight = np.where(fit[rows] == fit[own[0]], 1.0, window.study.other_weight)
        score[wanted] = log_odds(grow(window, rows, weight=weight), window.test.X[wanted])
    return {f"weighted/{series}": probability(score)}


def pooled_with_regime(window: Window, series: str) -> Predictions:
    """One model of all pairs that is told the regime as a feature."""
    rows, study = window.thinned, window.study
    X, X_test = (
        with_regime_columns(part.X[take], part.regimes[series][take])
        for part, take in ((window.train, rows), (window.test, every_test_row(window)))
    )
    data = BinnedFeatures([X], reference=X, params=study.trees).dataset(
        np.arange(len(rows)), window.train.up[rows].astype(np.float32)
    )
    model = lgb.train(parameters(study), data, num_boost_round=study.base_trees)
    return {f"pooled_with_regime/{series}": probability(log_odds(model, X_test))}
