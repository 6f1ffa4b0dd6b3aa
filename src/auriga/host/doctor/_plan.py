"""What the run will take: models, time, memory and disk, estimated from a short training on this machine."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import cloudpickle
import numpy as np
import psutil
from joblib import effective_n_jobs

from auriga.host.examination import Examination, Finding, Level, fine
from auriga.host.rows import TrainingTable
from auriga.typing import Regime
from auriga.wording import counted

_SAMPLE_ROWS = 12_000
_PREDICTION_BYTES = 60
"""Of a row of cached predictions: 35 measured, and room for columns of the strategy."""
_METADATA_BYTES = 40
"""Of a feature's name in FreqAI's metadata, which is written for each pair and window."""
_ROW_BYTES = 40
"""Target, regime, time, weight and scores of a training row."""


@dataclass(frozen=True)
class Calibration:
    """What a short training took: seconds and rows, the size of the model, and why it failed if it did."""

    seconds: float
    rows: int
    model_bytes: int
    failed: str


@dataclass(frozen=True)
class Plan:
    """Estimates of a run.

    Attributes
    ----------
    models, experts : int
        Windows times owners, and most experts in all of them.
    seconds : float
    memory, disk : float
        Peak of the process and files that are written, in bytes.
    """

    models: int
    experts: int
    seconds: float
    memory: float
    disk: float


def plan(exam: Examination) -> Iterator[Finding]:
    """Estimate the run and compare it with this machine."""
    calibration = _calibrate(exam)
    if exam.table is None or calibration is None:
        nothing = "no row can be learned from, so nothing can be estimated"
        yield Finding("plan", Level.WARNING, nothing, "see to the other findings first")
        return
    if calibration.failed:
        yield Finding(
            "training_failed", Level.WRONG, f"a short training ended with {calibration.failed}",
            "correct the model or freqai.model_training_parameters: no window would be trained",
        )  # fmt: skip
        return
    estimate = _plan(exam, exam.table, calibration)
    text = (
        f"{counted(len(exam.windows), 'window')} x {counted(len(exam.known_pairs), 'pair')}: "
        f"{counted(estimate.models, 'model')} with up to {counted(estimate.experts, 'expert')}; about "
        f"{_duration(estimate.seconds)}, {_size(estimate.memory)} of memory and "
        f"{_size(estimate.disk)} of disk (estimates)"
    )
    found = [
        *_compared("disk", estimate.disk, exam.resources.free_disk, text, _DISK),
        *_compared("memory", estimate.memory, _reachable_memory(exam), text, _MEMORY),
    ]
    yield from found or [fine("plan", text)]


_DISK = (
    "free some, point --userdir to another disk, remove old folders of user_data/models, set "
    "freqai.save_backtest_models to false, or use longer freqai.backtest_period_days"
)
_MEMORY = (
    "use fewer pairs, a higher regime.sample_every, fewer timeframes or regime.features.keep "
    "(auriga features), or freqai.data_kitchen_thread_count 1"
)


def _reachable_memory(exam: Examination) -> int:
    """Free memory, and what this process has of it already."""
    return exam.resources.free_memory + int(psutil.Process().memory_info().rss)


def _compared(name: str, needed: float, free: int, text: str, remedy: str) -> Iterator[Finding]:
    if needed <= 0.8 * free:
        return
    level = Level.WRONG if needed > free else Level.WARNING
    how = "more than" if level is Level.WRONG else "nearly all of"
    yield Finding(
        f"plan_{name}", level, f"{text}: that is {how} the {_size(free)} of {name} that are free", remedy
    )


def _plan(exam: Examination, table: TrainingTable, calibration: Calibration) -> Plan:
    counts = [
        len(rows) if (rows := exam.window_rows(window, owner)) is not None else 0
        for window in exam.windows
        for owner in exam.owners
    ]
    threads = max(1, min(effective_n_jobs(exam.glue.model_threads), len(counts)))
    training = sum(counts) / calibration.rows * calibration.seconds / min(threads, exam.resources.threads)
    has_experts = exam.settings.scheme not in ("pooled", "pooled_with_regime")
    return Plan(
        models=len(counts),
        experts=len(counts) * len(Regime.known()) if has_experts else 0,
        seconds=exam.seconds["features"] + training,
        memory=_memory(exam, len(table), max(counts), threads),
        disk=_disk(exam, calibration),
    )


def _memory(exam: Examination, rows: int, window_rows: int, threads: int) -> float:
    """Peak: what candles and features take now, all training rows, and those of windows side by side."""
    width = len(exam.market.feature_names(exam.known_pairs[0]))
    value = 1 if exam.glue.bin_params is not None else 8
    now = float(psutil.Process().memory_info().rss)
    return now + rows * (width * value + _ROW_BYTES) + threads * window_rows * (width * value + _ROW_BYTES)


def _disk(exam: Examination, calibration: Calibration) -> float:
    windows, pairs = exam.windows, len(exam.known_pairs)
    width = len(exam.market.feature_names(exam.known_pairs[0]))
    rows = (windows[-1].test_stop - windows[0].test_start) / exam.step
    model = calibration.model_bytes if exam.glue.save_backtest_models else 0
    return pairs * (rows * _PREDICTION_BYTES + len(windows) * (width * _METADATA_BYTES + 4000 + model))


def _calibrate(exam: Examination) -> Calibration | None:
    """Train one window's model on some of its rows: binning, the base and its experts."""
    rows = _some_rows(exam)
    if rows is None:
        return None
    window, begin = exam.windows[0], time.process_time()
    table = exam.glue.collect_rows(exam.market, rows[0], start=rows[1], stop=rows[2], bins_stop=rows[2])
    if table is None:
        return None
    start = exam.glue.base_start(window.train_start, window.train_stop)
    model = exam.glue.fit_window(_regimes_spread(table), min(start, rows[1]), rows[2], "")
    failed = str(getattr(model, "reason", ""))
    return Calibration(time.process_time() - begin, len(table), len(cloudpickle.dumps(model)), failed)


def _some_rows(exam: Examination) -> tuple[list[str], int, int] | None:
    """Pairs, and a span that ends with the last window's training and has about `_SAMPLE_ROWS` rows."""
    if exam.table is None:
        return None
    pairs = exam.known_pairs[:1]
    stop = exam.glue.learn_stop(exam.windows[-1].train_stop)
    own = exam.table.times[exam.table.pairs == 0]
    before = own[own < stop]
    if not len(before):
        return None
    return pairs, int(before[max(0, len(before) - _SAMPLE_ROWS)]), stop


def _regimes_spread(table: TrainingTable) -> TrainingTable:
    """Return the rows in regimes that take turns, so that every expert is trained as in a whole window."""
    known = np.array([int(regime) for regime in Regime.known()], dtype=np.int8)
    turns = known[np.arange(len(table)) // max(1, len(table) // 30) % len(known)]
    return TrainingTable(table.data, table.target, turns, table.times, table.pairs, table.spans, table.names)


def _duration(seconds: float) -> str:
    """Time in words.

    Examples
    --------
    >>> _duration(20), _duration(95), _duration(7200)
    ('20 s', '1.6 minutes', '2.0 hours')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 3600:.1f} hours" if seconds >= 5400 else f"{seconds / 60:.1f} minutes"


def _size(n_bytes: float) -> str:
    """Bytes in words.

    Examples
    --------
    >>> _size(3.2e6), _size(1.5e10)
    ('3.2 MB', '15.0 GB')
    """
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.1f} MB"
