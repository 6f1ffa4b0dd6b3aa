"""Features of every group at each timeframe's own pace, and what they cost; cached outside the repository."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache as once
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from auriga.candles import close_times, resample_candles
from auriga.features import PairInputs, basic_features, period_features, standard_features
from auriga.labels import direction
from auriga.typing import IntArray
from studies.features._settings import Ablation
from studies.split._data import Float32Array, LabelledPair, files_digest, read_candles, room_files

_TRIAL = 3000  # candles computed before the clock starts: what is compiled is compiled then


@dataclass(frozen=True)
class Block:
    """Columns of one group and timeframe; a row counts from the close of its candle (`known_at`, ns)."""

    group: str
    known_at: IntArray
    values: Float32Array

    def at(self, times: IntArray) -> Float32Array:
        """Newest row known at each time, NaN before the first."""
        rows = np.searchsorted(self.known_at, times, side="right") - 1
        values = self.values[rows]
        values[rows < 0] = np.nan
        return values


@dataclass(frozen=True, kw_only=True)
class FeaturePair(LabelledPair):
    """One pair with blocks of all groups: those that leaders give, too, and those of the pair alone."""

    closes: IntArray
    blocks: tuple[Block, ...]
    standard: tuple[Block, ...]


def nanoseconds(times: pd.Series) -> IntArray:
    """Times as integers."""
    return times.to_numpy(dtype="datetime64[ns]").astype(np.int64)


def _compute(candles: pd.DataFrame, group: str, ablation: Ablation) -> Iterator[tuple[str, pd.DataFrame]]:
    """One group's features of each timeframe, by the functions that the strategy's hooks call."""
    base, groups = ablation.study.timeframes[0], (group,)
    for timeframe in ablation.study.timeframes:
        slow = candles if timeframe == base else resample_candles(candles, timeframe)
        frames = [
            period_features(slow, period=ablation.study.period, groups=groups),
            basic_features(slow, groups=groups),
        ]
        frame = pd.concat(frames, axis=1)
        yield timeframe, frame.assign(known_at=nanoseconds(close_times(slow["date"], timeframe)))


def _timed(inputs: PairInputs, group: str, ablation: Ablation) -> dict[str, Any]:
    """Arrays of one pair and group for its file, and the processor seconds they took."""
    trial = PairInputs(
        inputs.candles[:_TRIAL], {name: leader[:_TRIAL] for name, leader in inputs.leaders.items()}
    )
    list(_compute(trial.candles, group, ablation)), standard_features(trial, groups=(group,))
    began = time.process_time()
    frames = dict(_compute(inputs.candles, group, ablation))
    standard = standard_features(inputs, groups=(group,))
    arrays: dict[str, Any] = {"seconds": time.process_time() - began}
    for timeframe, frame in frames.items():
        arrays[f"known_at:{timeframe}"] = frame.pop("known_at").to_numpy()
        arrays[f"values:{timeframe}"] = frame.to_numpy(np.float32)
    return arrays | {"standard": standard.to_numpy(np.float32)}


@once
def source_digest() -> str:
    """Digest of all code that makes features or regimes: what other code left in the cache is not used."""
    files = room_files("features", "indicators", "regimes")
    return files_digest([*files, *room_files("host"), Path(__file__).with_name("_regimes.py")])


@once
def _features_digest() -> str:
    return files_digest([*room_files("features", "indicators"), Path(__file__)])


def load_candles(folder: Path, pair: str, ablation: Ablation) -> pd.DataFrame:
    """Base candles of a pair from some warm-up before the first training window."""
    study = ablation.study
    days = study.train_days + ablation.warmup_days
    first_at = pd.Timestamp(study.first_at, tz="UTC") - pd.Timedelta(days=days)
    candles = read_candles(folder, pair, study.timeframes[0])
    return candles[candles["date"] >= first_at].reset_index(drop=True)


def group_file(candles: pd.DataFrame, pair: str, group: str, ablation: Ablation, cache: Path) -> Path:
    """Where the features of one pair and group are kept."""
    span = f"{len(candles)}-{candles['date'].iloc[-1]:%Y%m%d}-{ablation.study.period}"
    return cache / f"{group}-{pair.replace('/', '_')}-{span}-{_features_digest()}.npz"


def compute_features(folder: Path, pair: str, groups: Sequence[str], ablation: Ablation, cache: Path) -> None:
    """Compute what is not in the cache yet."""
    candles = load_candles(folder, pair, ablation)
    leaders: Mapping[str, pd.DataFrame] = {}
    for group in groups:
        file = group_file(candles, pair, group, ablation, cache)
        if file.exists():
            continue
        leaders = leaders or {name: load_candles(folder, name, ablation) for name in ablation.study.leaders}
        unfinished = file.with_suffix(".part.npz")
        np.savez(unfinished, **_timed(PairInputs(candles, leaders), group, ablation))
        unfinished.rename(file)


def feature_seconds(folder: Path, group: str, ablation: Ablation, cache: Path) -> float:
    """Processor seconds of one group for the first pair: all timeframes, all its candles."""
    pair = ablation.study.pairs[0]
    with np.load(group_file(load_candles(folder, pair, ablation), pair, group, ablation, cache)) as stored:
        return float(stored["seconds"])


def load_features(
    folder: Path, pair: str, groups: Sequence[str], ablation: Ablation, cache: Path
) -> FeaturePair:
    """One pair with the features of some groups out of the cache; regimes are added by the caller."""
    candles, study = load_candles(folder, pair, ablation), ablation.study
    label = direction(candles, horizon=study.horizon)
    closes = nanoseconds(close_times(candles["date"], study.timeframes[0]))
    blocks, standard = [], []
    for group in groups:
        with np.load(group_file(candles, pair, group, ablation, cache)) as stored:
            blocks += [
                Block(group, stored[f"known_at:{frame}"], stored[f"values:{frame}"])
                for frame in study.timeframes
            ]
            standard.append(Block(group, closes, stored["standard"]))
    return FeaturePair(
        dates=candles["date"],
        up=(label == "up").to_numpy(bool),
        labelled=label.notna().to_numpy(),
        regimes={},
        closes=closes,
        blocks=tuple(blocks),
        standard=tuple(standard),
    )


def all_blocks(pair: FeaturePair, leaders: Sequence[FeaturePair]) -> list[Block]:
    """Blocks in the order of the columns: the pair's own and then the leaders'."""
    return [*pair.blocks, *pair.standard, *chain.from_iterable(leader.blocks for leader in leaders)]


def feature_rows(pair: FeaturePair, leaders: Sequence[FeaturePair], rows: IntArray) -> Float32Array:
    """Features of some base candles, as the product puts them together."""
    return np.hstack([block.at(pair.closes[rows]) for block in all_blocks(pair, leaders)])


def column_groups(pair: FeaturePair, leaders: Sequence[FeaturePair]) -> np.ndarray:
    """Group of each column of `feature_rows`."""
    return np.concatenate(
        [np.repeat(block.group, block.values.shape[1]) for block in all_blocks(pair, leaders)]
    )
