"""Side experiments: what else might make experts or the base better, each against doing without."""

from collections.abc import Iterator
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from sklearn.linear_model import LogisticRegression

from auriga.typing import FloatArray, IntArray
from studies.split._schemes import Predictions, every_test_row, expert_rows
from studies.split._trees import Base, grow, log_odds, probability, resume, staged_log_odds
from studies.split._windows import Window

SERIES = "vote"
"""The regimes of the side experiments: the product's default."""

KINDS = ("hard_all", "warm_start")
"""Schemes whose experts are stopped early and calibrated, in the order of the returned numbers of trees."""

_TAIL = 0.15
_HALF_LIFE_DAYS = 180
_SEEDS = 3
_CANDLE = 300 * 10**9
_HARD_COUNTS = list(range(10, 201, 10))
_WARM_COUNTS = list(range(5, 101, 5))


@dataclass(frozen=True)
class HeldBack:
    """One expert trained without the end of its own rows: rows and what it says of tail and test."""

    own: IntArray
    wanted: IntArray
    tail: IntArray
    start_test: FloatArray
    staged_tail: FloatArray
    staged_test: FloatArray


def held_back_tail(dates: IntArray, rows: IntArray, share: float, purge: int) -> tuple[IntArray, IntArray]:
    """Split rows by time: all before the tail, less `purge` candles, and the last `share` of them."""
    first_tail = np.quantile(dates[rows], 1 - share, method="lower")
    head = rows[dates[rows] < first_tail - purge * _CANDLE]
    return head, rows[dates[rows] >= first_tail]


def _best_count(up: np.ndarray, staged: FloatArray, counts: list[int]) -> int:
    likelihood = np.where(up, staged, -staged)
    return counts[int(np.logaddexp(0, -likelihood).mean(axis=1).argmin())]


def platt(up: np.ndarray, tail: FloatArray, asked: FloatArray) -> FloatArray:
    """Log-odds corrected by a straight line fitted to the tail."""
    line = LogisticRegression(C=np.inf).fit(tail.reshape(-1, 1), up)
    corrected: FloatArray = line.decision_function(asked.reshape(-1, 1))
    return corrected


def _hard_experts(window: Window) -> Iterator[HeldBack]:
    train, test = window.train, window.test
    for own, wanted in expert_rows(window, SERIES, window.thinned, every_test_row(window)):
        head, tail = held_back_tail(train.dates, own, _TAIL, window.study.horizon)
        model = grow(window, head, trees=_HARD_COUNTS[-1])
        staged = (staged_log_odds(model, X, _HARD_COUNTS) for X in (train.X[tail], test.X[wanted]))
        yield HeldBack(own, wanted, tail, np.zeros(len(wanted)), *staged)


def _warm_experts(window: Window) -> Iterator[HeldBack]:
    """As above; their base, too, must not have seen the tail."""
    train, test = window.train, window.test
    for own, wanted in expert_rows(window, SERIES, window.thinned, every_test_row(window)):
        head, tail = held_back_tail(train.dates, own, _TAIL, window.study.horizon)
        before = window.thinned[train.dates[window.thinned] <= train.dates[head].max()]
        base = grow(window, before)
        model = resume(window, head, log_odds(base, train.X[head]), trees=_WARM_COUNTS[-1])
        start = [log_odds(base, X) for X in (train.X[tail], test.X[wanted])]
        staged = (staged_log_odds(model, X, _WARM_COUNTS) for X in (train.X[tail], test.X[wanted]))
        yield HeldBack(
            own, wanted, tail, start[1], *(s + part for s, part in zip(start, staged, strict=True))
        )


def _refit(window: Window, base: Base, expert: HeldBack, trees: int, *, warm: bool) -> FloatArray:
    asked = window.test.X[expert.wanted]
    if not warm:
        return log_odds(grow(window, expert.own, trees=trees), asked)
    start = base.train[np.searchsorted(window.thinned, expert.own)]
    return base.test[expert.wanted] + log_odds(resume(window, expert.own, start, trees=trees), asked)


def held_back(window: Window, base: Base) -> tuple[Predictions, list[int]]:
    """Early stopping with refit, and Platt calibration, for hard and for warm-started experts."""
    said: Predictions = {}
    chosen: list[int] = []
    kinds = (
        (_hard_experts, _HARD_COUNTS, window.study.base_trees),
        (_warm_experts, _WARM_COUNTS, window.study.expert_trees),
    )
    for kind, (experts, counts, fixed) in zip(KINDS, kinds, strict=True):
        stopped, calibrated = base.test.copy(), base.test.copy()
        for expert in experts(window):
            up = window.train.up[expert.tail]
            trees = _best_count(up, expert.staged_tail, counts)
            stopped[expert.wanted] = _refit(window, base, expert, trees, warm=kind == "warm_start")
            at = int(np.searchsorted(counts, fixed))
            calibrated[expert.wanted] = platt(up, expert.staged_tail[at], expert.staged_test[at])
            chosen.append(trees)
        said[f"{kind}_stopped"], said[f"{kind}_platt"] = probability(stopped), probability(calibrated)
    return said, chosen


def recency_weight(dates: IntArray) -> FloatArray:
    """Half as much for every `_HALF_LIFE_DAYS` that a row is older than the newest; mean 1."""
    age = (dates.max() - dates) / (86_400 * 10**9)
    halved = 0.5 ** (age / _HALF_LIFE_DAYS)
    weight: FloatArray = halved / halved.mean()
    return weight


def base_variants(window: Window, base: Base) -> Predictions:
    """The base with other row weights, and averaged over seeds."""
    study, rows, X = window.study, window.thinned, window.test.X
    # Every label of a fixed horizon overlaps equally many others: uniqueness is one number, and weights of
    # mean 1 would change nothing. Taken as they are, they say how little the rows know together.
    uniqueness = np.full(len(rows), study.every / study.horizon)
    weights = {"recency": recency_weight(window.train.dates[rows]), "uniqueness": uniqueness}
    said = {
        f"base_{name}": probability(log_odds(grow(window, rows, weight=weight), X))
        for name, weight in weights.items()
    }
    others: list[lgb.Booster] = [grow(window, rows, seed=study.seed + k) for k in range(1, _SEEDS)]
    scores = [base.test, *(log_odds(model, X) for model in others)]
    return said | {"base_seeds": probability(np.mean(scores, axis=0))}
