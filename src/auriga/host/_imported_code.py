"""Local modules and installed packages that a user's files import."""

import ast
import hashlib
import sys
import sysconfig
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib.metadata import packages_distributions, version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from weakref import WeakKeyDictionary

from auriga.host._syntax import syntax_digest

_INSTALLED = tuple(
    str(Path(place).resolve()) for name in ("purelib", "platlib") if (place := sysconfig.get_path(name))
)
_sources: "WeakKeyDictionary[ModuleType, str]" = WeakKeyDictionary()
_distributions = cache(packages_distributions)


def imported_code(
    trees: Sequence[ast.Module], known: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Digests of local modules that files import, directly or by one another, and versions of packages.

    Parameters
    ----------
    trees : sequence of ast.Module
    known : collection of str
        Modules, with all that lies below them, that are not looked at.
    """
    modules: dict[str, str] = {}
    packages: dict[str, str] = {}
    looked_at: set[str] = set()
    waiting = [name for tree in trees for name in _imported(tree, "")]
    while waiting:
        name = waiting.pop()
        top = name.partition(".")[0]
        if name in looked_at or {name, top} & {*known} or top in sys.stdlib_module_names:
            continue
        looked_at.add(name)
        file = _file(name)
        if file is None:
            continue
        if str(file).startswith(_INSTALLED):
            packages |= {package: version(package) for package in _distributions().get(top, ())}
            continue
        modules[name], imports = _digest(name, file)
        waiting += imports
    return dict(sorted(modules.items())), dict(sorted(packages.items()))


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


def _digest(name: str, file: Path) -> tuple[str, list[str]]:
    """Digest of a module and the names that it imports."""
    module = sys.modules.get(name)
    text = module_source(module) if module is not None else read_source(str(file))
    if text is None:  # compiled
        return hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest(), []
    tree = ast.parse(text)
    package = name if file.stem == "__init__" else name.rpartition(".")[0]
    return syntax_digest(tree), list(_imported(tree, package))


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
