"""The verdict in sentences, made from its numbers alone."""

from collections.abc import Mapping

import numpy as np

from auriga.evaluation._bootstrap import Interval
from auriga.evaluation._verdict_interval import LEAST_DAYS

Differences = Mapping[str, tuple[Interval, Interval]]
"""Experts minus another: AUC in 1e-4, log-loss saved in 1e-5 nats."""

_AGAINST = {
    "pooled": "one model of all rows with as many trees",
    "pooled_with_regime": "that single model when it is told the regime",
    "placebo": "experts of shuffled regimes",
    "logistic": "a logistic regression",
}


def verdict_words(
    pays: bool | None,
    differences: Differences,
    pooled_skill: float,
    seen_from: float,
    smallest_gain: float,
    *,
    n_rows: int,
    n_days: int,
    n_windows: int,
    sample: str,
) -> tuple[str, tuple[str, ...]]:
    """Judgement in one or two sentences, and one sentence for each comparison."""
    basis = f"on {n_rows:,} predictions of {_plural(n_windows, 'window')} and {_plural(n_days, 'day')}"
    pooled, placebo = differences["pooled"][1], differences["placebo"][1]
    found = (
        f"saves {show(pooled)} against {_AGAINST['pooled']} and {show(placebo)} against {_AGAINST['placebo']}"
    )
    scale = f"1e-5 nats of log-loss; the single model itself saves {pooled_skill:+.0f} against a constant"
    if pays:
        start = f"Yes: {basis} one expert per regime {found} ({scale}); both intervals lie above zero."
        end = _told(differences)
    elif pays is False:
        start = f"No: {basis} one expert per regime {found} ({scale})."
        end = _why_not(pooled, placebo, smallest_gain)
    else:
        start = f"Cannot tell: {basis} one expert per regime {found} ({scale})."
        end = _why_unknown(differences, seen_from, n_days)
    preview = " This is a preview on a part of the rows." if sample else ""
    return f"{start}{end}{preview}", tuple(_reason(name, *pair) for name, pair in differences.items())


def show(interval: Interval) -> str:
    """Estimate and interval with signs, rounded to the unit.

    Examples
    --------
    >>> show(Interval(12.4, -3.2, 30.1))
    '+12 [-3, +30]'
    """
    if not np.isfinite(interval.low):
        return f"{round(interval.estimate):+d}"
    estimate, low, high = (f"{round(value):+d}" for value in (interval.estimate, interval.low, interval.high))
    return f"{estimate} [{low}, {high}]"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _told(differences: Differences) -> str:
    """Whether a single model told the regime would have done."""
    if "pooled_with_regime" not in differences:
        return ""
    skill = differences["pooled_with_regime"][1]
    if skill.low > 0:
        return f" A single model told the regime does not do as well: the experts save {show(skill)} more."
    if skill.high < 0:
        return f" A single model told the regime does better still: the experts lose {show(skill)} to it."
    return f" A single model told the regime does as well, as far as these rows tell: {show(skill)}."


def _why_not(pooled: Interval, placebo: Interval, smallest_gain: float) -> str:
    if pooled.high < 0:
        return " The split costs accuracy: the whole interval lies below zero."
    if pooled.high < smallest_gain:
        return f" A gain worth having ({smallest_gain:.0f}) is ruled out."
    if placebo.high < 0:
        return " Meaningless regimes do better than the real ones."
    return (
        f" Meaningless regimes do as well: a gain worth having ({smallest_gain:.0f}) over them is ruled out, "
        "so what is gained comes from having other models, not from the regimes."
    )


def _why_unknown(differences: Differences, seen_from: float, n_days: int) -> str:
    if n_days < LEAST_DAYS:
        return f" That is too little to judge by: it takes at least {LEAST_DAYS} days of predictions."
    worse = [name for name in ("pooled", "placebo") if differences[name][0].high < 0]
    if worse:
        return f" Log-loss and AUC disagree: in AUC the experts are worse than {_AGAINST[worse[0]]}."
    return f" On these rows a gain below {seen_from:.0f} could not be told from none."


def _reason(name: str, auc: Interval, skill: Interval) -> str:
    if not np.isfinite(skill.low):
        outcome = "no interval from so few days"
    elif skill.excludes_zero:
        outcome = "better" if skill.low > 0 else "worse"
    else:
        outcome = "no difference shown"
    return (
        f"Against {_AGAINST[name]}: {outcome}; log-loss saved {show(skill)} in 1e-5 nats, "
        f"AUC {show(auc)} in 1e-4."
    )
