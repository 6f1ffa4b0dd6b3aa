"""`auriga backup`: everything of a bot in one file or folder, also while it runs."""

import os
import platform
import shutil
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from auriga.errors import HostError, clause
from auriga.host.backup._files import copy_database
from auriga.host.backup._manifest import CONTENT, MANIFEST, BackupManifest, listed_files
from auriga.host.backup._models import ModelsCopy
from auriga.host.backup._plan import BackupPlan, Unit, backup_plan
from auriga.host.backup._secrets import without_secrets
from auriga.host.freeze import FrozenModels

ARCHIVES = (".tar.gz", ".tgz")
_PACKAGES = ("auriga", "freqtrade", "lightgbm", "numpy", "pandas", "scikit-learn", "xgboost")
_COMPRESSION = 3  # models hardly shrink; more would only take longer


def write_backup(
    config: Mapping[str, Any],
    files: Sequence[Path],
    target: Path,
    *,
    secrets: bool = True,
    with_trades: bool = True,
) -> BackupManifest:
    """Back up a bot; it may run meanwhile.

    Parameters
    ----------
    config : mapping
        From `load_config`.
    files : sequence of Path
        The configuration files, in their order.
    target : Path
        A file if its name ends in `.tar.gz` or `.tgz`, otherwise a folder; it must not be there. Nobody but
        its owner may read it.
    secrets : bool
        Whether configuration files keep their keys and passwords.
    with_trades : bool
        Whether the trades database belongs to it.

    Raises
    ------
    HostError
        If there is nothing to back up, or it cannot be done consistently; then nothing is written.
    """
    if target.exists():
        raise HostError(f"{target} is there already; backups are never written over, name a new one")
    plan = backup_plan(config, files, with_trades=with_trades)
    if not plan.units():
        raise HostError(f"there is nothing of a bot in {plan.userdir}; give -c and --userdir as the bot's")
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))  # its owner's alone
    try:
        warnings = _copy(plan, staging / CONTENT, secrets=secrets)
        manifest = _manifest(config, plan, staging / CONTENT, warnings, secrets=secrets)
        (staging / MANIFEST).write_text(manifest.model_dump_json(indent=1))
        _put(staging, target)
    except OSError as error:
        raise HostError(f"{target} cannot be written: {clause(error)}") from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return manifest


def _copy(plan: BackupPlan, folder: Path, *, secrets: bool) -> list[str]:
    """Trades first: what the guard and the models know later is no contradiction to them."""
    warnings = []
    if plan.database:
        copy_database(plan.database.source, folder / plan.database.place)
    else:
        warnings.append("no trades database is in it")
    for unit in plan.guard:
        if unit.source.suffix == ".sqlite":
            copy_database(unit.source, folder / unit.place)
        else:
            _write(folder / unit.place, unit.source.read_bytes())
    if plan.models:
        models = ModelsCopy(plan.models.source, folder / plan.models.place)
        models.make()
        warnings += models.warnings
    if plan.frozen:
        warnings += _copy_frozen(plan.frozen, folder / plan.frozen.place)
    for unit in plan.configs:
        _write(folder / unit.place, unit.source.read_bytes() if secrets else without_secrets(unit.source))
    for unit in plan.parameters:
        _write(folder / unit.place, unit.source.read_bytes())
    return warnings


def _copy_frozen(unit: Unit, target: Path) -> list[str]:
    shutil.copytree(unit.source, target)
    try:
        FrozenModels(target)
    except HostError as error:
        return [f"the frozen models are damaged: {clause(error)}"]
    return []


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _manifest(
    config: Mapping[str, Any], plan: BackupPlan, folder: Path, warnings: list[str], *, secrets: bool
) -> BackupManifest:
    mode = config.get("trading_mode") or "spot"
    guard = [unit.place for unit in plan.guard]
    database = plan.database.place if plan.database else None
    units = plan.units()
    return BackupManifest(
        created_at=datetime.now(tz=UTC).replace(microsecond=0),
        versions={"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        userdir=str(plan.userdir),
        exchange=str(config["exchange"]["name"]),
        trading_mode=str(getattr(mode, "value", mode)),
        identifier=str(config.get("freqai", {}).get("identifier", "")),
        strategy=str(config.get("strategy", "")),
        units=[unit.place for unit in units],
        configs=[unit.place for unit in plan.configs],
        database=database,
        guard=guard,
        databases=[name for name in (database, *guard) if name and not name.endswith(".json")],
        secrets=secrets,
        outside={u.place: str(u.source) for u in units if not u.source.is_relative_to(plan.userdir)},
        warnings=warnings,
        files=listed_files(folder),
    )


def _put(staging: Path, target: Path) -> None:
    if not target.name.endswith(ARCHIVES):
        for path in (staging, *staging.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
        staging.rename(target)
        return
    archive = staging / "archive"
    with os.fdopen(os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=_COMPRESSION) as tar:
            tar.add(staging / MANIFEST, MANIFEST)  # first: a restore reads it before anything else
            tar.add(staging / CONTENT, CONTENT)
        stream.flush()
        os.fsync(stream.fileno())
    archive.rename(target)
