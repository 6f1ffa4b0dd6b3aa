"""Section 5: whether the split by regime pays, and whether it was luck."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from auriga.evaluation import Verdict
from auriga.host.evidence import Trials
from auriga.report._blocks import Block, Chart, Row, Table, Text, absent
from auriga.report._data import ReportData
from auriga.report._figures import forest
from auriga.report._guarded import attempt, reason_of, section
from auriga.report._palette import BAD, GOOD, MUTED
from auriga.report._tables import Column, cell, frame_table, number, or_unknown, percent, words

_LEAD = (
    "The experts against one model of all rows, one that is told the regime, experts of shuffled regimes "
    "(placebo) and a logistic regression, on the same windows and rows. Right of zero the experts are better."
)
_ANSWERS = {True: ("yes", "Yes"), False: ("no", "No"), None: ("open", "Cannot tell")}


@dataclass(frozen=True)
class Answer:
    """The verdict for the box at the top: `kind` is yes, no, open or missing; `money` is what was earned."""

    kind: str
    word: str
    sentence: str
    money: str = ""

    @property
    def rest(self) -> str:
        """The sentence without the word that it may begin with."""
        said = self.sentence.removeprefix(f"{self.word}:").strip()
        return said[:1].upper() + said[1:]


def answer_of(data: ReportData) -> Answer:
    """Return the verdict in a word and a sentence."""
    if data.verdict is None:
        return Answer("missing", "No verdict", data.reason("verdict"))
    try:
        kind, word = _ANSWERS[data.verdict.pays]
        return Answer(kind, word, data.verdict.sentence, _money(data))
    except Exception as error:  # it stands outside of all sections
        return Answer("missing", "No verdict", reason_of(error))


def _money(data: ReportData) -> str:
    """Return what keeps a reader from taking better predictions for profit."""
    if data.trading is None:
        return ""
    earned = 100 * float(data.trading.headline["estimate"].get("net_profit_frac", math.nan))
    if not math.isfinite(earned):
        return "This judges predictions, not money."
    return f"This judges predictions, not money: after costs the strategy made {earned:+.2f} % here."


def verdict_line(data: ReportData) -> str:
    """Return the verdict for a terminal."""
    answer = answer_of(data)
    return f"Does the split by regime pay? {answer.word}. {answer.rest} {answer.money}".rstrip()


def _numbers(data: ReportData) -> Mapping[str, Any]:
    pays = data.verdict.pays if data.verdict else None
    return {
        "verdict": {"pays": pays, "sentence": answer_of(data).sentence},
        "trials": vars(data.trials) if data.trials else None,
    }


@section("verdict", "The verdict: does the split by regime pay?", _LEAD, numbers=_numbers)
def verdict_section(data: ReportData) -> Iterator[Block]:
    """Give the fifth section."""
    if data.verdict is None:
        yield from absent(data.reason("verdict"))
    else:
        yield from attempt("the verdict", _verdict_blocks, data.verdict)
    if data.trials is None:
        yield from absent(data.reason("trials"))
    else:
        yield from attempt("was it luck", trials_table, data.trials)


def _verdict_blocks(verdict: Verdict) -> Iterator[Block]:
    basis = f"{verdict.n_windows} of {verdict.n_windows_of} windows, {verdict.n_rows:,} rows."
    yield Text("What it rests on:", verdict.reasons)
    for part, *shown in (
        ("log-loss saved", "skill_1e5", "skill_low", "skill_high", "Log-loss saved, 1e-5 nats"),
        ("AUC more", "auc_1e4", "auc_low", "auc_high", "AUC more, 1e-4"),
    ):
        yield from attempt(part, differences_chart, verdict.differences, *shown)
    yield from attempt("differences", differences_table, verdict.differences)
    yield from attempt("models", variants_table, verdict.variants, f"{basis} {verdict.sample}".strip())


def differences_chart(differences: pd.DataFrame, what: str, low: str, high: str, x: str) -> Chart:
    """Return the experts minus each of the others, with intervals."""
    values = differences[[what, low, high]].to_numpy(float)
    names = [str(title) for title in differences["title"]]
    colors = [_tone(bottom, top) for _, bottom, top in values]
    figure = forest(names, values[:, 0], values[:, 1], values[:, 2], level=0.0, x=x, colors=colors)
    form = number(1, sign=True)
    said = "; ".join(
        f"{name} {or_unknown(value, form)}" for name, value in zip(names, values[:, 0], strict=True)
    )
    return Chart(
        f"difference-{what.split('_')[0]}", f"Experts minus the others: {x}", figure, f"{x}: {said}.",
        "Each point compares on the same rows; its bar is the 95 % interval, the dashed line no difference.",
        "bars that hold the dashed line (no proof that the split helps) or lie left of it (it harms).",
        half=True,
    )  # fmt: skip


def _tone(low: float, high: float) -> str:
    return GOOD if low > 0 else BAD if high < 0 else MUTED


def differences_table(differences: pd.DataFrame) -> Table:
    """Return the same with figures."""
    few = "too few rows"
    columns = {
        "skill_1e5": Column(
            "Log-loss saved, 1e-5 nats (95 %)",
            number(1, sign=True),
            few,
            ("skill_low", "skill_high"),
            toned=True,
        ),
        "auc_1e4": Column(
            "AUC more, 1e-4 (95 %)", number(1, sign=True), few, ("auc_low", "auc_high"), toned=True
        ),
    }
    shown = differences.set_axis(pd.Index(differences["title"]))
    caption = "Experts minus each of the others"
    return frame_table(
        "differences", caption, "Experts minus", shown, columns,
        note="Above 0 the experts are better. Intervals by stationary bootstrap.",
    )  # fmt: skip


def variants_table(variants: pd.DataFrame, note: str) -> Table:
    """Return each model's own scores."""
    few = "too few rows"
    columns = {
        "rows": Column("Rows", number(0)),
        "auc": Column("AUC (95 %)", number(4), few, ("auc_low", "auc_high")),
        "skill_1e5": Column(
            "Saved against a constant, 1e-5 nats (95 %)", number(0, sign=True), few,
            ("skill_low", "skill_high"), toned=True,
        ),
    }  # fmt: skip
    shown = variants.set_axis(pd.Index(variants["title"]))
    return frame_table("variants", "The models that were compared", "Model", shown, columns, note=note)


def trials_table(trials: Trials) -> Table:
    """Return the Sharpe ratio with what luck and the number of tries do to it."""
    few = "too few days"
    annual = number(2, sign=True)
    rows = (
        Row("Tries counted", (cell(trials.n_trials, number(0)), *words([trials.counted])), "n_trials"),
        Row(
            "Sharpe ratio, annual",
            (cell(trials.sharpe, annual, why=few), *words(["daily returns"])),
            "sharpe",
        ),
        Row(
            "Chance that the true one is above 0",
            (cell(trials.psr, percent(1), why=few), *words(["probabilistic Sharpe ratio"])),
            "psr",
        ),
        Row(
            "Best to expect of so many tries without skill",
            (cell(trials.expected_best_sharpe, annual, why="one try"), *words(["annual Sharpe ratio"])),
            "expected_best_sharpe",
        ),
        Row(
            "Chance that the true one is above that of luck",
            (
                cell(trials.dsr, percent(1), why=few),
                *words(["deflated Sharpe ratio; 95 % is commonly asked for"]),
            ),
            "dsr",
        ),
    )
    note = "Whoever tries often enough finds a good backtest. Tries that left no trace: --trials adds them."
    return Table("trials", "Was it luck?", "Figure", ("Value", "Meaning"), rows, note)
