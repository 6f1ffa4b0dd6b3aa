"""Which files and packages count as imported, however a file of a strategy says so."""

import ast
import importlib
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import version

import pytest

from auriga.host.seals._imported_code import imported_code


@pytest.fixture
def imported(tmp_path, monkeypatch):
    """What a file with these lines imports, beside which these files lie."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def look(code: str, files: dict[str, str], known=("auriga",)):
        for name, text in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        importlib.invalidate_caches()
        return imported_code([ast.parse(code)], known)

    yield look
    for name in set(sys.modules) - before:
        del sys.modules[name]


PACKAGE = {
    "own_pack/__init__.py": "from .beside import one\n",
    "own_pack/beside.py": "one = 1\n",
    "own_pack/deep.py": "from own_other import two\n",
    "own_pack/inner/__init__.py": "from ..beside import one\nfrom . import last\n",
    "own_pack/inner/last.py": "three = 3\n",
    "own_other.py": "two = 2\n",
}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import own_other", ["own_other"]),
        ("import own_pack.deep", ["own_other", "own_pack", "own_pack.beside", "own_pack.deep"]),
        ("from own_pack import deep", ["own_other", "own_pack", "own_pack.beside", "own_pack.deep"]),
        ("from own_pack.beside import one", ["own_pack", "own_pack.beside"]),
        (
            "from own_pack.inner import last",
            ["own_pack", "own_pack.beside", "own_pack.inner", "own_pack.inner.last"],
        ),
    ],
)
def test_every_file_that_runs_on_an_import_counts(imported, code, names) -> None:
    found = imported(code, PACKAGE)
    assert list(found.modules) == names and found.packages == {}


def test_a_change_of_any_of_them_changes_its_digest_alone(imported) -> None:
    before = imported("import own_pack.inner", PACKAGE).modules
    for name in ("own_pack.inner.last", "own_pack"):
        file = next(each for each in PACKAGE if each.removesuffix(".py").replace("/", ".").startswith(name))
        after = imported("import own_pack.inner", PACKAGE | {file: PACKAGE[file] + "more = 1\n"}).modules
        assert {key for key in after if after[key] != before[key]} == {name}


def test_a_module_that_a_text_names_counts_once_it_is_loaded(imported) -> None:
    code = 'importlib.import_module("own_other")'
    assert imported(code, PACKAGE).modules == {}
    importlib.import_module("own_other")
    assert list(imported(code, PACKAGE).modules) == ["own_other"]


def test_nothing_below_a_known_module_counts(imported) -> None:
    found = imported("import own_pack.deep\nimport own_other", PACKAGE, known=("own_pack",))
    assert list(found.modules) == ["own_other"]


def test_every_package_has_its_version_whatever_its_name_is(imported) -> None:
    found = imported("import scipy.stats, sklearn\nimport own_other", PACKAGE)
    assert found.packages == {name: version(name) for name in ("scikit-learn", "scipy")}
    assert list(found.modules) == ["own_other"]


def test_what_all_helpers_read_is_told(imported) -> None:
    files = {
        "own_a.py": "def a(it):\n    return it.first_one\n",
        "own_b.py": "def b(it):\n    return it.second_one\n",
    }
    assert {"first_one", "second_one"} <= imported("import own_a, own_b", files).read


def test_a_compiled_helper_counts_with_its_bytes(imported) -> None:
    name = f"own_compiled{EXTENSION_SUFFIXES[0]}"
    one, other, again = (imported("import own_compiled", {name: text}).modules for text in "121")
    assert one == again and one.keys() == other.keys() == {"own_compiled"} and one != other
