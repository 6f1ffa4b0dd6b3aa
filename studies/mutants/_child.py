"""Tests run in a process of their own, forked from one that has imported everything but this project.

Importing Freqtrade, pandas and LightGBM takes five CPU seconds, most tests far less.
"""

import gc
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory

from studies.mutants._results import THE_PROCESS
from studies.mutants._tree import environment

OWN = ("auriga", "benchmarks", "rig", "studies", "tests")
"""Packages of the tree: a child imports them from its copy."""

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "arch.bootstrap",
        "studies.mutants._child",
        "freqtrade.commands",
        "freqtrade.freqai.prediction_models.LightGBMClassifier",
        "freqtrade.freqai.prediction_models.LightGBMRegressor",
        "freqtrade.main",
        "freqtrade.optimize.backtesting",
        "hypothesis",
        "numba",
        "pytest",
        "typer.testing",
    ]
)


@dataclass(frozen=True)
class Outcome:
    """How tests ended.

    Attributes
    ----------
    failed : str
        Node id of the first test that failed, or of the file that could not be imported; empty if none.
    seconds : dict of str to float
        Every test that was run.
    late : bool
        Whether the time limit ended them.
    skipped : int
    tail : str
        The end of what was printed.
    """

    failed: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    late: bool = False
    skipped: int = 0
    tail: str = ""


def run_tests(tree: Path, tests: Sequence[str], *, limit: float, first_only: bool = True) -> Outcome:
    """Run tests of a copy; they and what they started are killed after `limit` seconds."""
    with TemporaryDirectory(prefix="auriga-mutant-") as name:
        folder = Path(name)
        process = _CONTEXT.Process(target=_run, args=(str(tree), list(tests), str(folder), first_only))
        process.start()
        try:
            process.join(limit)
            late = process.is_alive()
        finally:
            _end_group(process.pid)
            process.join()
        report = folder / "report.json"
        written = json.loads(report.read_text()) if report.exists() else {}
        printed = folder / "printed.txt"
        tail = printed.read_text(errors="replace")[-4000:] if printed.exists() else ""
    failed = written.get("failed", "") or ("" if late or written.get("whole") else THE_PROCESS)
    return Outcome(failed, written.get("seconds", {}), late and not failed, written.get("skipped", 0), tail)


def _end_group(number: int | None) -> None:
    """Kill a child and the bots and exchanges that its tests left behind."""
    with suppress(ProcessLookupError):
        if number:
            os.killpg(number, signal.SIGKILL)


class _Reporter:
    """A plugin of pytest that writes down what happened, test by test."""

    def __init__(self, file: Path) -> None:
        self._file, self._failed, self._skipped = file, "", 0
        self._seconds: dict[str, float] = {}

    def pytest_collectreport(self, report: object) -> None:
        self._note(report)

    def pytest_runtest_logreport(self, report: object) -> None:
        node, seconds = report.nodeid, report.duration  # type: ignore[attr-defined]
        self._seconds[node] = round(self._seconds.get(node, 0.0) + seconds, 3)
        self._note(report)

    def _note(self, report: object) -> None:
        if report.failed and not self._failed:  # type: ignore[attr-defined]
            self._failed = report.nodeid  # type: ignore[attr-defined]
            self.write(whole=False)
        self._skipped += report.skipped  # type: ignore[attr-defined]

    def write(self, *, whole: bool) -> None:
        content = {"failed": self._failed, "seconds": self._seconds, "skipped": self._skipped, "whole": whole}
        self._file.write_text(json.dumps(content))


def _run(tree: str, tests: list[str], folder: str, first_only: bool) -> None:
    os.setsid()
    gc.freeze()  # pytest collects garbage twice; all that was imported before the fork is none
    printed = os.open(Path(folder) / "printed.txt", os.O_WRONLY | os.O_CREAT)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    os.environ.update(environment(Path(tree)))
    os.chdir(tree)
    sys.dont_write_bytecode = False
    for name in [name for name in sys.modules if name.split(".")[0] in OWN]:
        del sys.modules[name]
    checkout = {str(Path(__file__).parents[2] / "src"), str(Path(__file__).parents[2]), ""}
    sys.path[:] = [f"{tree}/src", tree, *(path for path in sys.path if path not in checkout)]
    time.tzset()
    import pytest

    reporter = _Reporter(Path(folder) / "report.json")
    options = ["-q", "--no-header", "-p", "no:cacheprovider", *(["-x"] if first_only else [])]
    # A plugin that something else has imported before pytest; none of its own asserts matter here.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    code = pytest.main([*options, *tests], plugins=[reporter])
    # 5: nothing was collected, 4: a test that does not exist; both prove nothing.
    reporter.write(whole=code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED))
    sys.stdout.flush()
    os._exit(0)


def stop_server() -> None:
    """End the process that children are forked from."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
