"""Local modules and installed packages that a user's files import."""

import ast
import hashlib
import sys
import sysconfig
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from weakref import WeakKeyDictionary

from auriga.host.seals._syntax import syntax_digest
from auriga.host.seals._trading_code import read_attributes

_INSTALLED = {"site-packages", "dist-packages"}  # also those of the user, as in Freqtrade's own image
_STANDARD = str(Path(sysconfig.get_path("stdlib")).resolve())
_sources: "WeakKeyDictionary[ModuleType, str]" = WeakKeyDictionary()
_distributions = cache(packages_distributions)


@dataclass(frozen=True)
class Imported:
    """What files import, directly or by one another.

    Attributes
    ----------
    modules : dict of str to str
        Digest of each local module by its name.
    packages : dict of str to str
        Version of each installed package.
    read : frozenset of str
        Attributes and texts that the local modules read: they may be those of a strategy they are given.
    """

    modules: dict[str, str]
    packages: dict[str, str]
    read: frozenset[str]


def imported_code(trees: Sequence[ast.Module], known: Collection[str]) -> Imported:
    """Look at what files import.

    Parameters
    ----------
    trees : sequence of ast.Module
    known : collection of str
        Modules, with all that lies below them, that are not looked at.
    """
    modules: dict[str, str] = {}
    packages: dict[str, str] = {}
    read: frozenset[str] = frozenset()
    looked_at: set[str] = set()
    waiting = [name for tree in trees for name in _imported(tree, "")]
    while waiting:
        name = waiting.pop()
        top = name.partition(".")[0]
        if name in looked_at or {name, top} & {*known} or _is_standard(top):
            continue
        looked_at.add(name)
        file = _file(name)
        if file is None:
            continue
        if _INSTALLED & {*file.parts}:
            packages |= _versions(top)
            continue
        modules[name], tree = _digest(name, file)
        if tree is not None:
            waiting += _imported(tree, name if file.stem == "__init__" else name.rpartition(".")[0])
            read |= read_attributes(tree)
    return Imported(dict(sorted(modules.items())), dict(sorted(packages.items())), read)


def local_files() -> list[Path]:
    """Files of all modules in use that are neither Python's, nor installed, nor ours."""
    files = set()
    for name, module in [*sys.modules.items()]:
        origin = getattr(module, "__file__", None)
        if not origin or name.partition(".")[0] in ("auriga", "freqtrade") or not origin.endswith(".py"):
            continue
        path = Path(origin)
        if not (_INSTALLED & {*path.parts} or origin.startswith(_STANDARD)):
            files.add(path)
    return sorted(files)


def _is_standard(name: str) -> bool:
    """Whether a name is Python's own module, and no file of the user's that goes by the same name."""
    if name not in sys.stdlib_module_names:
        return False
    file = getattr(sys.modules.get(name), "__file__", None)
    return file is None or str(Path(file).resolve()).startswith(_STANDARD)


def _versions(top: str) -> dict[str, str]:
    """Versions of the distributions that a package is of; most have its name, to list all takes a second."""
    try:
        return {top: version(top)}
    except PackageNotFoundError:
        return {package: version(package) for package in _distributions().get(top, ())}


def _file(name: str) -> Path | None:
    """File of a module, whether it is loaded yet or not; nothing is imported for it."""
    module = sys.modules.get(name)
    if module is None:
        if "." in name:  # finding it would import its package
            parent = _file(name.rpartition(".")[0])
            last = name.rpartition(".")[2]
            places = (
                [] if parent is None else [parent.parent / f"{last}.py", parent.parent / last / "__init__.py"]
            )
            return next((place for place in places if place.is_file()), None)
        try:
            origin = getattr(find_spec(name), "origin", None)
        except (ImportError, ValueError):
            return None
    else:
        origin = getattr(module, "__file__", None)
    return Path(origin).resolve() if origin and Path(origin).is_file() else None


def _digest(name: str, file: Path) -> tuple[str, ast.Module | None]:
    """Digest of a module and its syntax tree, where it has one."""
    module = sys.modules.get(name)
    text = module_source(module) if module is not None else read_source(str(file))
    if text is None:  # compiled
        return hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest(), None
    tree = ast.parse(text)
    return syntax_digest(tree), tree


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Full names of all modules that a file may import, each with the packages it lies in.

    A text that is the name of a loaded module counts as well: `importlib.import_module("mine")`.
    """
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = _imported_from(node, package)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in sys.modules:
            names = [node.value]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def _imported_from(node: ast.ImportFrom, package: str) -> list[str]:
    parents = package.split(".") if node.level and package else []
    above = parents[: len(parents) - node.level + 1]
    base = ".".join([*above, *([node.module] if node.module else [])])
    return [base, *(f"{base}.{alias.name}" for alias in node.names)] if base else []


def module_source(module: ModuleType) -> str | None:
    """Source of a module as it was when first asked for: a later change on disk is not what runs."""
    if module not in _sources:
        file = getattr(module, "__file__", None)
        text = read_source(file) if file else None
        if text is None:
            return None
        _sources[module] = text
    return _sources[module]


def read_source(file: str) -> str | None:
    """Text of a file of Python; None where it cannot be read or is none."""
    try:
        return Path(file).read_text(encoding="utf-8") if file.endswith(".py") else None
    except (OSError, ValueError):
        return None
