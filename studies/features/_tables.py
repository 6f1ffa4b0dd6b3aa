"""Markdown tables of the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from auriga.evaluation import Interval
from auriga.typing import Regime
from studies.features._regimes import TITLES
from studies.features._summary import REGIMES, SPANS
from studies.features._verdict import answer, group_answer, group_of, log_loss
from studies.split._tables import markdown, marked

Numbers = Mapping[str, Any]


def scores(found: Numbers, span: str = "all") -> list[str]:
    """AUC and log-loss of some rows, dashes where there were too few weeks."""
    if span not in found:
        return ["-", "-"]
    return [marked(Interval(*found[span][name])) for name in ("auc_1e4", "log_loss_1e5")]


def title(variant: Numbers) -> str:
    """A set of groups by what the comparison is about."""
    group = group_of(variant)
    return {
        "defaults": "the defaults",
        "seed": "nothing: other seeds (**noise floor**)",
        "without": f"**{group}**, to the other defaults",
        "with": f"**{group}**, to the defaults",
        "alone": f"the other defaults, to **{group}** alone",
        "everything": "all other groups, to the defaults",
    }[variant["kind"]]


def _compared(numbers: Numbers, kinds: Sequence[str]) -> list[Numbers]:
    return [one for kind in kinds for one in numbers["groups"]["variants"] if one["kind"] == kind]


def group_table(numbers: Numbers, kinds: Sequence[str]) -> str:
    """What groups add over all rows, with what they cost."""
    features = numbers["groups"]["feature_seconds"]
    rows = []
    for one in _compared(numbers, kinds):
        group = group_of(one)
        rows.append(
            [
                title(one),
                *scores(one["found"]),
                "-" if one["kind"] == "seed" else group_answer(one, numbers),
                str(one["columns"]),
                f"{one['fit_seconds']:.1f}",
                f"{features[group]:.2f}" if group in features else "-",
            ]
        )
    header = ["what is added", "AUC", "log-loss", "helps?", "columns", "s to train", "s to compute"]
    return markdown(header, rows)


def regime_table(numbers: Numbers, kinds: Sequence[str]) -> str:
    """What groups add in each regime."""
    rows = [
        [title(one), *(scores(one["found"], regime)[which] for which in (1, 0) for regime in REGIMES)]
        for one in _compared(numbers, kinds)
    ]
    header = [f"log-loss, {regime}" for regime in REGIMES] + [f"AUC, {regime}" for regime in REGIMES]
    return markdown(["what is added", *header], rows)


def level_table(numbers: Numbers) -> str:
    """How well each set does by itself."""
    rows = [
        [f"`{one['name']}`", f"{one['level'][0]:.4f}", f"{one['level'][1]:+.0f}", str(one["columns"])]
        for one in numbers["groups"]["variants"]
    ]
    return markdown(["set", "AUC", "saved", "columns"], rows)


def detector_table(numbers: Numbers) -> str:
    """Experts of every detector against the base with as many trees, and against shuffled regimes."""
    rows = []
    for one in _ranked(numbers):
        rows.append(
            [
                TITLES[one["name"]],
                *scores(one["found"]),
                answer(log_loss(one["found"]), numbers["n_comparisons"]),
                scores(one["placebo"])[1],
                scores(one["against_placebo"])[1],
                scores(one["base"])[1],
            ]
        )
    header = ["detector", "AUC", "log-loss", "helps?", "its placebos", "against placebos", "against the base"]
    return markdown(header, rows)


def detector_regime_table(numbers: Numbers) -> str:
    """Where each detector's experts gain: rows of its own regimes."""
    rows = [
        [
            TITLES[one["name"]],
            *(f"{scores(one['found'], regime)[1]} ({_share(one, regime)})" for regime in REGIMES),
            f"{100 * one['shares'][Regime.UNKNOWN.label]:.0f} %",
        ]
        for one in _ranked(numbers)
    ]
    return markdown(["detector", *(f"log-loss, {regime}" for regime in REGIMES), "unknown"], rows)


def _share(detector: Numbers, regime: str) -> str:
    return f"{100 * detector['shares'][regime]:.0f} % of rows, {detector['weeks'][regime]} weeks"


def _ranked(numbers: Numbers) -> list[Numbers]:
    return sorted(numbers["detectors"]["detectors"], key=lambda one: log_loss(one["found"]).estimate)


def draw_range(numbers: Numbers) -> str:
    """How far single placebo draws land from the base."""
    drawn = [
        log_loss({"all": draw}).estimate for one in numbers["detectors"]["detectors"] for draw in one["draws"]
    ]
    return f"{min(drawn):+.0f} to {max(drawn):+.0f} ({len(drawn)} draws)"


def span_text(numbers: Numbers) -> str:
    """Rows and weeks of each regime."""
    rows, weeks = numbers["groups"]["rows_by_span"], numbers["groups"]["weeks_by_span"]
    return ", ".join(f"{span} {rows[span]:,} rows in {weeks[span]} weeks" for span in SPANS)
