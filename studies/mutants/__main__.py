"""`python -m studies.mutants`: plant faults, see which the suite notices, write the page."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from studies.mutants._child import stop_server
from studies.mutants._mutant import Mutant, MutantError, read_rooms
from studies.mutants._page import counts, page
from studies.mutants._results import REFUSED, SURVIVED, Result, Results
from studies.mutants._run import run_mutants

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "studies" / "mutants" / "results.json"
PAGE = ROOT / "studies" / "MUTANTS.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and has no result yet; 1 if a fault was refused or survives unexplained."""
    given = _parser().parse_args(arguments)
    try:
        mutants = [m for m in read_rooms(given.room) if not given.id or m.id in given.id]
    except MutantError as error:
        print(error, file=sys.stderr)
        return 2
    results = Results(RESULTS)
    if given.list:
        for mutant in mutants:
            result = results.of(mutant, ROOT)
            print(f"{result.fate if result else 'not tried':10} {mutant.room}/{mutant.id}: {mutant.why}")
        return 0
    waiting = [m for m in mutants if given.anew or results.of(m, ROOT) is None]
    print(f"{len(mutants)} faults, {len(waiting)} without a result for today's code and tests", flush=True)
    refused = _run(waiting, results, given.jobs)
    every = read_rooms()
    results.keep_only(every)
    known = {m.id: found for m in every if (found := results.of(m, ROOT))}
    PAGE.write_text(page(every, known))
    tried, noticed, _, survived = counts(mutants, known)
    print(f"{noticed} of {tried} killed, {survived} survived, {refused} refused; {PAGE.relative_to(ROOT)}")
    unexplained = [m.id for m in mutants if m.id in known and known[m.id].fate == SURVIVED and not m.survives]
    return int(bool(refused or unexplained))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m studies.mutants", description=__doc__)
    parser.add_argument("--room", action="append", help="a room of studies/mutants/rooms [all]; repeatable")
    parser.add_argument("--id", action="append", help="only this fault; repeatable")
    parser.add_argument("--jobs", type=int, default=1, help="tests that run at a time [1]")
    parser.add_argument("--anew", action="store_true", help="also what has a result already")
    parser.add_argument(
        "--list", action="store_true", help="list faults and what is known of them, run nothing"
    )
    return parser


def _run(waiting: Sequence[Mutant], results: Results, jobs: int) -> int:
    refused, stop, lock = 0, threading.Event(), threading.Lock()

    def tell(mutant: Mutant, result: Result) -> None:
        nonlocal refused
        with lock:
            refused += result.fate == REFUSED
            results.add(mutant, result)
            print(f"{result.fate:10} {mutant.room}/{mutant.id} {result.by}", flush=True)

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever ends it, copies are removed
    try:
        run_mutants(ROOT, waiting, jobs=jobs, tell=tell, stop=stop)
    except KeyboardInterrupt:
        stop.set()
        print("broken off; the results so far are kept", file=sys.stderr)
        raise SystemExit(130) from None
    finally:
        stop_server()
    return refused


if __name__ == "__main__":
    raise SystemExit(main())
