"""A fault as data, and what makes one unusable."""

import ast
import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOMS = Path(__file__).parent / "rooms"


class MutantError(ValueError):
    """A fault that cannot be planted; the message names it."""


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes
    ----------
    id, room : str
    file : str
        Relative to the tree.
    old, new : str
        What stands in the file exactly once, and what stands there instead.
    why : str
        What would go wrong.
    tests : tuple of str
        Files or node ids that have to notice.
    survives : str
        Why no test notices, written by hand; empty if one has to.
    """

    id: str
    room: str
    file: str
    old: str
    new: str
    why: str
    tests: tuple[str, ...]
    survives: str = ""

    def planted(self, code: str) -> str:
        """Source of the file with the fault in it.

        Raises
        ------
        MutantError
            If the old text is not there exactly once, or the new one is no Python or changes nothing.
        """
        count = code.count(self.old)
        if count != 1:
            raise MutantError(f"{self.id}: its old text occurs {count} times in {self.file}, not once")
        changed = code.replace(self.old, self.new)
        try:
            same = ast.dump(ast.parse(changed)) == _meaning(code)
        except SyntaxError as error:
            raise MutantError(f"{self.id}: with its new text {self.file} is no Python: {error}") from None
        if same:
            raise MutantError(f"{self.id}: its new text changes nothing in {self.file}")
        return changed

    def digest(self, tree: Path, noticed_by: str = "") -> str:
        """Of all that a result hangs on: it is good for as long as none of it changes.

        That is the fault, what its file says, and the test that noticed it; where none did, all its tests.
        Layout, comments, imports and types do not count: a file that is moved keeps its results.
        """
        tests = [noticed_by] if noticed_by else sorted({test.split("::")[0] for test in self.tests})
        code = (tree / self.file).read_text()
        parts = [self.old, self.new, _without_imports(code), *(_test_code(tree, test) for test in tests)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _test_code(tree: Path, node: str) -> str:
    """What a test says by its node id; what its file says where it is no function."""
    name, _, function = node.partition("::")
    file = tree / name
    code = file.read_text() if file.is_file() else ""
    wanted = function.split("[")[0]
    return _without_imports(code, wanted) or _without_imports(code)


class _Without(ast.NodeTransformer):
    """Leaves out imports, and annotations of parameters and of what is returned: neither acts."""

    def visit_Import(self, node: ast.Import) -> None:
        """Leave it out."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Leave it out."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        self.generic_visit(node)
        return node


@lru_cache(maxsize=64)
def _without_imports(code: str, name: str = "") -> str:
    """What code says but for imports and types; only of one definition at its top level, if it is named."""
    parts = [part for part in ast.parse(code).body if not name or getattr(part, "name", "") == name]
    return "".join(ast.dump(kept) for part in parts if (kept := _Without().visit(part)) is not None)


@lru_cache(maxsize=16)
def _meaning(code: str) -> str:
    """What code says, whatever its layout."""
    return ast.dump(ast.parse(code))


def read_room(file: Path) -> list[Mutant]:
    """Faults of one room.

    Raises
    ------
    MutantError
        If a fault has no tests.
    """
    content = tomllib.loads(file.read_text())
    nearest = content.get("nearest", {})
    found = []
    for raw in content.get("mutant", []):
        tests = tuple(raw.pop("tests", None) or nearest.get(raw["file"], ()))
        if not tests:
            raise MutantError(f"{raw['id']}: no tests, neither its own nor in [nearest] for {raw['file']}")
        found.append(Mutant(room=file.stem, tests=tests, **raw))
    return found


def read_rooms(names: Iterable[str] | None = None, folder: Path = ROOMS) -> list[Mutant]:
    """Faults of these rooms, or of all.

    Raises
    ------
    MutantError
        For a room that does not exist, or an id that occurs twice.
    """
    known = {file.stem: file for file in sorted(folder.glob("*.toml"))}
    wanted = list(names or known)
    if unknown := [name for name in wanted if name not in known]:
        raise MutantError(f"no room {', '.join(unknown)}; there are {', '.join(known)}")
    found = [mutant for name in wanted for mutant in read_room(known[name])]
    ids = [mutant.id for mutant in found]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise MutantError(f"ids that occur more than once: {', '.join(twice)}")
    return found
