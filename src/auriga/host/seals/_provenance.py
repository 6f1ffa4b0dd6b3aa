"""What a model or a cached prediction depends on: settings, code, packages and candles (T1, T7, T12, T17)."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from auriga.candles import COLUMNS, timeframe_delta
from auriga.errors import clause
from auriga.host.seals._own_code import own_code
from auriga.host.seals._user_code import user_code
from auriga.host.seals._windows import opening_times
from auriga.settings import TRADING_BLOCKS, RegimeSettings

Facts = dict[str, str]
"""One text for each setting that matters, by its path."""

SCHEMA = 4
"""Raised whenever what is saved means something else; older files are then trained anew."""

_OPTIONS = (
    "train_period_days", "base_train_period_days", "feature_parameters", "data_split_parameters",
    "model_training_parameters",
)  # fmt: skip
PACKAGES = ("auriga", "freqtrade", "lightgbm", "numpy", "pandas", "scikit-learn", "TA-Lib", "xgboost")
_DETECTOR_PACKAGES = {"rules": (), "jump": ("jumpmodels",), "hmm": ("hmmlearn",)}


def facts(config: Mapping[str, Any], settings: RegimeSettings, model: type, strategy: object) -> Facts:
    """Everything beside candles that a prediction depends on.

    Trading hooks, thresholds and plots of the strategy do not count: changing them trains nothing.

    Parameters
    ----------
    config : mapping
        Freqtrade's configuration.
    settings : RegimeSettings
    model : type
        The FreqAI model's class, as Freqtrade's resolver has loaded it.
    strategy : IStrategy
    """
    trading, learning = user_code(type(strategy), strategy), user_code(model)
    versions = [*PACKAGES, *_DETECTOR_PACKAGES[settings.detector]]
    content = {
        "freqai": {option: config["freqai"].get(option) for option in _OPTIONS},
        "model": model.__name__,
        "regime": settings.model_dump(
            mode="json", exclude={"stale_models", "frozen_models", *TRADING_BLOCKS}
        ),
        "timeframe": config["timeframe"],
        "exchange": str(config.get("exchange", {}).get("name", "")),
        "trading_mode": str(config.get("trading_mode", "spot")),
        "version": trading.packages | learning.packages | {name: version(name) for name in versions},
        "code": {"auriga": own_code(), "strategy": trading.modules, "model": learning.modules},
        "parameter": trading.parameters,
        "orderflow": config.get("orderflow") if "orderflow" in settings.features.groups else {},
        "schema": SCHEMA,
    }
    return dict(_flattened("", content))


def _flattened(path: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [leaf for key in sorted(value) for leaf in _flattened(f"{path}.{key}", value[key])]
    return [(path.lstrip("."), json.dumps(value))]


def differences(stored: Mapping[str, str], current: Mapping[str, str]) -> list[str]:
    """One line for each fact that changed."""
    changed = sorted(key for key in stored.keys() | current.keys() if stored.get(key) != current.get(key))
    return [f"{key}: {stored.get(key, 'unknown')} -> {current.get(key, 'none')}" for key in changed]


def candle_digests(frames: Mapping[tuple[str, str], pd.DataFrame], stops: Iterable[int]) -> dict[int, str]:
    """Digest of every candle that had closed by each stop; each candle is read once.

    Parameters
    ----------
    frames : dict of (pair, timeframe) to DataFrame
    stops : iterable of int
        Moments in ms, ascending.
    """
    running = {key: hashlib.blake2b(digest_size=16) for key in sorted(frames)}
    done = dict.fromkeys(running, 0)
    closes = {key: _closes(frames[key], key[1]) for key in running}
    content = {key: _content(frames[key]) for key in running}
    known = {}
    for stop in stops:
        combined = hashlib.blake2b(digest_size=16)
        for key, digest in running.items():
            end = int(np.searchsorted(closes[key], stop, side="right"))
            digest.update(content[key][done[key] : end].tobytes())
            done[key] = max(end, done[key])
            combined.update(f"{key}".encode() + digest.digest())
        known[stop] = combined.hexdigest()
    return known


def rows_digest(candles: pd.DataFrame) -> str:
    """Digest of these candles."""
    return hashlib.blake2b(_content(candles).tobytes(), digest_size=16).hexdigest()


def _content(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    columns = [
        opening_times(frame["date"]),
        *(frame[name].to_numpy(float) for name in COLUMNS if name != "date"),
    ]
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def _closes(frame: pd.DataFrame, timeframe: str) -> np.ndarray[Any, Any]:
    return opening_times(frame["date"]) + timeframe_delta(timeframe) // pd.Timedelta(milliseconds=1)


def write_seal(file: Path, sealed: Sequence[Path], content: Mapping[str, Any]) -> None:
    """Write checksums of files and what they were made from; the seal itself comes last."""
    write_checksums(file, {path.name: _checksum(path) for path in sealed}, content)


def write_checksums(file: Path, checksums: Mapping[str, str], content: Mapping[str, Any]) -> None:
    """Write a seal of files whose checksums are known."""
    text = json.dumps({**content, "schema": SCHEMA, "sha256": checksums}, indent=1)
    replace_file(file, text.encode())


def replace_file(file: Path, content: bytes) -> None:
    """Write a file beside its place and rename it; each run has a name of its own for that."""
    temporary = file.with_name(f"{file.name}.{uuid.uuid4().hex}.tmp")
    temporary.write_bytes(content)
    temporary.replace(file)


def read_seal(file: Path, sealed: Sequence[Path], *, any_schema: bool = False) -> dict[str, Any] | str:
    """Read a seal whose files are all there and unchanged; otherwise say what is wrong.

    What another version of Auriga wrote is refused, unless `any_schema` is asked for: to be looked at, not to
    be used.
    """
    try:
        seal = json.loads(file.read_text())
        if not isinstance(seal, dict) or not isinstance(seal.get("sha256"), dict):
            return f"{file.name} is not a seal of Auriga"
        if seal.get("schema") != SCHEMA and not any_schema:
            return f"it has schema {seal.get('schema')}, this version of Auriga writes {SCHEMA}"
        for path in sealed:
            if _checksum(path) != seal["sha256"].get(path.name):
                return f"{path.name} is not the file that was saved (checksum differs)"
    except FileNotFoundError as error:
        return f"{Path(error.filename).name} is missing"
    except (OSError, ValueError) as error:
        return f"it cannot be read ({clause(error)})"
    return seal


def _checksum(path: Path) -> str:
    return checksum_of(path.read_bytes())


def checksum_of(content: bytes) -> str:
    """Checksum as seals have it (SHA-256)."""
    return hashlib.sha256(content).hexdigest()
