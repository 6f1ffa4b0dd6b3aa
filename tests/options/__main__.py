"""Try every option with every command: `python -m tests.options [--only TEXT]`, or `make options`.

Writes `docs/tables/options.json` (kept from earlier runs for what `--only` leaves out) and `docs/options.md`.
"""

import argparse
import itertools
import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.conftest import ROOT
from tests.options.desk import COMMANDS, Cell, exchange, try_option
from tests.options.page import write_page
from tests.options.table import OPTIONS, Option

RESULTS = ROOT / "docs" / "tables" / "options.json"


def in_order(found: dict[str, Any]) -> dict[str, Any]:
    """Cells of the options that there are, in their order."""
    return {one.key: found[one.key] for one in OPTIONS if one.key in found}


def _tell(option: Option, cells: dict[str, Cell]) -> None:
    states = " ".join(f"{name}={cell.state}" for name, cell in cells.items() if cell.state != "untried")
    print(f"{option.key}: {states}", flush=True)
    for name, cell in cells.items():
        if cell.state in ("fault", "refused"):
            print(f"    {name}: {cell.words}", flush=True)


def main() -> None:
    """Try what was asked for, one option after the other, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[""], help="options whose group or name holds a text")
    parser.add_argument("--results", type=Path, default=RESULTS, help="file of cells to add to")
    parser.add_argument("--columns", nargs="*", default=COMMANDS, help="commands to try")
    parser.add_argument("--page", action="store_true", help="only write the page anew")
    parser.add_argument("--keep", type=Path, help="folder for candles and what commands leave")
    given = parser.parse_args()
    found = json.loads(given.results.read_text()) if given.results.is_file() else {}
    chosen = [] if given.page else [one for one in OPTIONS if any(text in one.key for text in given.only)]
    with TemporaryDirectory(prefix="auriga-options-") as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for _, options in itertools.groupby(chosen, key=lambda one: one.market.name):
            listed = list(options)
            with exchange(listed[0].market, folder) as overlay:
                for option in listed:
                    cells = try_option(option, folder, overlay, tuple(given.columns))
                    found[option.key] = found.get(option.key, {}) | {
                        name: asdict(cell) for name, cell in cells.items() if cell.state != "untried"
                    }
                    _tell(option, cells)
                    found = in_order(found)
                    given.results.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    if given.results == RESULTS:
        write_page(in_order(found))


if __name__ == "__main__":
    main()
