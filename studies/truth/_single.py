"""One pair with a year of its own rows: the short form that `tests/simulated` runs."""

from dataclasses import dataclass

import numpy as np

from auriga.evaluation import Interval, recovered_share
from auriga.typing import BoolArray, FloatArray
from studies.truth._data import simulate_pair
from studies.truth._fit import Group, Plan, predict
from studies.truth._scores import Scored


@dataclass(frozen=True)
class Outcome:
    """Test rows of one pair: what happened, what could have been said, what hard experts and pooled said."""

    scored: Scored
    up: BoolArray
    best: FloatArray
    experts: FloatArray
    experts_true: FloatArray
    pooled: FloatArray
    recovered: float


def run(market: str, seed: int) -> Outcome:
    """Train on one year and predict the next 60 days."""
    pair = simulate_pair(market, seed, train_days=365)
    said = predict(Group([pair]), Plan("own", ("warm_start", "hard", "pooled")))
    scored = Scored.of([pair])
    return Outcome(
        scored=scored,
        up=scored.up,
        best=scored.best,
        experts=said["detected", "hard"],
        experts_true=said["true", "hard"],
        pooled=said["true", "pooled"],
        recovered=recovered_share(pair.regimes["true"][pair.test], pair.regimes["detected"][pair.test]),
    )


def difference(outcomes: list[Outcome], ours: str, theirs: str) -> Interval:
    """Log-loss of `theirs` minus `ours` over the rows of all outcomes."""
    return _joined(outcomes).log_loss_gain(_said(outcomes, ours), _said(outcomes, theirs))


def auc_difference(outcomes: list[Outcome], ours: str, theirs: str) -> Interval:
    """AUC of `ours` minus AUC of `theirs` over the rows of all outcomes."""
    return _joined(outcomes).auc_gain(_said(outcomes, ours), _said(outcomes, theirs))


def _said(outcomes: list[Outcome], name: str) -> FloatArray:
    return np.concatenate([getattr(outcome, name) for outcome in outcomes])


def _joined(outcomes: list[Outcome]) -> Scored:
    """Rows of all outcomes, whose weeks stay blocks of their own."""
    return Scored(
        np.concatenate([outcome.up for outcome in outcomes]),
        np.concatenate([outcome.best for outcome in outcomes]),
        np.concatenate([o.scored.blocks + 10_000 * number for number, o in enumerate(outcomes)]),
    )
