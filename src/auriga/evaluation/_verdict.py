"""Does the regime split pay? Differences between models on the same rows, and a sentence that may say no."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from auriga.errors import ParameterError
from auriga.evaluation._bootstrap import Interval
from auriga.evaluation._day_values import auc_rows, day_values
from auriga.evaluation._scores import log_loss_rows
from auriga.evaluation._verdict_interval import LEAST_DAYS, day_interval
from auriga.evaluation._verdict_words import verdict_words
from auriga.typing import BoolArray, FloatArray, IntArray

CONTESTANTS = {
    "experts": "one expert per regime",
    "pooled": "one model of all rows, as many trees",
    "pooled_with_regime": "the same, told the regime",
    "placebo": "experts of shuffled regimes",
    "logistic": "logistic regression",
}
"""Who takes part, and what it is called."""

MUST_BEAT = ("pooled", "placebo")
"""The split pays only if its experts beat each of these."""

SMALLEST_GAIN_1E5 = 25.0
"""Log-loss (1e-5 nats) below which a gain is not worth having: what another random seed alone does."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """Judgement on the regime split.

    Attributes
    ----------
    pays : bool or None
        None when the rows cannot tell.
    sentence : str
        The judgement in one or two sentences, with figures.
    reasons : tuple of str
        One sentence for each comparison it rests on.
    variants : DataFrame indexed by name
        `title`, `rows`, `auc`, `auc_low`, `auc_high`, `skill_1e5`, `skill_low`, `skill_high` (log-loss saved
        against the constant predictor).
    differences : DataFrame
        Columns `other` (name), `title`, `auc_1e4`, `auc_low`, `auc_high`, `skill_1e5`, `skill_low`,
        `skill_high`: the experts minus the other, above 0 is better; stationary-bootstrap 95 % intervals,
        NaN where there are too few days for one.
    n_windows, n_windows_of, n_rows : int
        Windows compared, windows of the backtest, test rows.
    sample : str
        What was left out, in words; empty when nothing was.
    n_days : int
        Days with test rows; all pairs of a day are one value of the bootstrap.
    seen_from_1e5 : float
        Smallest gain in log-loss (1e-5 nats) that these rows would have told from zero; NaN if none.
    """

    pays: bool | None
    sentence: str
    reasons: tuple[str, ...]
    variants: pd.DataFrame
    differences: pd.DataFrame
    n_windows: int
    n_windows_of: int
    n_rows: int
    sample: str
    n_days: int = 0
    seen_from_1e5: float = float("nan")


def give_verdict(
    up: BoolArray,
    days: IntArray,
    prior: FloatArray,
    probability: Mapping[str, FloatArray],
    *,
    n_windows: int,
    n_windows_of: int | None = None,
    sample: str = "",
    smallest_gain_1e5: float = SMALLEST_GAIN_1E5,
    seed: int = 0,
) -> Verdict:
    """Judge whether experts of regimes predict better than what they must beat.

    The rule, written down before any number is seen:

    - **yes** when the experts save log-loss against `pooled` and against `placebo`, both 95 % intervals lie
      above zero and neither AUC interval lies below zero. All of it has to hold at once, so no allowance for
      several comparisons is needed;
    - **no** when against one of the two the whole log-loss interval lies below `smallest_gain_1e5`: a gain
      worth having is then ruled out;
    - **cannot tell** otherwise, and with fewer than `LEAST_DAYS` days of rows.

    Parameters
    ----------
    up : bool array of shape (n,)
        Whether the price rose.
    days : int array of shape (n,)
        Day number of each row; rows of all pairs in one day are one value of the bootstrap.
    prior : array of shape (n,)
        What a constant predictor says.
    probability : mapping of str to array of shape (n,) or (n_draws, n)
        Predictions of each contestant by name (see `CONTESTANTS`); scores of several draws are averaged.
        `experts`, `pooled` and `placebo` must be there.
    n_windows, n_windows_of, sample
        Told on in the verdict.
    smallest_gain_1e5 : float
        Gain in log-loss (1e-5 nats) that would be worth having.
    seed : int
        Of the bootstrap.

    Raises
    ------
    ParameterError
        If there are no rows, a contestant is missing or a probability lies outside [0, 1].

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.uniform(0.3, 0.7, size=6000)
    >>> up, half = rng.uniform(size=6000) < truth, np.full(6000, 0.5)
    >>> said = {"experts": truth, "pooled": half, "placebo": half}
    >>> give_verdict(up, np.arange(6000) // 100, half, said, n_windows=4).pays
    True
    """
    _require(up, probability)
    scores = {
        name: _scores(up, np.atleast_2d(probability[name])) for name in CONTESTANTS if name in probability
    }
    constant = log_loss_rows(up, prior)
    variants = {
        name: {"title": CONTESTANTS[name], "rows": len(up)}
        | _columns("auc", day_interval(day_values(auc, days), seed=seed))
        | _columns("skill", day_interval(day_values(1e5 * (constant - loss), days), seed=seed))
        for name, (auc, loss) in scores.items()
    }
    ours = scores.pop("experts")
    differences = {
        name: (
            day_interval(day_values(1e4 * (ours[0] - auc), days), seed=seed),
            day_interval(day_values(1e5 * (loss - ours[1]), days), seed=seed),
        )
        for name, (auc, loss) in scores.items()
    }
    n_days = len(np.unique(days))
    pays = _judge(differences, n_days, smallest_gain_1e5)
    seen_from = max(differences[name][1].estimate - differences[name][1].low for name in MUST_BEAT)
    table = pd.DataFrame.from_dict(variants, orient="index").rename(columns={"skill": "skill_1e5"})
    pooled_skill = float(table["skill_1e5"].to_dict()["pooled"])
    sentence, reasons = verdict_words(
        pays, differences, pooled_skill, seen_from, smallest_gain_1e5,
        n_rows=len(up), n_days=n_days, n_windows=n_windows, sample=sample,
    )  # fmt: skip
    return Verdict(
        pays=pays,
        sentence=sentence,
        reasons=reasons,
        variants=table,
        differences=_difference_table(differences),
        n_windows=n_windows,
        n_windows_of=n_windows if n_windows_of is None else n_windows_of,
        n_rows=len(up),
        sample=sample,
        n_days=n_days,
        seen_from_1e5=seen_from,
    )


def _require(up: BoolArray, probability: Mapping[str, FloatArray]) -> None:
    if not len(up):
        raise ParameterError("there are no test rows to judge by")
    missing = [name for name in ("experts", *MUST_BEAT) if name not in probability]
    if missing:
        raise ParameterError(f"predictions of {', '.join(missing)} are missing; a verdict needs them")


def _scores(up: BoolArray, draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """AUC and log-loss by row, averaged over draws."""
    said = [np.asarray(one, dtype=np.float64) for one in draws]
    auc: FloatArray = np.mean([auc_rows(up, one) for one in said], axis=0)
    loss: FloatArray = np.mean([log_loss_rows(up, one) for one in said], axis=0)
    return auc, loss


def _columns(name: str, interval: Interval) -> dict[str, Any]:
    return {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}


def _difference_table(differences: Mapping[str, tuple[Interval, Interval]]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {"other": name, "title": CONTESTANTS[name]} | _columns("auc", auc) | _columns("skill", skill)
        for name, (auc, skill) in differences.items()
    ]
    return pd.DataFrame(rows).rename(columns={"auc": "auc_1e4", "skill": "skill_1e5"})


def _judge(
    differences: Mapping[str, tuple[Interval, Interval]], n_days: int, smallest_gain: float
) -> bool | None:
    """Apply the rule of `give_verdict`."""
    needed = [differences[name] for name in MUST_BEAT]
    if n_days < LEAST_DAYS:
        return None
    if any(skill.high < smallest_gain for _, skill in needed):
        return False
    if all(skill.low > 0 and not auc.high < 0 for auc, skill in needed):
        return True
    return None
