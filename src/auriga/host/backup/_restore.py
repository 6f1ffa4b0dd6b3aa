"""`auriga restore`: a verified backup put in place, all of it or nothing."""

import json
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from auriga.errors import HostError, clause
from auriga.host.backup._manifest import BackupManifest
from auriga.host.backup._reading import unpack
from auriga.host.setup import guard_file

_BESIDE_A_DATABASE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True)
class Restored:
    """What a restore did.

    Attributes
    ----------
    manifest : BackupManifest
    aside : Path or None
        Where the files are kept that were there before.
    steps : list of str
        What to do next, in words and commands.
    """

    manifest: BackupManifest
    aside: Path | None
    steps: list[str]


def verify_backup(backup: Path) -> BackupManifest:
    """Check every file of a backup; nothing is restored.

    Raises
    ------
    HostError
        See `unpack`.
    """
    with tempfile.TemporaryDirectory(prefix="auriga-verify-") as folder:
        return unpack(backup, Path(folder))


def restore_backup(backup: Path, userdir: Path, *, force: bool = False) -> Restored:
    """Put a backup into a user directory, after all of it was verified.

    Parameters
    ----------
    backup, userdir : Path
    force : bool
        Keep files that are in the way aside instead of refusing.

    Raises
    ------
    HostError
        If the backup is not sound, or files are in the way; then nothing was touched.
    """
    userdir = userdir.absolute()
    with _staging(userdir) as staging:
        manifest = unpack(backup, staging)
        places = _places(manifest, userdir)
        in_the_way = [path for place in places.values() for path in _occupied(userdir / place, manifest)]
        if in_the_way and not force:
            shown = ", ".join(str(path.relative_to(userdir)) for path in in_the_way[:5])
            more = f" and {len(in_the_way) - 5} more" if len(in_the_way) > 5 else ""
            raise HostError(
                f"{userdir} holds {shown}{more} already; stop the bot and give --force, which keeps them "
                "aside, or restore into another --userdir"
            )
        _adapt(manifest, staging, userdir)
        aside = _swap(places, in_the_way, staging, userdir)
    return Restored(manifest, aside, _steps(manifest, userdir))


@contextmanager
def _staging(userdir: Path) -> Iterator[Path]:
    """Make a folder on the disk of the user directory, so that what it holds can be renamed into place."""
    there = userdir.exists()
    try:
        userdir.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".restore-", dir=userdir))
    except OSError as error:
        raise HostError(f"{userdir} cannot be written: {clause(error)}") from None
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if not there and not any(userdir.iterdir()):
            userdir.rmdir()


def _places(manifest: BackupManifest, userdir: Path) -> dict[str, str]:
    """Where each unit goes: its own place, but for the guard's files if the trades have moved."""
    places = {unit: unit for unit in manifest.units}
    if manifest.database is None:
        return places
    told = {
        "exchange": {"name": manifest.exchange},
        "trading_mode": manifest.trading_mode,
        "db_url": f"sqlite:///{userdir / manifest.database}",
        "user_data_dir": userdir,
    }
    stem = guard_file(told).stem
    for place in manifest.guard:
        suffix = ".said.json" if place.endswith(".said.json") else ".sqlite"
        places[place] = f"guard/{stem}{suffix}"
    return places


def _occupied(path: Path, manifest: BackupManifest) -> list[Path]:
    """Files in the way; the log of another database beside a restored one would destroy it."""
    logs = [path.with_name(path.name + end) for end in _BESIDE_A_DATABASE]
    return [each for each in (path, *logs) if each.exists() or each.is_symlink()]


def _adapt(manifest: BackupManifest, staging: Path, userdir: Path) -> None:
    """Let FreqAI's dictionary name the models where they are now."""
    for file in staging.glob("models/*/pair_dictionary.json"):
        known = json.loads(file.read_text())
        folder = userdir / file.parent.relative_to(staging)
        for entry in known.values():
            if entry.get("data_path"):
                entry["data_path"] = str(folder / Path(entry["data_path"]).name)
        file.write_text(json.dumps(known))


def _swap(places: dict[str, str], in_the_way: list[Path], staging: Path, userdir: Path) -> Path | None:
    """Rename old files aside and new ones into place; undone if any of it fails."""
    aside = None
    moves: list[tuple[Path, Path]] = []
    if in_the_way:
        aside = userdir / f"before-restore-{datetime.now(tz=UTC):%Y%m%d-%H%M%S-%f}"
        moves += [(path, aside / path.relative_to(userdir)) for path in in_the_way]
    moves += [
        (staging / unit, userdir / place) for unit, place in places.items() if (staging / unit).exists()
    ]
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
            done.append((source, target))
    except OSError as error:
        for source, target in reversed(done):
            target.rename(source)
        raise HostError(f"{userdir} cannot be written: {clause(error)}; everything is as it was") from None
    return aside


def _steps(manifest: BackupManifest, userdir: Path) -> list[str]:
    steps = []
    for place, was in manifest.outside.items():
        if place.startswith("strategies/"):
            steps.append(f"Copy {userdir / place} beside the strategy's file (it was {was}).")
        if place.startswith("frozen/"):
            steps.append(f"Set regime.frozen_models to {place!r} (it was {was}).")
    if not manifest.secrets:
        steps.append("Put keys and passwords back: the configuration files say REDACTED.")
    words = [part for name in manifest.configs for part in ("-c", str(userdir / name))]
    words += ["--userdir", str(userdir)]
    database = [] if manifest.database is None else ["--db-url", f"sqlite:///{userdir / manifest.database}"]
    check = shlex.join(["auriga", "reconcile", *words, *database])
    steps.append(f"A bot with real money: first compare with the exchange, which has gone on since: {check}")
    start = shlex.join(["freqtrade", "trade", *words, *database])
    steps.append(f"Start it where it was started before: {start}")
    return steps
