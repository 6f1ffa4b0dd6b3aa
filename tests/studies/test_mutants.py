"""The list of planted faults: each can be planted today; and what plants them notices and restores."""

import threading
from pathlib import Path

import pytest
from studies.mutants._child import Outcome, run_tests, stop_server
from studies.mutants._mutant import Mutant, MutantError, read_room, read_rooms
from studies.mutants._page import counts, page
from studies.mutants._results import KILLED, LATE, REFUSED, SURVIVED, Result, Results
from studies.mutants._run import baseline, chosen, judge, run_mutants
from studies.mutants._tree import copy_tree, planted
from tests.conftest import ROOT

CODE = "def larger(a, b):\n    return a if a > b else b\n"
TEST = """
import time
from auriga.small import larger

def test_larger():
    assert larger(1, 2) == larger(2, 1) == 2

def test_ends():
    while larger(5, 6) == 7:
        time.sleep(0.1)
"""


def mutant(name="smaller", old="a > b", new="a < b", tests=("tests/test_small.py",), **more) -> Mutant:
    return Mutant(
        name, "small", "src/auriga/small.py", old, new, "it would be the smaller", tuple(tests), **more
    )


@pytest.fixture
def tree(tmp_path) -> Path:
    """A tree with one function and its tests."""
    for name, content in {
        "src/auriga/__init__.py": "", "src/auriga/small.py": CODE, "tests/__init__.py": "",
        "tests/test_small.py": TEST, "pyproject.toml": "[tool.pytest.ini_options]\n",
    }.items():  # fmt: skip
        file = tmp_path / "tree" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return tmp_path / "tree"


@pytest.fixture(scope="module")
def server():
    """The process that tests are forked from."""
    yield
    stop_server()


# --- the list ---------------------------------------------------------------------------------------


def test_every_listed_fault_can_be_planted_exactly_once_and_has_tests() -> None:
    mutants = read_rooms()
    assert len(mutants) >= 150
    stale = []
    for each in mutants:
        try:
            each.planted((ROOT / each.file).read_text())
        except (MutantError, OSError) as error:
            stale.append(str(error))
        for test in each.tests:
            file, *function = test.split("::")
            code = (ROOT / file).read_text() if (ROOT / file).is_file() else ""
            if not code or (function and f"def {function[0].split('[')[0]}(" not in code):
                stale.append(f"{each.id}: there is no {test}")
    assert stale == []


def test_every_room_of_truth_and_money_has_faults() -> None:
    files = {each.file.removeprefix("src/").removeprefix("auriga/") for each in read_rooms()}
    rooms = {file.split("/")[0] for file in files}
    assert {
        "host",
        "reconciliation",
        "risk",
        "regimes",
        "labels",
        "models",
        "evaluation",
        "auriga_exchange",
    } <= rooms


# --- what plants them -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("a >= b", "a < b", "occurs 0 times"), ("a", "b", "not once"), ("a > b", "a > (", "is no Python"),
        ("a > b", "(a > b)", "changes nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_planted_is_refused_by_name(tree, old, new, words) -> None:
    with pytest.raises(MutantError, match=f"smaller: .*{words}"), planted(mutant(old=old, new=new), tree):
        pytest.fail("it was planted")
    assert (tree / "src/auriga/small.py").read_text() == CODE


def test_the_code_is_restored_whatever_happens(tree) -> None:
    file = tree / "src/auriga/small.py"
    compiled = file.parent / "__pycache__" / "small.cpython-311.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"of before")
    with pytest.raises(KeyboardInterrupt), planted(mutant(), tree):
        assert "a < b" in file.read_text()
        assert not compiled.exists()  # same size, same second: Python would take the old one
        raise KeyboardInterrupt
    assert file.read_text() == CODE


def test_killed_survived_late_and_refused(server, tree) -> None:
    mutants = [
        mutant(), mutant("same", "a if", "a + 0 if"), mutant("endless", "else b", "else 7 if b == 6 else b"),
        mutant("stale", "a >= b", "a"), mutant("untested", tests=["tests/test_small.py::test_gone"]),
    ]  # fmt: skip
    green = baseline(tree, mutants[:4])
    assert not green.failed and set(green.seconds) == {
        "tests/test_small.py::test_larger", "tests/test_small.py::test_ends",
    }  # fmt: skip
    found = [judge(tree, m, green, least_seconds=5 if m.id == "endless" else 60) for m in mutants]
    assert [result.fate for result in found] == [KILLED, SURVIVED, LATE, REFUSED, REFUSED]
    assert found[0].by == "tests/test_small.py::test_larger"
    assert "not done within" in found[2].by and "occurs 0 times" in found[3].by
    assert "no such tests" in found[4].by
    assert (tree / "src/auriga/small.py").read_text() == CODE


def test_red_tests_prove_nothing(server, tree) -> None:
    (tree / "tests/test_small.py").write_text("def test_red():\n    assert 0\n")
    green = baseline(tree, [mutant()])
    result = judge(tree, mutant(), green)
    assert (result.fate, "test_red" in result.by) == (REFUSED, True)
    (tree / "tests/test_small.py").write_text("import nothing_of_that_name\n")
    assert judge(tree, mutant(), baseline(tree, [mutant()])).fate == REFUSED
    assert run_tests(tree, ["tests/test_gone.py"], limit=60).failed


def test_children_import_the_copy_and_not_the_checkout(server, tree) -> None:
    (tree / "tests/test_small.py").write_text(
        "import subprocess, sys\nimport auriga\n\ndef test_where(pytestconfig):\n"
        "    here = str(pytestconfig.rootpath)\n"
        "    assert auriga.__file__.startswith(here)\n"
        "    code = 'import auriga; print(auriga.__file__)'\n"
        "    told = subprocess.check_output([sys.executable, '-c', code])\n"
        "    assert told.decode().startswith(here)\n"
    )
    outcome: Outcome = run_tests(tree, ["tests/test_small.py"], limit=120)
    assert not outcome.failed, outcome.tail


def test_a_copy_holds_what_git_would_and_the_checkout_is_left_alone(tmp_path) -> None:
    copy = copy_tree(ROOT, tmp_path / "copy")
    assert (copy / "pyproject.toml").read_bytes() == (ROOT / "pyproject.toml").read_bytes()
    assert (copy / "studies/mutants/_run.py").is_file()
    assert not (copy / ".venv").exists() and not (copy / ".git").exists()


# --- what is kept -----------------------------------------------------------------------------------


def test_results_are_good_until_fault_file_or_tests_change(tree, tmp_path) -> None:
    file, one = tmp_path / "results.json", mutant()
    results = Results(file)
    by, test = "tests/test_small.py::test_larger", tree / "tests/test_small.py"
    results.add(one, Result(KILLED, by, one.digest(tree, by)))
    results.add(mutant("left"), Result(SURVIVED, "", mutant("left").digest(tree)))
    results.add(mutant("other"), Result(REFUSED, "why", ""))
    assert Results(file).of(one, tree) == Result(KILLED, by, one.digest(tree, by))
    assert Results(file).of(mutant("left"), tree)
    assert Results(file).of(mutant("other"), tree) is None
    assert Results(file).of(mutant(new="a == b"), tree) is None
    test.write_text(TEST + "\ndef test_more():\n    pass\n")
    assert Results(file).of(one, tree)  # the test that noticed is what it was
    assert Results(file).of(mutant("left"), tree) is None  # the new one may notice
    test.write_text(TEST.replace("larger(1, 2)", "larger(1, 1)"))
    assert Results(file).of(one, tree) is None
    test.write_text(TEST)
    small = tree / "src/auriga/small.py"
    small.write_text(f"import os\n\n\n{CODE}# why\n")
    assert Results(file).of(one, tree)  # a file that is moved has other imports
    small.write_text(CODE.replace("else b", "else a"))
    assert Results(file).of(one, tree) is None


def test_nothing_is_begun_once_it_is_stopped(tree) -> None:
    stop, told = threading.Event(), []
    stop.set()
    run_mutants(ROOT, [], jobs=1, tell=lambda *given: told.append(given), stop=stop)
    assert told == []


def test_the_page_counts_by_room_and_explains_survivors() -> None:
    mutants = [mutant(str(n)) for n in range(4)] + [mutant("5", survives="It is equal.")]
    fates = (KILLED, KILLED, LATE, SURVIVED)
    results = {str(n): Result(fate, "") for n, fate in enumerate(fates)} | {"5": Result(SURVIVED, "")}
    assert counts(mutants, results) == (5, 3, 1, 2)
    text = page(mutants, results)
    assert "| small | 5 | 3 (60%) | 1 | 2 | 0 |" in text
    assert "- `3` (`src/auriga/small.py`): it would be the smaller. not explained yet" in text
    assert "It is equal." in text
    assert "None of those tried." in page(mutants, {})


def test_a_room_is_read_with_its_nearest_tests(tmp_path) -> None:
    rest = 'old = "a"\nnew = "b"\nwhy = "w"\n'
    (tmp_path / "a.toml").write_text(
        f'[nearest]\n"x.py" = ["tests/x.py"]\n[[mutant]]\nid = "1"\nfile = "x.py"\n{rest}'
        f'[[mutant]]\nid = "2"\nfile = "y.py"\ntests = ["tests/y.py::test_y"]\n{rest}'
    )
    assert [each.tests for each in read_room(tmp_path / "a.toml")] == [
        ("tests/x.py",),
        ("tests/y.py::test_y",),
    ]
    with pytest.raises(MutantError, match="no room b; there are a"):
        read_rooms(["b"], tmp_path)
    (tmp_path / "b.toml").write_text((tmp_path / "a.toml").read_text())
    with pytest.raises(MutantError, match="more than once: 1, 2"):
        read_rooms(folder=tmp_path)
    (tmp_path / "b.toml").write_text(f'[[mutant]]\nid = "3"\nfile = "z.py"\n{rest}')
    with pytest.raises(MutantError, match="3: no tests"):
        read_room(tmp_path / "b.toml")


def test_a_test_is_chosen_by_file_function_or_case() -> None:
    node = "tests/a.py::test_x[1]"
    assert all(chosen(node, [test]) for test in ("tests/a.py", "tests/a.py::test_x", node))
    assert not chosen(node, ["tests/a.py::test_x[2]", "tests/a.py::test", "tests/aa.py"])
