"""Copies of files that somebody else may be writing: whole, or known not to be."""

import json
import pickletools
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from auriga.errors import HostError, clause

TRIES = 200
_PAUSE_SECONDS = 0.02
_BUSY_SECONDS = 30.0

Sound = Callable[[bytes], bool]


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database as of one moment, with SQLite's online backup; its bot may go on writing.

    What is in the write-ahead log comes with it.

    Raises
    ------
    HostError
        If it cannot be read, or the copy is not sound.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        address = f"{source.absolute().as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)) as original,
            closing(sqlite3.connect(target)) as copy,
        ):
            original.backup(copy)
    except sqlite3.Error as error:
        raise HostError(f"the database {source} cannot be copied: {clause(error)}") from None
    complaint = database_complaint(target)
    if complaint:
        raise HostError(f"the database {source} is damaged: {complaint}; repair it (sqlite3 .recover) first")


def database_complaint(file: Path) -> str:
    """What SQLite finds wrong with a database that nobody has open; empty when it is sound."""
    try:
        address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as db:
            rows = db.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.Error as error:
        return str(error)
    return "" if rows == [("ok",)] else "; ".join(str(row[0]) for row in rows[:3])


def read_whole(file: Path, sound: Sound) -> bytes | None:
    """Read a file until what was read is sound; None if it is gone or stays unsound."""
    for _ in range(TRIES):
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            return None
        if sound(content):
            return content
        pause()
    return None


def pause() -> None:
    """Let a writer finish."""
    time.sleep(_PAUSE_SECONDS)


def is_json(content: bytes) -> bool:
    """Whether it is a whole JSON document."""
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def is_lines(content: bytes) -> bool:
    """Whether its last line is whole."""
    return not content or content.endswith(b"\n")


def is_pickle(content: bytes) -> bool:
    """Whether it is a whole pickle; it is read through and nothing in it is run."""
    try:
        end = 0
        for opcode, _, position in pickletools.genops(content):
            end = position or 0
            if opcode.name == "STOP":
                return end == len(content) - 1
    except Exception:  # what a torn pickle raises depends on where it is torn
        return False
    return False


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Time of change and length of the files of a folder; empty if it is gone.

    Raises nothing: a file that disappears while one looks is not there.
    """
    seen = {}
    try:
        for file in folder.iterdir():
            if file.is_file() and not file.name.endswith(".tmp"):
                told = file.stat()
                seen[file.name] = (told.st_mtime_ns, told.st_size)
    except FileNotFoundError:
        return {}
    return seen


def copy_unchanged(folder: Path, target: Path) -> bool:
    """Copy the files of a folder; False if any of them changed while they were copied."""
    before = snapshot(folder)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    try:
        for name in sorted(before):
            shutil.copy2(folder / name, target / name)
    except FileNotFoundError:
        return False
    return bool(before) and snapshot(folder) == before
