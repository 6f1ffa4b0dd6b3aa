"""No two rooms need each other, at any level, and rooms of `host` import what the architecture page says."""

import ast
import re
from pathlib import Path

import pytest
from tests.architecture.floors import Imports, circle, mutual, violations
from tests.architecture.test_rooms import imported_modules
from tests.conftest import ROOT

MOST_FILES, MOST_LINES = 15, 2200
PACKAGE = ROOT / "src" / "auriga"


@pytest.fixture(scope="module", params=["auriga", "auriga_exchange"])
def imports(request: pytest.FixtureRequest) -> Imports:
    return Imports.of(ROOT / "src" / request.param)


def table() -> dict[str, set[str]]:
    """Rooms of `host` with what each may import, as the page has them."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    rows = re.findall(r"^\| \d+ \| `(\w+)` \|.*\| ([a-z_, -]+) \|$", page, re.MULTILINE)
    return {room: {name for name in may.split(", ") if name != "-"} for room, may in rows}


def test_no_boxes_need_each_other_at_any_level(imports) -> None:
    assert len(imports.packages) > 10
    for package in imports.packages:
        assert mutual(imports.boxes(package)) == [], package
        assert circle(imports.boxes(package)) == [], package


def test_no_files_need_each_other(imports) -> None:
    assert len(imports.files) > 80
    assert circle(imports.files) == []


def test_rooms_of_host_import_what_the_page_says() -> None:
    rooms = Imports.of(PACKAGE).boxes("auriga.host")
    assert len(table()) == len(rooms) > 20
    assert violations(rooms, table()) == []
    unused = {room: may - rooms[room] for room, may in table().items()}
    assert {room: may for room, may in unused.items() if may} == {}, "the page allows what nobody needs"


def test_other_rooms_are_entered_by_their_face(imports) -> None:
    assert [*imports.private()] == []


@pytest.mark.parametrize("room", sorted(path.name for path in (PACKAGE / "host").iterdir() if path.is_dir()))
def test_rooms_of_host_can_be_overlooked(room: str) -> None:
    files = [file for file in (PACKAGE / "host" / room).rglob("*.py") if file.name != "__init__.py"]
    assert len(files) <= MOST_FILES
    assert sum(len(file.read_text().splitlines()) for file in files) <= MOST_LINES


def test_few_files_stand_outside_a_room() -> None:
    exchange = ROOT / "src" / "auriga_exchange"
    outside = {
        package.name: [file.name for file in package.glob("*.py") if file.name != "__init__.py"]
        for package in (PACKAGE / "host", exchange)
    }
    assert outside["host"] == []
    assert len(outside["auriga_exchange"]) <= 4


FORBIDDEN = {
    "src": {"rig", "studies", "benchmarks", "tests", "examples"},
    "rig": {"studies", "benchmarks", "tests"},
    "studies": {"benchmarks", "tests"},
    "benchmarks": {"studies", "tests"},
}
"""Who imports what beside the package would make tests depend on studies, or the reverse."""


def outsiders(root: Path) -> list[str]:
    found = []
    for folder, forbidden in FORBIDDEN.items():
        for file in sorted((root / folder).rglob("*.py")):
            taken = {module.partition(".")[0] for module in imported_modules(ast.parse(file.read_text()))}
            found += [f"{file.relative_to(root)} imports {name}" for name in sorted(taken & forbidden)]
    return found


def test_rig_studies_and_benchmarks_stand_by_themselves(tmp_path) -> None:
    assert outsiders(ROOT) == []
    (tmp_path / "rig").mkdir()
    (tmp_path / "rig" / "_bot.py").write_text("from studies.faults import x\nimport tests.conftest\n")
    assert outsiders(tmp_path) == ["rig/_bot.py imports studies", "rig/_bot.py imports tests"]


# --- planted ----------------------------------------------------------------------------------------

FACE = "from p.a._one import one\n"


@pytest.mark.parametrize(
    "code",
    [
        "from p.b import two",
        "import p.b._two",
        "from p.b import _two",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.b import two",
        "def late():\n    from p.b._two import two",
    ],
)
def test_a_planted_circle_is_found(code: str) -> None:
    sources = {
        "p": "", "p.a": FACE, "p.a._one": code,
        "p.b": "from p.b._two import two", "p.b._two": "from p.a import one",
    }  # fmt: skip
    planted = Imports(sources)
    assert mutual(planted.boxes("p")) == ["a <-> b"]
    assert circle(planted.files) == ["p.a._one", "p.b._two", "p.a._one"]
    sources["p.b._two"] = ""
    assert mutual(Imports(sources).boxes("p")) == circle(Imports(sources).files) == []


def test_a_circle_of_three_rooms_and_one_inside_a_room_are_found() -> None:
    files = {"a": "b", "b": "c", "c": "a"}
    rooms = {f"p.{one}._x": f"from p.{other} import x" for one, other in files.items()}
    faces = {f"p.{one}": f"from p.{one}._x import x" for one in files}
    assert circle(Imports({"p": "", **rooms, **faces}).boxes("p")) == ["a", "b", "c", "a"]
    inside = Imports({"p": "", "p._x": "from p._y import y", "p._y": "import p._x"})
    assert mutual(inside.boxes("p")) == ["_x <-> _y"]


def test_planted_imports_break_the_table() -> None:
    rooms = table()
    assert "freqai" not in rooms["rows"]
    assert violations({"rows": {"freqai"}}, rooms) == ["rows imports freqai"]
    assert violations({"attic": set()}, rooms) == ["attic has no row"]


def test_a_planted_import_of_a_private_file_is_found() -> None:
    sources = {"p": "", "p.a": FACE, "p.a._one": "", "p.b": "", "p.b._two": "from p.a._one import one"}
    assert [*Imports(sources).private()] == ["p.b._two imports p.a._one"]
    sources["p.b._two"] = "from p.a import one"
    assert [*Imports(sources).private()] == []
