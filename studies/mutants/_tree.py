"""A copy of the tree to plant faults in; the checkout itself is only read."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studies.mutants._mutant import Mutant


def copy_tree(root: Path, target: Path) -> Path:
    """Copy what git knows of a checkout, and what it would add, as it is on disk now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        source, place = root / name, target / name
        if source.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place)
    return target


@contextmanager
def planted(mutant: Mutant, tree: Path) -> Iterator[None]:
    """Have a fault in a copy for the length of a block.

    Raises
    ------
    MutantError
        If it cannot be planted.
    """
    file = tree / mutant.file
    code = file.read_text()
    changed = mutant.planted(code)
    try:
        _write(file, changed)
        yield
    finally:
        _write(file, code)


def _write(file: Path, code: str) -> None:
    """Python and numba take what they compiled before if size and time of a file are the same."""
    file.write_text(code)
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
        compiled.unlink()
    if "njit" in code:  # a caller in another file may have compiled this one into itself
        for compiled in next(folder for folder in file.parents if folder.name == "src").rglob("*.nb[ci]"):
            compiled.unlink()


def environment(tree: Path) -> dict[str, str]:
    """Environment in which Python, and every program that a test starts with it, imports the copy.

    What is compiled is kept in the copy: half of a quick test's time is compiling it.
    """
    paths = os.pathsep.join([str(tree / "src"), str(tree)])
    return {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": ""}
