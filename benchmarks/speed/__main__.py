"""Measure ours and stock in one run and write `benchmarks/RESULTS.md`: `python -m benchmarks.speed`."""

import argparse
import json
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from auriga.cli._offline import offline_exchange
from benchmarks.speed._alternate import failure_note
from benchmarks.speed._candles import prepare_candles
from benchmarks.speed._live_section import live
from benchmarks.speed._machine import describe_machine
from benchmarks.speed._measurements import growth, same_trees, second_run, shipped_defaults
from benchmarks.speed._overlays import PAIRS, ROOT
from benchmarks.speed._plan import FULL, QUICK, Plan
from benchmarks.speed._runs import Workplace
from benchmarks.speed._tables import Section, report

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
PARTIAL = Path(tempfile.gettempdir()) / "auriga-speed.md"

Measurement = Callable[[Workplace, Plan, float], Section]

# As printed; the first one is run last, since it takes as many turns as there is time for.
MEASUREMENTS: dict[str, Measurement] = {
    "same": same_trees,
    "shipped": shipped_defaults,
    "growth": growth,
    "second": second_run,
    "live": live,
}
_ORDER = ("live", "growth", "second", "shipped", "same")


def head(facts: list[str], plan: Plan, seconds: float) -> list[str]:
    """First lines of the report."""
    kind = " (`--quick`: a smoke, not a measurement)" if plan is QUICK else ""
    return [
        "# Speed and memory against stock FreqAI",
        "",
        f"Written by `python -m benchmarks.speed`{kind} in {seconds / 60:.1f} minutes. Every figure is a "
        "whole `freqtrade` command in a child process, start-up included, ours and stock in turn, with a "
        "fresh user folder, unless a section says otherwise. CPU is user and system time. Peak memory is "
        "the larger of the kernel's `ru_maxrss` and the sum over the child's process tree, sampled five "
        "times a second.",
        "",
        *facts,
    ]


def _section(name: str, place: Workplace, plan: Plan, deadline: float) -> Section:
    """Measure; a failure becomes a section that says so, and the others go on."""
    print(f"{time.strftime('%H:%M:%S')} {name} ...", flush=True)
    try:
        return MEASUREMENTS[name](place, plan, deadline)
    except Exception:
        traceback.print_exc()
        return Section(name, [], notes=[failure_note(traceback.format_exc(limit=3))])


def measure(folder: Path, plan: Plan, names: list[str], output: Path) -> None:
    """Run the measurements on one offline exchange; the report is written anew after each."""
    started = time.monotonic()
    facts = describe_machine()
    candles = prepare_candles(folder / "candles", PAIRS, plan.history_days)
    shipped = json.loads((ROOT / "config.json").read_text())
    overlay = folder / "exchange.json"
    overlay.unlink(missing_ok=True)
    sections: dict[str, Section] = {}
    with offline_exchange(["--candles", str(candles.folder)], overlay):
        place = Workplace(folder, shipped, candles, overlay)
        for name in (name for name in _ORDER if name in names):
            sections[name] = _section(name, place, plan, started + 60 * plan.minutes)
            loudest = max((usage.others for usage in place.usages.values()), default=0)
            now = [f"- {candles.source}", f"- other processes used at most {loudest:.2f} cores during a run"]
            first_lines = head([*facts, *now], plan, time.monotonic() - started)
            printed = [sections[key] for key in MEASUREMENTS if key in sections]
            output.write_text(report(printed, first_lines), encoding="utf-8")
            print(sections[name].markdown(), flush=True)
    print(f"{(time.monotonic() - started) / 60:.1f} minutes; {output}")


def main() -> None:
    """Read the arguments and measure in a temporary folder."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke with few trees, to a temporary file")
    parser.add_argument("--only", nargs="+", choices=list(MEASUREMENTS), default=list(MEASUREMENTS))
    parser.add_argument(
        "--output", type=Path, help=f"default: {RESULTS.relative_to(ROOT)} for a whole run, else {PARTIAL}"
    )
    parser.add_argument("--keep", type=Path, help="folder for logs and models; default: a temporary one")
    given = parser.parse_args()
    plan = QUICK if given.quick else FULL
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that children are ended, too
    with tempfile.TemporaryDirectory(prefix="auriga-speed-") as temporary:
        folder = (given.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        whole = not given.quick and set(given.only) == set(MEASUREMENTS)
        measure(folder, plan, given.only, given.output or (RESULTS if whole else PARTIAL))


if __name__ == "__main__":
    main()
