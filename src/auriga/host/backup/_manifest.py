"""What stands in the manifest of a backup."""

import hashlib
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict

MANIFEST = "manifest.json"
CONTENT = "userdir"
"""Folder of a backup that holds what a user directory holds."""

SCHEMA = 1


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BackupFile(_Part):
    """Checksum and length of a file."""

    sha256: str
    bytes: int


class BackupManifest(_Part):
    """All that a restore must know; paths are relative to the user directory, with slashes.

    Attributes
    ----------
    created_at : datetime
    versions : dict
        Of Python and packages, by name.
    userdir : str
        Where the user directory was.
    exchange, trading_mode, identifier, strategy : str
    units : list of str
        Files and folders that are put in place, each as a whole.
    configs : list of str
        Configuration files in the order in which they were given.
    database : str or None
        The trades.
    guard : list of str
        The entry guard's files, whose names depend on where the trades are.
    databases : list of str
        Everything that SQLite must find sound.
    secrets : bool
        Whether keys, passwords and tokens are in the configuration files.
    outside : dict
        Paths of units that were not in the user directory.
    warnings : list of str
        What could not be taken as it was.
    files : dict of path to BackupFile
    """

    schema_version: int = SCHEMA
    created_at: AwareDatetime
    versions: dict[str, str]
    userdir: str
    exchange: str
    trading_mode: str
    identifier: str
    strategy: str
    units: list[str]
    configs: list[str]
    database: str | None
    guard: list[str]
    databases: list[str]
    secrets: bool
    outside: dict[str, str]
    warnings: list[str]
    files: dict[str, BackupFile]


def listed_files(folder: Path) -> dict[str, BackupFile]:
    """Checksums of every file below a folder, by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _listed(path) for path in files}


def _listed(path: Path) -> BackupFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return BackupFile(sha256=digest, bytes=path.stat().st_size)
