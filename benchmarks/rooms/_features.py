"""What features cost: each part, everything of one pair, and one new candle."""

import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import psutil

from auriga.candles import close_times
from auriga.errors import AurigaError
from auriga.features import (
    FEATURE_GROUPS,
    FEATURE_PARTS,
    PairInputs,
    basic_features,
    period_features,
    standard_features,
)
from benchmarks.rooms._inputs import Frames, Market
from benchmarks.rooms._rows import Row

PERIODS = (14,)
CANDLE_GROUPS = tuple(group for group in FEATURE_GROUPS if group not in ("funding", "orderflow"))
"""Groups that read nothing but candles of the pair and of its leaders."""

LIVE_CANDLES = 1500
YEAR_SECONDS, LIVE_SECONDS, YEAR_MIB = 6.0, 0.150, 400.0


def part_names() -> list[str]:
    """One name for each of `FEATURE_PARTS`; a second part of the same kind is numbered.

    Examples
    --------
    >>> part_names()[0]
    'momentum, each period'
    """
    names: list[str] = []
    for part in FEATURE_PARTS:
        name = f"{part.group}, each {part.each}"
        earlier = sum(known.split(" (")[0] == name for known in names)
        names.append(f"{name} ({earlier + 1})" if earlier else name)
    return names


def best_seconds(work: Callable[[], Any], repeats: int) -> float:
    """Shortest time of several runs after one that does not count: it compiles and fills caches."""
    work()
    return min(seconds_of(work) for _ in range(repeats))


def seconds_of(work: Callable[[], Any]) -> float:
    """Time of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure_parts(market: Market, repeats: int) -> tuple[list[Row], list[str]]:
    """Time each part on its own; and a line for each part whose inputs these candles do not have."""
    inputs, rows, left_out = market.inputs(), [], []
    for name, part in zip(part_names(), FEATURE_PARTS, strict=True):
        arguments: dict[str, Any] = {"period": PERIODS[0]} if part.each == "period" else {}
        given: PairInputs | pd.DataFrame = inputs if part.each == "pair" else inputs.candles
        try:
            columns = part.compute(given, **arguments).shape[1]
        except AurigaError as error:
            left_out.append(f"{name}: {error}")
            continue
        seconds = best_seconds(lambda: part.compute(given, **arguments), repeats)  # noqa: B023 - called now
        what = f"{len(inputs.candles):,} candles"
        rows.append(Row("features", name, what, seconds, columns=columns))
    return rows, left_out


def feature_matrix(
    frames: Mapping[str, pd.DataFrame],
    leaders: Mapping[str, pd.DataFrame],
    groups: Sequence[str] = CANDLE_GROUPS,
) -> npt.NDArray[np.float32]:
    """All features of a pair on its base candles, each of the newest closed candle of its timeframe.

    Parameters
    ----------
    frames : dict of str to DataFrame
        Candles by timeframe, the base first.
    leaders : dict of str to DataFrame
        Base candles of leading pairs.
    groups : sequence of str

    Returns
    -------
    float32 array of shape (n_base_candles, n_features)
    """
    (base_timeframe, base), *_ = frames.items()
    known_at = close_times(base["date"], base_timeframe).to_numpy(dtype="datetime64[ms]")
    standard = standard_features(PairInputs(base, leaders), groups=groups).to_numpy()
    width = {"period": len(PERIODS), "timeframe": 1}
    columns = sum(width.get(p.each, 0) * len(p.features) for p in FEATURE_PARTS if p.group in groups)
    matrix = np.empty((len(base), len(frames) * columns + standard.shape[1]), dtype=np.float32)
    matrix[:, len(frames) * columns :] = standard
    end = 0
    for timeframe, candles in frames.items():
        closes = close_times(candles["date"], timeframe).to_numpy(dtype="datetime64[ms]")
        newest = np.searchsorted(closes, known_at, side="right") - 1
        parts = [period_features(candles, period=period, groups=groups) for period in PERIODS]
        for part in [*parts, basic_features(candles, groups=groups)]:
            start, end = end, end + part.shape[1]
            matrix[:, start:end] = part.to_numpy()[newest]
            matrix[newest < 0, start:end] = np.nan
    return matrix


def measure_year(market: Market, repeats: int) -> Row:
    """Everything of one pair, in a process of its own so that its peak of memory can be told."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        seconds, peak, columns = pool.submit(_year, market.frames(), market.leaders, repeats).result()
    what = f"{len(market.pair):,} candles of 5m, 15m, 1h"
    return Row("features", "all features of a pair", what, seconds, YEAR_SECONDS, peak, YEAR_MIB, columns)


def _year(frames: Frames, leaders: Frames, repeats: int) -> tuple[float, float | None, int]:
    """Seconds, MiB above those before, and columns; a short run before it compiles what is compiled."""
    feature_matrix(_newest(frames, 2000), _newest(leaders, 2000))
    before = psutil.Process().memory_info().rss / 2**20
    counted = _forget_peak()
    columns = feature_matrix(frames, leaders).shape[1]
    peak = _peak_mib() - before if counted else None
    return min(seconds_of(lambda: feature_matrix(frames, leaders)) for _ in range(repeats)), peak, columns


def _newest(frames: Frames, candles: int) -> Frames:
    return {name: frame.tail(candles).reset_index(drop=True) for name, frame in frames.items()}


def _forget_peak() -> bool:
    """Let the kernel count this process's peak anew; False where it cannot."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def _peak_mib() -> float:
    (line,) = [s for s in Path("/proc/self/status").read_text().splitlines() if s.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def measure_live(market: Market, repeats: int) -> Row:
    """What one new candle takes, every timeframe computed anew."""
    frames, leaders = _newest(market.frames(), LIVE_CANDLES), _newest(market.leaders, LIVE_CANDLES)
    seconds = best_seconds(lambda: feature_matrix(frames, leaders), repeats)
    what = f"one new candle: {LIVE_CANDLES:,} candles of 5m, 15m, 1h"
    return Row("features", "all features of a pair, live", what, seconds, LIVE_SECONDS)
