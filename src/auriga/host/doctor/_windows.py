"""Whether training, validation and test rows of a window share the future of a label."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from auriga.host.examination import Examination, Finding, Level, fine
from auriga.host.rows import TrainingTable
from auriga.host.seals import Window
from auriga.wording import counted


@dataclass
class Seen:
    """Rows that a model learned from, and those that were held back to score it."""

    learned: list[TrainingTable] = field(default_factory=list)
    held_back: list[TrainingTable] = field(default_factory=list)


def windows(exam: Examination) -> Iterator[Finding]:
    """Hand each window's rows to the model as a backtest does, and look at what reaches its estimators."""
    worst: dict[str, tuple[int, Finding]] = {}
    for window in exam.windows:
        for owner in exam.owners:
            for size, finding in _findings(exam, window, owner):
                if size > worst.get(finding.name, (0, finding))[0]:
                    worst[finding.name] = (size, finding)
    yield from (finding for _, finding in worst.values())
    if not worst:
        gap = exam.settings.label.horizon + exam.settings.embargo_candles
        yield fine(
            "windows",
            f"{counted(len(exam.windows), 'window')}: no label of a training row sees a validation or test "
            f"candle ({gap} candles between them)",
        )


def _findings(exam: Examination, window: Window, owner: str | None) -> Iterator[tuple[int, Finding]]:
    """Overlaps in candles, and the findings that they are."""
    rows = exam.window_rows(window, owner)
    if rows is None or not len(rows):
        return  # told by the check of classes
    seen = _given(exam, window, rows)
    learned = seen.learned[0] if seen.learned else rows
    if _shuffled(learned):
        yield 1, _out_of_order(window)
    horizon = exam.settings.label.horizon
    for name, first in (("test", window.test_start), ("validation", _first(seen.held_back))):
        if first is None:
            continue
        overlap = int((learned.times.max() + horizon * exam.step - first) // exam.step) + 1
        if overlap > 0:
            yield overlap, _overlap(exam, window, name, overlap, learned)


def _first(tables: list[TrainingTable]) -> int | None:
    return min((int(table.times.min()) for table in tables if len(table)), default=None)


def _overlap(exam: Examination, window: Window, name: str, overlap: int, learned: TrainingTable) -> Finding:
    last = pd.Timestamp(int(learned.times.max()), unit="ms")
    model, horizon = type(exam.glue).__name__, exam.settings.label.horizon
    return Finding(
        "label_overlap", Level.WRONG,
        f"{model}, window {window.trained_on}: the last training row ({last:%Y-%m-%d %H:%M}) has a "
        f"label that sees {overlap} candles of the {name} rows",
        f"leave {horizon} candles (regime.label.horizon) between them: do not override learn_stop, "
        "collect_rows or fit without auriga.models.purged_split",
    )  # fmt: skip


def _out_of_order(window: Window) -> Finding:
    return Finding(
        "shuffled", Level.WRONG, f"rows of the window {window.trained_on} reach the model out of time order",
        "keep them in order: remove shuffle and shuffle_after_split from freqai, and any shuffle from fit",
    )  # fmt: skip


def _shuffled(rows: TrainingTable) -> bool:
    return any(np.any(np.diff(rows.times[rows.pairs == pair]) < 0) for pair in range(len(rows.names)))


def _given(exam: Examination, window: Window, rows: TrainingTable) -> Seen:
    """Rows that reach estimators and scores when the model fits a window."""
    glue = exam.glue
    with _watched(glue) as seen:
        start = glue.base_start(window.train_start, window.train_stop)
        glue.fit_window(rows, start, glue.learn_stop(window.train_stop), "")
    return seen


@contextmanager
def _watched(glue: Any) -> Iterator[Seen]:
    """Let a model learn nothing, and write down what it would have learned from."""
    seen = Seen()

    def learn(model: object, rows: TrainingTable, *args: object, **kwargs: object) -> Any:
        seen.learned.append(rows)
        return SimpleNamespace()

    def score(model: object, rows: TrainingTable) -> str:
        seen.held_back.append(rows)
        return "not scored"

    glue.fit_rows, glue.holdout_score = learn, score
    try:
        yield seen
    finally:
        del glue.fit_rows, glue.holdout_score
