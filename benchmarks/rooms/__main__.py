"""`python -m benchmarks.rooms`: measure features, labels and regimes; write the page and the costs."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.rooms import _labels, _regimes
from benchmarks.rooms._features import measure_live, measure_parts, measure_year
from benchmarks.rooms._freqai_example import NAME, OURS, measure_example
from benchmarks.rooms._inputs import YEAR, Market, load_market
from benchmarks.rooms._page import costs, page, ratio_line, screen_table
from benchmarks.rooms._rows import Row
from benchmarks.speed._machine import describe_machine
from benchmarks.speed._overlays import ROOT

_QUICK_CANDLES = 6000


def measure_rooms(market: Market, *, repeats: int, label_rows: int) -> tuple[dict[str, list[Row]], list[str]]:
    """Rows of every room that can be measured, and notes."""
    parts, left_out = measure_parts(market, repeats)
    year, live = measure_year(market, repeats), measure_live(market, 3 * repeats)
    features = [*parts, year, live, *measure_example(market, 2 * repeats)]
    rooms = {
        "features": features,
        "labels": _labels.measure(label_rows),
        "regimes": _regimes.measure(market.pair),
    }
    notes = [ratio_line(features, OURS, NAME), f"Candles: {market.source}."]
    return rooms, notes + [f"Not measured: {line}" for line in left_out]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rooms", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few candles, once: whether it runs at all")
    parser.add_argument("--output", type=Path, help="folder to write to [benchmarks; none with --quick]")
    given = parser.parse_args(arguments)
    machine = describe_machine()
    market = load_market(_QUICK_CANDLES if given.quick else YEAR)
    label_rows = _QUICK_CANDLES if given.quick else 1_000_000
    rooms, notes = measure_rooms(market, repeats=1 if given.quick else 9, label_rows=label_rows)
    console = Console(width=150)
    for room, rows in rooms.items():
        console.print(screen_table(room, rows))
    console.print(*notes, sep="\n", highlight=False)
    folder = given.output or (None if given.quick else ROOT / "benchmarks")
    if folder:
        (folder / "ROOMS.md").write_text(page(rooms, notes, machine))
        every = costs([row for rows in rooms.values() for row in rows])
        (folder / "costs.json").write_text(json.dumps(every, indent=1) + "\n")


if __name__ == "__main__":
    main()
