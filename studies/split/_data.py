"""Candles to arrays: features, labels and regimes of each pair, features cached outside the repository."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

import auriga
from auriga.candles import close_times, resample_candles, validate_candles
from auriga.features import basic_features, calendar_features, period_features
from auriga.labels import direction
from auriga.typing import BoolArray, RegimeArray
from studies.split._regimes import regime_series
from studies.split._settings import ROOT, Study

Float32Array = npt.NDArray[np.float32]

_WARMUP = pd.Timedelta(days=60)  # 100 candles of 4h are 17 days; exponential averages forget the rest


@dataclass(frozen=True, kw_only=True)
class LabelledPair:
    """One pair's 5m candles as arrays of equal length, without features."""

    dates: pd.Series
    up: BoolArray
    labelled: BoolArray
    regimes: dict[str, RegimeArray]


@dataclass(frozen=True, kw_only=True)
class PairData(LabelledPair):
    """The same with the features of the study."""

    own: Float32Array
    calendar: Float32Array


def data_folder() -> Path:
    """Folder of real Binance candles: AURIGA_REAL_DATA, or the one beside the repository."""
    named = os.environ.get("AURIGA_REAL_DATA", "../shared/data")
    folder = (ROOT / named).resolve()
    folder = folder / "binance" if (folder / "binance").is_dir() else folder
    if not list(folder.glob("*-5m.feather")):
        raise SystemExit(f"No *-5m.feather files in {folder}; set AURIGA_REAL_DATA to a folder that has them")
    return folder


def read_candles(folder: Path, pair: str, timeframe: str) -> pd.DataFrame:
    """Candles of one file, checked."""
    file = folder / f"{pair.replace('/', '_')}-{timeframe}.feather"
    candles = pd.read_feather(file)
    validate_candles(candles, timeframe, source=file.name)
    return candles


def own_features(candles: pd.DataFrame, study: Study) -> Float32Array:
    """Features of each candle and of the last closed candle of each slower timeframe."""
    base = study.timeframes[0]
    asked = pd.DataFrame({"known_at": close_times(candles["date"], base)})
    blocks = []
    for timeframe in study.timeframes:
        slow = candles if timeframe == base else resample_candles(candles, timeframe)
        features = pd.concat([period_features(slow, period=study.period), basic_features(slow)], axis=1)
        features["known_at"] = close_times(slow["date"], timeframe)
        blocks.append(pd.merge_asof(asked, features, on="known_at").drop(columns="known_at"))
    return np.hstack([block.to_numpy(np.float32) for block in blocks])


@cache
def source_digest() -> str:
    """Digest of the code that makes features: what other code left in the cache is not used."""
    return files_digest([*room_files("features", "indicators"), Path(__file__)])


def room_files(*rooms: str) -> list[Path]:
    """Source files of some rooms of the package."""
    package = Path(auriga.__file__).parent
    return [file for room in rooms for file in sorted(package.glob(f"{room}/*.py"))]


def files_digest(files: Iterable[Path]) -> str:
    """Short name of what is in these files."""
    return hashlib.sha1(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def cached_features(candles: pd.DataFrame, pair: str, study: Study, folder: Path) -> Float32Array:
    """`own_features` from the cache, or computed and left there."""
    span = f"{len(candles)}-{candles['date'].iloc[-1]:%Y%m%d}-{study.period}"
    file = folder / f"own-{pair.replace('/', '_')}-{span}-{source_digest()}.npy"
    if not file.exists():
        np.save(file, own_features(candles, study))
    stored: Float32Array = np.load(file)
    return stored


def load_pair(folder: Path, pair: str, study: Study, kept: Path) -> PairData:
    """Read, label and featurise one pair from two months before the first training window."""
    first_at = pd.Timestamp(study.first_at, tz="UTC") - pd.Timedelta(days=study.train_days) - _WARMUP
    candles = read_candles(folder, pair, study.timeframes[0])
    candles = candles[candles["date"] >= first_at].reset_index(drop=True)
    label = direction(candles, horizon=study.horizon)
    return PairData(
        dates=candles["date"],
        own=cached_features(candles, pair, study, kept),
        calendar=calendar_features(candles["date"]).to_numpy(np.float32),
        up=(label == "up").to_numpy(bool),
        labelled=label.notna().to_numpy(),
        regimes=regime_series(read_candles(folder, pair, "1d"), candles["date"], study, pair),
    )


def feature_rows(pair: PairData, leaders: list[PairData], rows: npt.NDArray[np.int64]) -> Float32Array:
    """Features of some rows: the pair's own, the leaders' at the time (NaN where absent) and the calendar."""
    blocks = [pair.own[rows]]
    for leader in leaders:
        position = pd.Index(leader.dates).get_indexer(pair.dates.iloc[rows])
        block = leader.own[position]
        block[position < 0] = np.nan
        blocks.append(block)
    return np.hstack([*blocks, pair.calendar[rows]])
