"""Freezing: copy sealed models into a folder that says all about them."""

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from auriga.errors import HostError, clause
from auriga.host.freeze._manifest import MANIFEST, FrozenFile, FrozenModel, Manifest
from auriga.host.freeze._sources import SealedModel, live_models, sealed_models
from auriga.host.results import BacktestResult
from auriga.host.seals import pair_slug

_PATHS = ("data_path", "model_filename")
"""Metadata that tells where the model was; without it, pairs that share a model share this file, too."""

_TRIES = 3


def freeze_backtest(
    result: BacktestResult, models: Path, target: Path, *, window: int | None = None, expires_days: float = 30
) -> Manifest:
    """Pin the models of one window of a backtest.

    Parameters
    ----------
    result : BacktestResult
    models : Path
        FreqAI's folder of all identifiers, `user_data/models`.
    target : Path
        Where the folder is made; it must not be there.
    window : int, optional
        From 1; default: the last.
    expires_days : float
        Days from now until live entries stop.

    Raises
    ------
    HostError
        If the window, a model or its seal is not there or is damaged; then nothing is written.
    """
    found, source = sealed_models(result, models, window)
    return _freeze(found, source, target, expires_days)


def freeze_live(models: Path, target: Path, *, expires_days: float = 30) -> Manifest:
    """Pin the models that a dry-run or live bot uses now; the bot may run.

    Parameters and errors as in `freeze_backtest`.
    """
    for left in reversed(range(_TRIES)):
        try:  # the bot may replace or purge a model meanwhile
            return _freeze(live_models(models), f"live models of {models}", target, expires_days)
        except HostError:
            if not left:
                raise
    raise AssertionError("unreachable")


@dataclass(frozen=True)
class _Content:
    """Files to be written, and the manifest without their checksums."""

    files: dict[str, bytes]
    pairs: dict[str, FrozenModel]


def _freeze(found: Mapping[str, SealedModel], source: str, target: Path, expires_days: float) -> Manifest:
    if expires_days <= 0:
        raise HostError(f"--expires-days is {expires_days:g}; it must be above 0")
    if target.exists():
        raise HostError(f"{target} is there already; frozen models are never written over, name a new folder")
    facts = _common_facts(found)
    content = _content(found)
    metadata = json.loads(content.files[next(iter(content.pairs.values())).metadata])
    now = datetime.now(tz=UTC).replace(microsecond=0)
    shared = len({entry.model for entry in content.pairs.values()}) == 1 and _is_for_all(facts)
    manifest = Manifest(
        source=source,
        created_at=now,
        expires_at=now + timedelta(days=expires_days),
        model_class=json.loads(facts["model"]),
        python=platform.python_version(),
        packages={n.removeprefix("version."): json.loads(v) for n, v in facts.items() if "version." in n},
        facts=facts,
        feature_names=metadata["training_features_list"],
        label_list=metadata["label_list"],
        shared=shared,
        pairs=content.pairs,
        files={
            name: FrozenFile(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
            for name, data in content.files.items()
        },
    ).signed()
    _write(target, {**content.files, MANIFEST: manifest.model_dump_json(indent=1).encode()})
    return manifest


def _is_for_all(facts: Mapping[str, str]) -> bool:
    pairs, scheme = (json.loads(facts[f"regime.{name}"]) for name in ("pairs", "scheme"))
    return bool(scheme != "hard") if pairs is None else bool(pairs == "all")


def _common_facts(found: Mapping[str, SealedModel]) -> dict[str, str]:
    """Facts that the seals of all pairs agree on; between two trainings of a bot they may not."""
    (first, one), *others = found.items()
    for pair, other in others:
        if other.facts != one.facts:
            raise HostError(
                f"the models of {first} and {pair} were made from different settings or versions; wait until "
                "the bot has trained every pair anew"
            )
    return one.facts


def _content(found: Mapping[str, SealedModel]) -> _Content:
    """Give each model a name of its own; pairs with the same bytes name the same file."""
    files: dict[str, bytes] = {}
    names: dict[tuple[str, bytes], str] = {}
    pairs = {}
    for pair, sealed in found.items():
        metadata = {name: value for name, value in sealed.metadata.items() if name not in _PATHS}
        parts = {
            "model.joblib": sealed.model,
            "metadata.json": json.dumps(metadata, sort_keys=True).encode(),
        }
        stored = {
            part: names.setdefault((part, data), f"{pair_slug(pair)}_{sealed.stamp}_{part}")
            for part, data in parts.items()
        }
        files |= {stored[part]: data for part, data in parts.items()}
        pairs[pair] = FrozenModel(
            model=stored["model.joblib"],
            metadata=stored["metadata.json"],
            stamp=sealed.stamp,
            trained_from_at=sealed.trained_from_at,
            trained_until_at=sealed.trained_until_at,
            candles=sealed.candles,
        )
    return _Content(files, pairs)


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    """All of the folder or nothing: it is made beside its place and renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for name, data in files.items():
            _write_durably(beside / name, data)
        beside.chmod(0o755)
        beside.rename(target)  # fails if somebody has made a folder with content there meanwhile
    except OSError as error:
        raise HostError(f"{target} cannot be written: {clause(error)}") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write_durably(file: Path, data: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def describe_freeze(manifest: Manifest) -> dict[str, Any]:
    """What a trader wants to know of frozen models, in words."""
    first, last = manifest.span
    return {
        "models": f"{manifest.model_class}, one for all pairs" if manifest.shared else manifest.model_class,
        "from": manifest.source,
        "pairs": ", ".join(manifest.pairs),
        "learned from": f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC",
        "features": f"{len(manifest.feature_names)}",
        "expires": f"{manifest.expires_at:%Y-%m-%d %H:%M} UTC",
        "digest": manifest.digest[:16],
    }
