"""Run the cells of the matrix, two bots side by side at most, and keep every outcome at once."""

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import asdict
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Any

import httpx
from rig._errors import FireError
from rig._rig import Rig

from studies.faults._cells import DEADLINE, CellError, Outcome, repair, run_cell
from studies.faults._faults import Cell
from studies.faults._page import machine, verdict

MakeRig = Callable[[tuple[str, str, bool]], AbstractContextManager[Rig]]


class Results:
    """The file of the matrix; cells that are run again replace their older outcome."""

    def __init__(self, path: Path, client_timeout: float) -> None:
        self._path, self._lock = path, Lock()
        self._numbers: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"cells": []}
        self._numbers |= {
            "deadline": DEADLINE,
            "client_timeout": client_timeout,
            "freqtrade": version("freqtrade"),
            "machine": machine(),
        }
        self._before = float(self._numbers.get("seconds", 0))
        self._started = time.monotonic()

    def add(self, row: dict[str, Any]) -> None:
        """Keep one outcome and write the file."""
        with self._lock:
            others = [other for other in self._numbers["cells"] if other["key"] != row["key"]]
            self._numbers["cells"] = sorted([*others, row], key=lambda each: str(each["key"]))
            self._numbers["seconds"] = round(self._before + time.monotonic() - self._started)
            self._path.write_text(json.dumps(self._numbers, indent=1, default=str) + "\n")
        print(f"{row['key']}: {verdict(row)} ({row['entries']} entries)", flush=True)


def run_matrix(cells: Iterable[Cell], make_rig: MakeRig, results: Results, jobs: int) -> None:
    """Run cells, those of one rig after each other."""
    groups = [list(group) for _, group in groupby(cells, key=lambda cell: cell.rig)]
    shares = [group[number::jobs] for group in groups for number in range(jobs)]
    with ThreadPoolExecutor(jobs) as pool:
        for future in [pool.submit(_run_share, share, make_rig, results) for share in shares if share]:
            future.result()


def _run_share(share: list[Cell], make_rig: MakeRig, results: Results) -> None:
    with make_rig(share[0].rig) as rig:
        for cell in share:
            outcome = _measured(rig, cell, results)
            repair(rig, outcome)


def _measured(rig: Rig, cell: Cell, results: Results) -> Outcome | None:
    try:
        outcome = run_cell(rig, cell)
    except (CellError, FireError, httpx.HTTPError) as error:
        results.add(_unmeasured(cell, str(error)[:300]))
        return None
    results.add(asdict(outcome) | {"error": None})
    return outcome


def _unmeasured(cell: Cell, error: str) -> dict[str, Any]:
    blank = Outcome(
        key=cell.key,
        market=cell.market,
        place=cell.place.name,
        fault=cell.fault.name,
        guard=cell.guard,
        injected=0,
        through=False,
        seconds=None,
        entries=0,
        orders=0,
        disagreements=(),
        reloaded=None,
        reconcile=None,
        reasons=(),
    )
    return asdict(blank) | {"error": error}
