"""Train and predict window by window in two processes; what is finished is kept, so a stopped run goes on."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import lightgbm as lgb
import numpy as np

from auriga.typing import FloatArray
from studies.features._features import (
    FeaturePair,
    column_groups,
    compute_features,
    feature_rows,
    load_features,
    source_digest,
)
from studies.features._kept import Made, kept, key
from studies.features._plan import Variant, trained
from studies.features._regimes import detector_regimes
from studies.features._settings import Ablation
from studies.split._data import data_folder, read_candles
from studies.split._run import Results, console, gather, store
from studies.split._schemes import Predictions, warm_start
from studies.split._settings import Study
from studies.split._trees import grow, grow_base, log_odds, probability, resume
from studies.split._windows import Rows, binned_window, split_rows, window_starts

_T = TypeVar("_T")

PARTS = ("groups", "detectors")


@dataclass(frozen=True)
class Job:
    """One part of one window."""

    part: str
    start: str
    ablation: Ablation
    cache: Path

    @property
    def file(self) -> Path:
        """Where its predictions are kept."""
        return results_folder(self.ablation, self.cache) / f"{self.start}-{self.part}.npz"


def results_folder(ablation: Ablation, cache: Path) -> Path:
    """Where the finished windows of these settings are."""
    return cache / f"{ablation.digest()}-{source_digest()}-lightgbm{lgb.__version__}"


def jobs(part: str, ablation: Ablation, cache: Path) -> list[Job]:
    """All windows of one part."""
    return [Job(part, f"{start:%Y-%m-%d}", ablation, cache) for start in window_starts(ablation.study)]


_loaded: dict[tuple[str, str, Path], dict[str, FeaturePair]] = {}
"""What this process read last."""


def _tables(job: Job) -> dict[str, FeaturePair]:
    """Every pair with the features and regimes that a part reads; a process keeps those of its last part."""
    key = job.part, job.ablation.digest(), job.cache
    if key not in _loaded:
        _loaded.clear()
        _loaded[key] = {name: _table(job, name) for name in job.ablation.study.pairs}
    return _loaded[key]


def _table(job: Job, name: str) -> FeaturePair:
    folder, only_groups = data_folder(), job.part == "groups"
    groups = job.ablation.groups if only_groups else job.ablation.defaults
    pair = load_features(folder, name, groups, job.ablation, job.cache)
    daily = read_candles(folder, name, "1d")
    return replace(
        pair, regimes=detector_regimes(daily, pair.dates, job.ablation, name, shipped_only=only_groups)
    )


def job_rows(job: Job) -> tuple[Rows, Rows, tuple[str, ...], np.ndarray]:
    """Training and test rows of a window, its pairs, and the group of each column."""
    study = job.ablation.study
    tables = _tables(job)
    start = next(start for start in window_starts(study) if f"{start:%Y-%m-%d}" == job.start)
    rows = split_rows(tables, start, study, features=feature_rows, every=study.every)
    leaders = [tables[name] for name in study.leaders]
    return *rows, column_groups(tables[study.pairs[0]], leaders)


def run_job(job: Job) -> tuple[Job, float]:
    """Train and predict one part of one window, and keep it."""
    began = time.perf_counter()
    train, test, pairs, columns = job_rows(job)
    made = {"groups": _groups, "detectors": _detectors}[job.part]
    said, numbers = made(train, test, pairs, columns, job.ablation, job.cache / "trained")
    job.file.with_suffix(".json").write_text(json.dumps(numbers | {"train_rows": len(train)}))
    store(job.file, test, said, time.perf_counter() - began)
    return job, time.perf_counter() - began


def set_key(variant: Variant, train: Rows, test: Rows, study: Study) -> str:
    """Short name of everything that the training of one set depends on."""
    arrays = [train.X, train.up, train.dates, test.X]
    return key(arrays, {"seeds": variant.seeds, "trees": study.trees, "every": study.every})


def _groups(
    train: Rows,
    test: Rows,
    pairs: tuple[str, ...],
    columns: np.ndarray,
    ablation: Ablation,
    folder: Path,
) -> Made:
    """Every set of groups with every seed."""
    said: Predictions = {}
    numbers: dict[str, float] = {}
    for variant in trained(ablation):
        chosen = np.flatnonzero(np.isin(columns, variant.groups))
        own = [replace(part, X=np.ascontiguousarray(part.X[:, chosen])) for part in (train, test)]
        fit = partial(_fit, variant, own[0], own[1], pairs, ablation.study)
        predictions, seconds = kept(folder, set_key(variant, own[0], own[1], ablation.study), fit)
        said |= {f"{variant.name}@{seed}": values for seed, values in predictions.items()}
        numbers |= {variant.name: seconds["seconds"], f"columns: {variant.name}": len(chosen)}
    return said, numbers


def _fit(variant: Variant, train: Rows, test: Rows, pairs: tuple[str, ...], study: Study) -> Made:
    """Train one set with each of its seeds; the seconds are those of the bins and one model."""
    began = time.process_time()
    window = binned_window(train, test, pairs, study)
    binned = time.process_time() - began
    said: dict[str, FloatArray] = {}
    for seed in variant.seeds:
        model = grow(window, window.thinned, seed=seed)
        said[str(seed)] = probability(log_odds(model, test.X))
    fitted = time.process_time() - began - binned
    return said, {"seconds": binned + fitted / len(variant.seeds)}


def _detectors(
    train: Rows,
    test: Rows,
    pairs: tuple[str, ...],
    columns: np.ndarray,
    ablation: Ablation,
    folder: Path,
) -> Made:
    """Warm-started experts of every detector and placebo, and the base with as many trees on all rows."""
    window = binned_window(train, test, pairs, ablation.study)
    base = grow_base(window)
    more = resume(window, window.thinned, base.train)
    said = {"base": probability(base.test), "continued": probability(base.test + log_odds(more, test.X))}
    for series in train.regimes:
        said |= warm_start(window, series, base)
    return said, {"columns": len(columns)}


def run(
    parts: tuple[str, ...], ablation: Ablation, cache: Path, processes: int, *, finished: bool = False
) -> dict[str, Results]:
    """Run everything that is not in the cache yet, and return all of it by part.

    With `finished`, nothing is run and the windows that are there are returned.
    """
    if not finished:
        results_folder(ablation, cache).mkdir(parents=True, exist_ok=True)
        folder = data_folder()
        features = [(folder, pair, ablation.groups, ablation, cache) for pair in ablation.study.pairs]
        for _ in _each(compute_features, features, processes):
            pass
        todo = [job for job in _in_order(parts, ablation, cache) if not job.file.exists()]
        for number, (job, seconds) in enumerate(_each(run_job, [(job,) for job in todo], processes), start=1):
            console.log(f"{number} of {len(todo)}: {job.start} {job.part}, {seconds:.0f} s")
    return {part: gather([job.file for job in done(part, ablation, cache)]) for part in parts}


def done(part: str, ablation: Ablation, cache: Path) -> list[Job]:
    """Finished windows of a part."""
    return [job for job in jobs(part, ablation, cache) if job.file.exists()]


def _in_order(parts: tuple[str, ...], ablation: Ablation, cache: Path) -> list[Job]:
    """Every second window of all parts first: what a stopped run leaves is spread over all years."""
    halves = [jobs(part, ablation, cache)[half::2] for half in (0, 1) for part in parts]
    return [job for half in halves for job in half]


def _each(function: Callable[..., _T], calls: list[tuple[Any, ...]], processes: int) -> Iterator[_T]:
    """Results of the calls as they finish; in this process if there is to be no other."""
    if processes == 1 or len(calls) < 2:
        yield from (function(*call) for call in calls)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(function, *call) for call in calls]
        yield from (one.result() for one in as_completed(running))
