"""Every fault against its nearest tests, once they are green without it."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from studies.mutants._child import Outcome, run_tests
from studies.mutants._mutant import Mutant, MutantError
from studies.mutants._results import KILLED, LATE, REFUSED, SURVIVED, Result
from studies.mutants._tree import copy_tree, planted

BASELINE_SECONDS = 1800
"""All nearest tests of a room, without any fault."""

Tell = Callable[[Mutant, Result], None]


def run_mutants(
    root: Path, mutants: Sequence[Mutant], *, jobs: int, tell: Tell, stop: threading.Event
) -> None:
    """Plant each fault in a copy of the tree and run its tests.

    Parameters
    ----------
    root : Path
        The checkout; nothing in it is changed.
    mutants : sequence of Mutant
    jobs : int
        Copies, and tests that run at a time.
    tell : callable
        Called with each fault and its result as soon as it is known.
    stop : Event
        No further fault is begun once it is set.
    """
    with ExitStack() as stack:
        trees: SimpleQueue[Path] = SimpleQueue()
        for _ in range(jobs):
            folder = stack.enter_context(TemporaryDirectory(prefix="auriga-mutants-"))
            trees.put(copy_tree(root, Path(folder) / "tree"))
        for room in dict.fromkeys(mutant.room for mutant in mutants):
            own = [mutant for mutant in mutants if mutant.room == room]
            tree = trees.get()
            green = baseline(tree, own)
            trees.put(tree)

            def one(mutant: Mutant, green: Outcome = green) -> None:
                tree = trees.get()
                try:
                    if not stop.is_set():
                        tell(mutant, judge(tree, mutant, green))
                finally:
                    trees.put(tree)

            with ThreadPoolExecutor(jobs) as pool:
                for done in [pool.submit(one, mutant) for mutant in own]:
                    done.result()


def baseline(tree: Path, mutants: Iterable[Mutant]) -> Outcome:
    """All nearest tests of these faults, run without any: red ones prove nothing."""
    tests = list(dict.fromkeys(test for mutant in mutants for test in mutant.tests))
    files = {test for test in tests if "::" not in test}
    wanted = [test for test in tests if test in files or test.split("::")[0] not in files]
    return run_tests(tree, wanted, limit=BASELINE_SECONDS)


def judge(tree: Path, mutant: Mutant, green: Outcome, *, least_seconds: float = 60.0) -> Result:
    """Result of one fault; refused where it cannot be planted or its tests are not green without it.

    Its tests have eight times what they take without it, and at least `least_seconds`.
    """
    own = {node: seconds for node, seconds in green.seconds.items() if chosen(node, mutant.tests)}
    if green.failed or green.late:
        return Result(REFUSED, f"without any fault: {green.failed or 'too slow'}\n{green.tail[-1500:]}")
    if missing := [test for test in mutant.tests if not any(chosen(node, [test]) for node in own)]:
        return Result(REFUSED, f"no such tests: {', '.join(missing)}")
    limit = max(least_seconds, 8 * sum(own.values()))
    try:
        with planted(mutant, tree):
            outcome = run_tests(tree, mutant.tests, limit=limit)
    except MutantError as error:
        return Result(REFUSED, str(error))
    if outcome.late:
        result = Result(LATE, f"not done within {limit:.0f} s")
    else:
        result = Result(KILLED if outcome.failed else SURVIVED, outcome.failed)
    # Of what was run here, whatever happened to the checkout meanwhile.
    return replace(result, digest=mutant.digest(tree, result.noticed_by))


def chosen(node: str, tests: Iterable[str]) -> bool:
    """Whether a test is among those that are named by file, function or case.

    Examples
    --------
    >>> chosen("a.py::test_x[1]", ["a.py::test_x"]), chosen("a.py::test_xy", ["a.py::test_x"])
    (True, False)
    """
    return any(node == test or node.startswith((f"{test}::", f"{test}[")) for test in tests)
