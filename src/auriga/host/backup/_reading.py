"""A backup as it is read: nothing of it is believed before it was checked."""

import gzip
import json
import os
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from auriga.errors import HostError
from auriga.host.backup._files import database_complaint
from auriga.host.backup._manifest import CONTENT, MANIFEST, SCHEMA, BackupManifest, listed_files

_LARGEST_MANIFEST = 64 * 2**20
_BLOCK = 2**20
_UNTOUCHED = "nothing was restored"
_DAMAGE = (EOFError, tarfile.TarError, zlib.error, OSError)


def unpack(backup: Path, folder: Path) -> BackupManifest:
    """Unpack a backup into an empty folder and verify every file of it.

    Parameters
    ----------
    backup : Path
        Archive or folder, as `write_backup` makes them.
    folder : Path
        Gets the content of a user directory.

    Raises
    ------
    HostError
        If the backup is truncated or damaged, holds what a backup does not hold (links, paths that lead out
        of the folder, files its manifest does not name), or was made by another version.
    """
    if not backup.exists():
        raise HostError(f"there is no backup {backup}")
    try:
        manifest = _from_folder(backup, folder) if backup.is_dir() else _from_archive(backup, folder)
    except _DAMAGE as error:
        raise HostError(f"{backup} is damaged or truncated: {error or type(error).__name__}") from None
    _verify(manifest, backup, folder)
    return manifest


def _from_archive(backup: Path, folder: Path) -> BackupManifest:
    with gzip.open(backup) as whole, tarfile.open(fileobj=whole, mode="r:") as tar:
        first = tar.next()
        stream = tar.extractfile(first) if first and first.name == MANIFEST and first.isfile() else None
        if first is None or stream is None or first.size > _LARGEST_MANIFEST:
            raise HostError(f"{backup} is not a backup of Auriga: it does not begin with {MANIFEST}")
        manifest = _manifest(stream.read(), backup)
        for member in tar:
            _require_harmless(member, manifest, backup)
            if member.isfile() and member.name != MANIFEST:
                _write(tar, member, folder / PurePosixPath(member.name).relative_to(CONTENT))
        while whole.read(_BLOCK):  # what follows the last member is the checksum of all of it
            pass
        return manifest


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Write a regular file where it belongs; tarfile's own safe way needs Python 3.11.4.

    Times are kept: which predictions are of which backtest shows in them.
    """
    stream = tar.extractfile(member)
    if stream is None:
        raise tarfile.ExtractError(f"{member.name} has no content")
    target.parent.mkdir(parents=True, exist_ok=True)
    with stream, target.open("xb") as file:
        shutil.copyfileobj(stream, file, _BLOCK)
    target.chmod(member.mode & 0o755 | 0o600)
    os.utime(target, (member.mtime, member.mtime))


def _require_harmless(member: tarfile.TarInfo, manifest: BackupManifest, backup: Path) -> None:
    path = PurePosixPath(member.name)
    inside = bool(path.parts) and path.parts[0] == CONTENT and ".." not in path.parts
    if member.isdir() and inside:
        return
    known = manifest.files.get(str(path.relative_to(CONTENT))) if inside else None
    if not member.isfile() or known is None or member.size != known.bytes:
        if member.name == MANIFEST and member.isfile():
            return
        raise HostError(
            f"{backup} holds {member.name!r}, which its manifest does not name; nothing was restored"
        )


def _from_folder(backup: Path, folder: Path) -> BackupManifest:
    manifest = _manifest((backup / MANIFEST).read_bytes(), backup)
    for path in (backup / CONTENT).rglob("*"):
        if path.is_symlink():
            raise HostError(f"{backup} holds the link {path.name!r}; {_UNTOUCHED}")
    for name in manifest.files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(backup / CONTENT / name, target)
    return manifest


def _manifest(content: bytes, backup: Path) -> BackupManifest:
    try:
        told = json.loads(content)
        version = told.get("schema_version") if isinstance(told, dict) else None
        if version != SCHEMA:
            raise HostError(f"{backup} has schema {version}, this version of Auriga reads {SCHEMA}")
        manifest = BackupManifest.model_validate(told)
    except (ValueError, ValidationError) as error:
        raise HostError(f"{backup} has no readable manifest: {str(error).splitlines()[0]}") from None
    places = [*manifest.units, *manifest.files, *manifest.configs, *manifest.guard, *manifest.databases]
    for place in (*places, manifest.database or "x"):
        path = PurePosixPath(place)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in place:
            raise HostError(
                f"{backup} names {place!r}, which leads out of the user directory; nothing was restored"
            )
    return manifest


def _verify(manifest: BackupManifest, backup: Path, folder: Path) -> None:
    found = listed_files(folder)
    for name in sorted(manifest.files.keys() | found.keys()):
        if name not in found:
            raise HostError(f"{backup} is damaged: {name} is missing")
        if found[name] != manifest.files.get(name):
            raise HostError(
                f"{backup} is damaged: {name} is not the file that was backed up (checksum differs)"
            )
    for name in manifest.databases:
        complaint = database_complaint(folder / name)
        if complaint:
            raise HostError(f"{backup} is damaged: {name}: {complaint}")
