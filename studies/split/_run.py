"""Train and predict window by window; what is finished is kept, so an interrupted run goes on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from rich.console import Console

from auriga.typing import BoolArray, IntArray, RegimeArray
from studies.split import _schemes, _side
from studies.split._data import PairData, data_folder, load_pair, source_digest
from studies.split._schemes import Predictions
from studies.split._settings import PLACEBO_RULES, RULE_TITLES, Study
from studies.split._trees import Base, grow_base
from studies.split._windows import Rows, Window, make_window, window_starts

console = Console()
Step = Callable[[], Predictions]


@dataclass(frozen=True)
class Results:
    """All test rows of all windows, as arrays of equal length; models absent from a window say NaN."""

    dates: IntArray
    pair: RegimeArray
    up: BoolArray
    said: dict[str, npt.NDArray[np.float32]]
    stopped_at: dict[str, list[int]]
    seconds: float
    regimes: dict[str, RegimeArray] = field(default_factory=dict)


def _steps(window: Window, number: int) -> dict[str, Step]:
    """What a window trains, step by step, after its base."""
    base = grow_base(window)
    plain, fallback = _schemes.own_pair(window)
    steps: dict[str, Step] = {"own pair": lambda: plain, "pooled": partial(_schemes.pooled, window, base)}
    if number in window.study.stock_windows:
        steps["stock"] = partial(_schemes.stock, window)
    placebos = [f"{rule}#{n}" for rule in PLACEBO_RULES for n in range(1, window.study.n_placebos + 1)]
    for series in [*RULE_TITLES, *placebos]:
        steps[f"hard, shrunk {series}"] = partial(_schemes.hard_and_shrunk, window, series, base)
        steps[f"warm start {series}"] = partial(_schemes.warm_start, window, series, base)
    for series in RULE_TITLES:
        steps[f"hard own {series}"] = partial(_schemes.hard_own, window, series, fallback)
    return steps | (_extras(window, base) if number in window.study.extra_windows else {})


def _extras(window: Window, base: Base) -> dict[str, Step]:
    """The more expensive or less important part."""
    steps: dict[str, Step] = {}
    for series in RULE_TITLES:
        steps[f"told {series}"] = partial(_schemes.pooled_with_regime, window, series)
    for series in PLACEBO_RULES:
        steps[f"weighted {series}"] = partial(_schemes.weighted, window, series, base)
    steps["weights, seeds"] = partial(_side.base_variants, window, base)
    steps["held back"] = lambda: _with_counts(*_side.held_back(window, base))
    return steps


def _with_counts(said: Predictions, chosen: list[int]) -> Predictions:
    """Carry the numbers of trees along: one half of them for each of `_side.KINDS`."""
    return said | {"stopped_at": np.array(chosen, dtype=np.float64)}


def run_window(window: Window, number: int) -> Predictions:
    """Every prediction of one window, with the time each step took on the screen."""
    said: Predictions = {}
    for name, step in _steps(window, number).items():
        began = time.perf_counter()
        said |= step()
        console.log(f"  {name}: {time.perf_counter() - began:.1f} s")
    return said


def store(file: Path, test: Rows, said: Predictions, seconds: float) -> None:
    """Keep what a window predicted; half a file is never left."""
    unfinished = file.with_suffix(".part.npz")
    counts = said.pop("stopped_at", np.empty(0))
    arrays: dict[str, Any] = {f"said:{name}": values.astype(np.float32) for name, values in said.items()}
    arrays |= {
        **{f"regime:{name}": codes for name, codes in test.regimes.items()},
        "dates": test.dates,
        "pair": test.pair,
        "up": test.up,
        "stopped_at": counts,
        "seconds": seconds,
    }
    np.savez(unfinished, **arrays)
    unfinished.rename(file)


def partial_folder(study: Study, cache: Path) -> Path:
    """Where the finished windows of these settings are."""
    return cache / f"{study.digest()}-{source_digest()}-lightgbm{lgb.__version__}"


def load_pairs(study: Study, cache: Path) -> dict[str, PairData]:
    """Every pair of the study."""
    folder = data_folder()
    return {name: load_pair(folder, name, study, cache) for name in study.pairs}


def run(study: Study, cache: Path) -> Results:
    """Run every window that is not in the cache yet, and return all of them."""
    folder = partial_folder(study, cache)
    folder.mkdir(parents=True, exist_ok=True)
    starts = window_starts(study)
    files = [folder / f"{start:%Y-%m-%d}.npz" for start in starts]
    pairs: dict[str, PairData] = {}
    for number, (start, file) in enumerate(zip(starts, files, strict=True)):
        if file.exists():
            continue
        began = time.perf_counter()
        pairs = pairs or load_pairs(study, cache)
        window = make_window(pairs, start, study)
        console.log(
            f"window {number + 1} of {len(starts)}, {start:%Y-%m-%d}: {len(window.pairs)} pairs, "
            f"{len(window.train)} training rows, {len(window.test)} test rows"
        )
        said = run_window(window, number)
        store(file, window.test, said, time.perf_counter() - began)
    return gather(files)


def gather(files: list[Path]) -> Results:
    """Stack finished windows."""
    loaded = []
    for file in files:
        with np.load(file) as stored:
            loaded.append({name: stored[name] for name in stored.files})
    names = sorted({name for one in loaded for name in one if name.startswith("said:")})
    return Results(
        dates=np.concatenate([one["dates"] for one in loaded]),
        pair=np.concatenate([one["pair"] for one in loaded]),
        up=np.concatenate([one["up"] for one in loaded]),
        said={
            name.removeprefix("said:"): np.concatenate(
                [one.get(name, np.full(len(one["up"]), np.nan, dtype=np.float32)) for one in loaded]
            )
            for name in names
        },
        stopped_at={
            kind: [int(count) for one in loaded for count in np.split(one["stopped_at"], 2)[half]]
            for half, kind in enumerate(_side.KINDS)
        },
        seconds=float(sum(one["seconds"] for one in loaded)),
        regimes={
            name.removeprefix("regime:"): np.concatenate([one[name] for one in loaded])
            for name in loaded[0]
            if name.startswith("regime:")
        },
    )
