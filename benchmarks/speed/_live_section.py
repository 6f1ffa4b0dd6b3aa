"""The live measurement: one child an arm, and what its figures say."""

import json
import shutil
from statistics import median
from typing import Any

from benchmarks.speed._alternate import ARMS, failure_note
from benchmarks.speed._overlays import Arm
from benchmarks.speed._plan import Plan
from benchmarks.speed._process import ChildError
from benchmarks.speed._runs import Workplace
from benchmarks.speed._statistics import ratio, verdict
from benchmarks.speed._tables import Section

_HEADER = ("", "ours", "stock", "ours / stock", "target", "")


def live(place: Workplace, plan: Plan, deadline: float) -> Section:
    """From a new candle to the signals of all pairs, with the training thread idle and busy."""
    found: dict[Arm, dict[str, Any]] = {}
    notes = [
        "In process: the real strategy and FreqAI model as a dry run builds them, simulated pairs, "
        f"`{' '.join(plan.live)}`. Models are trained in FreqAI's own thread; then candle after candle is "
        "closed by hand, first with that thread idle, then with it training without pause (40 times the "
        "trees, so that it is busy all the time). Time of `strategy.analyze` and the entry signals, without "
        "fetching candles. Medians."
    ]
    for arm in ARMS:
        try:
            found[arm] = _run(place, plan, arm)
        except ChildError as error:
            notes.append(failure_note(f"{arm}: {error}"))
    for arm, figures in found.items():
        busy = median(loop["elsewhere"] for loop in figures["busy"])
        usable = min(loop["usable"] for loop in (*figures["idle"], *figures["busy"]))
        notes.append(
            f"{arm}: {usable} of {figures['pairs']} pairs had a usable prediction at every candle; other "
            f"threads took {busy:.1f} s CPU in a loop while training."
        )
    return Section("Live: from a new candle to signals", _HEADER, live_rows(found), notes)


def _run(place: Workplace, plan: Plan, arm: Arm) -> dict[str, Any]:
    folder, output = place.folder / f"live-{arm}", place.folder / f"live-{arm}.json"
    shutil.rmtree(folder, ignore_errors=True)
    place.python(
        ["-m", "benchmarks.speed.live", arm, str(output), str(folder), *plan.live], f"live-{arm}.log"
    )
    figures: dict[str, Any] = json.loads(output.read_text())
    return figures


def live_rows(found: dict[Arm, dict[str, Any]]) -> list[list[str]]:
    """Medians of idle and busy loops, the lag that training adds, and the time to the first models.

    Examples
    --------
    >>> arm = {"idle": [{"wall": 2.0}], "busy": [{"wall": 3.0}], "first_models": 9.0}
    >>> live_rows({"ours": arm, "stock": arm})[2]
    ['added by training, s', '1.00', '1.00', '1.00', '', '']
    """
    figures = {arm: _medians(found[arm]) for arm in ARMS if arm in found}
    targets = {"idle": 0.5}
    names = {
        "idle": "new candle to signals, s",
        "busy": "the same while training, s",
        "lag": "added by training, s",
        "first": "start to the first model of every pair, s",
    }
    return [
        _row(text, [figures.get(arm, {}).get(key) for arm in ARMS], targets.get(key))
        for key, text in names.items()
    ]


def _medians(figures: dict[str, Any]) -> dict[str, float]:
    idle, busy = (median(loop["wall"] for loop in figures[name]) for name in ("idle", "busy"))
    return {"idle": idle, "busy": busy, "lag": busy - idle, "first": figures["first_models"]}


def _row(name: str, values: list[float | None], target: float | None) -> list[str]:
    cells = ["-" if value is None else f"{value:.2f}" for value in values]
    wanted = "" if target is None else f"<= {target:.2f}"
    ours, stock = values
    if ours is None or stock is None:
        return [name, *cells, "-", wanted, ""]
    value = ratio(ours, stock)
    return [name, *cells, f"{value:.2f}", wanted, verdict(value, target)]
