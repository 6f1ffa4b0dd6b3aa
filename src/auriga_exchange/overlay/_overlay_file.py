"""A configuration overlay as a file that is only there while the exchange runs."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from auriga.errors import ExchangeError

_OWNER_ONLY = 0o600


class _Before(NamedTuple):
    content: bytes
    mode: int


@contextmanager
def overlay_file(path: Path, text: str, *, secret: bool = False) -> Iterator[None]:
    """Keep `text` in a file, and afterwards leave everything as it was before.

    The file appears and disappears at once, never half written. A file that existed before gets its
    bytes and mode back; directories made for it go again when they are empty. With `secret` only the owner
    can read it meanwhile.

    Raises
    ------
    ExchangeError
        If the file cannot be written.
    """
    path = path.resolve()
    made = [parent for parent in path.parents if not parent.exists()]
    try:
        before = _Before(path.read_bytes(), path.stat().st_mode) if path.exists() else None
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _write(path, text, _OWNER_ONLY if secret else before.mode if before else None)
        yield
    finally:
        _restore(path, before)
        _remove_empty(made)


def _unusable(path: Path, error: OSError) -> ExchangeError:
    return ExchangeError(f"cannot write the overlay {path} ({error.strerror}); choose another --overlay")


def _write(path: Path, text: str, mode: int | None) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text.encode(), mode)
    except OSError as error:
        raise _unusable(path, error) from error


def _restore(path: Path, before: _Before | None) -> None:
    if before is None:
        if path.exists():
            path.unlink()
    elif not path.exists() or _Before(path.read_bytes(), path.stat().st_mode) != before:
        _replace(path, before.content, before.mode)


def _replace(path: Path, content: bytes, mode: int | None) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.touch(_OWNER_ONLY)  # before the content is there
        temporary.write_bytes(content)
        temporary.chmod(_usual_mode() if mode is None else stat.S_IMODE(mode))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _remove_empty(directories: list[Path]) -> None:
    for directory in directories:
        with suppress(OSError):
            directory.rmdir()
