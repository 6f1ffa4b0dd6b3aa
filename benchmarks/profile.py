"""Where the time of a backtest goes: `python -m benchmarks.profile`.

A real `freqtrade backtesting` runs under cProfile in a child process, with models trained one after the
other so that the profiler sees them. The time of library code (pandas, numpy, the standard library) counts
for the room that called it, in proportion to what each caller caused.
"""

import argparse
import json
import os
import pstats
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from auriga.cli._offline import offline_exchange
from benchmarks.speed._candles import prepare_candles
from benchmarks.speed._overlays import EXAMPLE_TREES, PAIRS, ROOT, SAME_TREES, Arm
from benchmarks.speed._process import Usage, run_child
from benchmarks.speed._runs import Case, Workplace

Function: TypeAlias = tuple[str, int, str]
"""File, line and name, as `pstats` has them; `~` and 0 for functions written in C."""

Calls: TypeAlias = Mapping[Function, tuple[int, int, float, float, Mapping[Function, tuple[float, ...]]]]
"""`pstats.Stats.stats`: calls, primitive calls, own seconds, all seconds, and the same for each caller."""

OTHER = "elsewhere"

# The first part that occurs in a function's file decides; more special ones come first.
_PLACES = (
    ("/auriga/features/", "features"),
    ("/auriga/indicators/", "features"),
    ("/auriga/host/rows/_feature_hooks", "features"),
    ("/auriga/host/rows/_pair_features", "features"),
    ("/talib/", "features"),
    ("/auriga/labels/", "labels"),
    ("/auriga/host/rows/_labels", "labels"),
    ("/auriga/regimes/", "regimes"),
    ("/auriga/host/rows/_regimes", "regimes"),
    ("/auriga/models/_binned", "binning"),
    ("/auriga/models/", "models, beside LightGBM"),
    ("/auriga/", "host glue"),
    ("/strategies/", "host glue"),
    ("/freqaimodels/", "host glue"),
    ("/datasieve/", "FreqAI's pipeline"),
    ("/pandas/io/", "i/o"),
    ("/pyarrow/", "i/o"),
    ("/cloudpickle/", "i/o"),
    ("/rapidjson", "i/o"),
    ("/ccxt/", "i/o"),
    ("/aiohttp/", "i/o"),
    ("/asyncio/", "i/o"),
    ("/joblib/", "waiting for threads"),
    ("/freqtrade/freqai/", "FreqAI"),
    ("/freqtrade/", "Freqtrade"),
)
_BINNING = ("construct", "_lazy_init", "init_from", "set_field", "_set_init_score", "get_data", "subset")
_IO = ("posix.", "io.open", "_io.", "fsync", "select.", "socket.", "_ssl")


def room_of(function: Function) -> str | None:
    """Room of a function, or None for library code, which counts for its callers.

    Examples
    --------
    >>> room_of(("/x/auriga/labels/_direction.py", 26, "direction"))
    'labels'
    >>> room_of(("/x/lightgbm/basic.py", 4155, "update"))
    'boosting'
    >>> room_of(("/x/pandas/core/frame.py", 1, "__getitem__")) is None
    True
    """
    file, _, name = function
    if name == "<module>" or file.startswith("<frozen importlib"):
        return "imports"
    if "/lightgbm/" in file:
        return _lightgbm_room(name)
    if file == "~":
        return "i/o" if any(part in name for part in _IO) else None
    return next((room for part, room in _PLACES if part in file), None)


def _lightgbm_room(name: str) -> str:
    if any(part in name for part in _BINNING):
        return "binning"
    return "prediction" if "predict" in name else "boosting"


def room_seconds(calls: Calls, rounds: int = 60) -> dict[str, float]:
    """Seconds of each room.

    Parameters
    ----------
    calls : mapping
        `pstats.Stats.stats`.
    rounds : int
        How far library code that calls library code is followed up; what is left then is `OTHER`.

    Examples
    --------
    >>> label, frame = ("/auriga/labels/a.py", 1, "f"), ("/pandas/b.py", 1, "g")
    >>> calls = {label: (1, 1, 1.0, 3.0, {}), frame: (1, 1, 2.0, 2.0, {label: (1, 1, 2.0, 2.0)})}
    >>> room_seconds(calls)
    {'labels': 3.0}
    """
    rooms: dict[str, float] = defaultdict(float)
    pending = _settle({function: entry[2] for function, entry in calls.items()}, rooms)
    for _ in range(rounds):
        if sum(pending.values()) < 1e-6:
            break
        handed: dict[Function, float] = defaultdict(float)
        for function, seconds in pending.items():
            for caller, part in _caller_shares(calls, function).items():
                handed[caller] += seconds * part
            if not _caller_shares(calls, function):
                rooms[OTHER] += seconds
        pending = _settle(handed, rooms)
    rooms[OTHER] += sum(pending.values())
    return {room: seconds for room, seconds in rooms.items() if seconds > 0}


def _settle(seconds: Mapping[Function, float], rooms: dict[str, float]) -> dict[Function, float]:
    """Book the time of functions that have a room; return that of the others."""
    pending = {}
    for function, own in seconds.items():
        room = room_of(function)
        if room is None:
            pending[function] = own
        else:
            rooms[room] += own
    return pending


def _caller_shares(calls: Calls, function: Function) -> dict[Function, float]:
    """What part of a function's time each caller caused; recursion does not count."""
    callers = {caller: times[3] for caller, times in calls[function][4].items() if caller != function}
    total = sum(callers.values())
    return {caller: seconds / total for caller, seconds in callers.items()} if total else {}


def share_table(rooms: Mapping[str, float]) -> Table:
    """Rooms, largest first, in seconds and percent."""
    table = Table("room", "seconds", "share")
    total = sum(rooms.values())
    for room, seconds in sorted(rooms.items(), key=lambda item: -item[1]):
        table.add_row(room, f"{seconds:.2f}", f"{seconds / total:.1%}")
    table.add_row("all", f"{total:.2f}", "")
    return table


def function_table(calls: Calls, top: int) -> Table:
    """Return the functions with the most time of their own."""
    table = Table("own seconds", "calls", "function", "room", title="Functions")
    largest = sorted(calls.items(), key=lambda item: -item[1][2])[:top]
    for (file, line, name), entry in largest:
        where = name if file == "~" else f"{'/'.join(Path(file).parts[-2:])}:{line} {name}"
        table.add_row(
            f"{entry[2]:.2f}", str(entry[1]), where, room_of((file, line, name)) or "of its callers"
        )
    return table


def profile_backtest(place: Workplace, arm: Arm, case: Case, output: Path) -> Usage:
    """Run the backtest under cProfile; `output` gets the profile."""
    # One thread: the profiler sees only the thread that it was started in.
    os.environ["FREQTRADE__FREQAI__DATA_KITCHEN_THREAD_COUNT"] = "1"
    arguments = place.arguments("backtesting", place.folder / f"profile-{arm}", arm, case)
    span = ["--timerange", place.candles.timerange(case.test_days), "--cache", "none"]
    command = [sys.executable, "-m", "cProfile", "-o", str(output), "-m", "freqtrade", *arguments, *span]
    return run_child(command, log=place.folder / f"profile-{arm}.log", timeout=place.timeout, cwd=ROOT)


def _case(name: str, train_days: int, test_days: int) -> Case:
    trees = {"shipped": None, "same": SAME_TREES, "example": EXAMPLE_TREES}[name]
    return Case(train_days, test_days, backtest_days=min(7, test_days), trees=trees)


def main() -> None:
    """Profile one backtest and print where its time went."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--arm", choices=["ours", "stock"], default="ours")
    parser.add_argument("--trees", choices=["shipped", "same", "example"], default="shipped")
    parser.add_argument("--train-days", type=int, default=60)
    parser.add_argument("--test-days", type=int, default=28)
    parser.add_argument("--top", type=int, default=15, help="functions to list")
    parser.add_argument("--output", type=Path, help="keep the profile, for snakeviz or pstats")
    given = parser.parse_args()
    case = _case(given.trees, given.train_days, given.test_days)
    with tempfile.TemporaryDirectory(prefix="auriga-profile-") as temporary:
        folder = Path(temporary)
        candles = prepare_candles(folder / "candles", PAIRS, case.train_days + case.test_days + 45)
        overlay = folder / "exchange.json"
        output = given.output.resolve() if given.output else folder / "backtest.prof"
        with offline_exchange(["--candles", str(candles.folder)], overlay):
            shipped = json.loads((ROOT / "config.json").read_text())
            usage = profile_backtest(Workplace(folder, shipped, candles, overlay), given.arm, case, output)
        calls: Calls = vars(pstats.Stats(str(output)))["stats"]
    title = (
        f"{given.arm}, {given.trees} parameters, {case.windows} windows after {case.train_days} days, "
        f"{candles.source}: {usage.wall:.1f} s under the profiler, one thread"
    )
    console = Console(width=150)
    console.print(title, share_table(room_seconds(calls)), function_table(calls, given.top))


if __name__ == "__main__":
    main()
