"""Who imports whom, from the syntax tree: between files, and between the boxes of each package."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

Graph = Mapping[str, set[str]]


class Imports:
    """Imports of a package, those behind `TYPE_CHECKING` and inside functions included.

    Parameters
    ----------
    sources : mapping of str to str
        Code of each module by its dotted name; a package has the name of its folder.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._trees = {name: ast.parse(code) for name, code in sources.items()}
        self._packages = {name for name in sources if any(other.startswith(f"{name}.") for other in sources)}

    @staticmethod
    def of(package: Path) -> "Imports":
        """Read all files of a package."""
        found = {}
        for file in sorted(package.rglob("*.py")):
            parts = [package.name, *file.relative_to(package).with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file.read_text()
        return Imports(found)

    def named(self, module: str) -> Iterator[tuple[str, str]]:
        """Modules that a module imports from, each with the name it takes (empty for the module itself)."""
        for node in ast.walk(self._trees[module]):
            if isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names if alias.name in self._trees)
            elif isinstance(node, ast.ImportFrom) and node.module in self._trees:
                yield from ((str(node.module), alias.name) for alias in node.names)

    def source_of(self, module: str, name: str) -> str:
        """Module that defines what a face passes on."""
        if f"{module}.{name}" in self._trees:
            return f"{module}.{name}"
        if module in self._packages:
            for node in self._trees[module].body:
                if isinstance(node, ast.ImportFrom) and node.module in self._trees:
                    for alias in node.names:
                        if name == (alias.asname or alias.name):
                            return self.source_of(str(node.module), alias.name)
        return module

    @cached_property
    def files(self) -> Graph:
        """Files that each file needs; faces are seen through."""
        found: dict[str, set[str]] = defaultdict(set)
        for module in self._trees:
            if module not in self._packages:
                found[module] |= {self.source_of(*each) for each in self.named(module)} - {module}
        return found

    def boxes(self, package: str) -> Graph:
        """Files and folders directly in a package, each with those it imports; by their last names."""
        found: dict[str, set[str]] = defaultdict(set)
        for module, needed in self.files.items():
            if module.startswith(f"{package}."):
                own = _box(module, package)
                found[own] |= {_box(each, package) for each in needed if each.startswith(f"{package}.")} - {
                    own
                }
        return found

    @property
    def packages(self) -> list[str]:
        """All folders, by dotted name."""
        return sorted(self._packages)

    def private(self) -> Iterator[str]:
        """Imports of a private module of another folder than the importing file's own or one above it."""
        for module in self._trees:
            for needed, _ in self.named(module):
                folder, _, last = needed.rpartition(".")
                if last.startswith("_") and not (module == folder or module.startswith(f"{folder}.")):
                    yield f"{module} imports {needed}"


def _box(module: str, package: str) -> str:
    return module.removeprefix(f"{package}.").partition(".")[0]


def mutual(graph: Graph) -> list[str]:
    """Pairs that import each other."""
    return [f"{a} <-> {b}" for a in graph for b in sorted(graph[a]) if a < b and a in graph.get(b, ())]


def circle(graph: Graph) -> list[str]:
    """One circle, as the names on it; empty without any."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph.get(name, ())):
            if found := walk(other, [*path, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


def violations(graph: Graph, allowed: Mapping[str, Iterable[str]]) -> list[str]:
    """Imports that a table does not allow, and boxes that it does not know."""
    found = [f"{name} has no row" for name in graph if name not in allowed]
    return found + [
        f"{name} imports {other}"
        for name in graph
        for other in sorted(graph[name] - {*allowed.get(name, graph[name])})
    ]
