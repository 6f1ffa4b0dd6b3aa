"""`python -m studies.faults matrix|page|kills|soak`: the bot under fire, measured."""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rig._live_rig import CLIENT_TIMEOUT, live_rig
from rig._settings import ROOT

from studies.faults._faults import cells
from studies.faults._kills import run_kills
from studies.faults._matrix import Results, run_matrix
from studies.faults._moments import MOMENTS
from studies.faults._page import MATRIX, stored, write_page
from studies.faults._soak import run_soak

KILLS = ROOT / "studies" / "faults" / "kills.json"
SOAK = ROOT / "studies" / "faults" / "soak.json"


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m studies.faults", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    matrix = commands.add_parser("matrix", help="every fault at every place, live on the offline exchange")
    matrix.add_argument("--only", default="*", help="cells, such as 'spot/entry/*'")
    matrix.add_argument("--jobs", type=int, choices=(1, 2), default=1, help="bots side by side")
    matrix.add_argument("--keep", action="store_true", help="keep the folders of the bots")
    matrix.add_argument("--missing", action="store_true", help="only cells without an outcome yet")
    matrix.add_argument("--list", action="store_true", help="only name the cells")
    commands.add_parser("page", help="write docs/faults.md from the stored numbers")
    kills = commands.add_parser("kills", help="kill -9 a trading bot at random moments")
    kills.add_argument("--count", type=int, default=50)
    kills.add_argument("--seed", type=int, default=1)
    kills.add_argument("--dry-run", action="store_true", help="instead of live")
    kills.add_argument("--phases", nargs="+", choices=list(MOMENTS), default=list(MOMENTS))
    soak = commands.add_parser("soak", help="hours of accelerated live trading under random faults")
    soak.add_argument("--minutes", type=float, default=20, help="of real time")
    soak.add_argument("--speed", type=float, default=10, help="market seconds a second; needs libfaketime")
    soak.add_argument("--seed", type=int, default=1)
    soak.add_argument("--every", type=float, default=60, help="market seconds between two faults")
    for command in (kills, soak):
        command.add_argument("--keep", type=Path, help="folder for logs and files; default: a temporary one")
        command.add_argument("--output", type=Path, help="default: studies/faults/<command>.json")
    return parser.parse_args(arguments)


def main() -> None:
    """Run what was asked for."""
    arguments = parse()
    if arguments.command == "matrix":
        _matrix(arguments)
    elif arguments.command == "kills":
        _kills(arguments)
    elif arguments.command == "soak":
        _soak(arguments)
    else:
        write_page()


def _matrix(arguments: argparse.Namespace) -> None:
    known = (stored(MATRIX) or {"cells": []})["cells"] if arguments.missing else []
    measured = {row["key"] for row in known if not row["error"]}
    chosen = [cell for cell in cells(arguments.only) if cell.key not in measured]
    if arguments.list or not chosen:
        print("\n".join(cell.key for cell in chosen) or f"no cell matches {arguments.only}")
        return
    results = Results(MATRIX, CLIENT_TIMEOUT)
    run_matrix(chosen, lambda kind: live_rig(*kind, keep=arguments.keep), results, arguments.jobs)
    write_page()


def _kills(arguments: argparse.Namespace) -> None:
    """Run the campaign; a live and a dry-run one stand side by side in the file."""
    with _folder(arguments.keep) as folder:
        found = run_kills(
            folder,
            count=arguments.count,
            seed=arguments.seed,
            live=not arguments.dry_run,
            phases=arguments.phases,
        )
    output = arguments.output or KILLS
    known = json.loads(output.read_text()) if output.exists() else {}
    output.write_text(json.dumps({**known, found["mode"]: found}, indent=1) + "\n")
    print(json.dumps(found["figures"], indent=1))


def _soak(arguments: argparse.Namespace) -> None:
    with _folder(arguments.keep) as folder:
        found = run_soak(
            folder,
            minutes=arguments.minutes,
            speed=arguments.speed,
            seed=arguments.seed,
            every=arguments.every,
        )
    (arguments.output or SOAK).write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))
    if found["wrong"]:
        raise SystemExit("\n".join(found["wrong"]))


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="auriga-fire-", ignore_cleanup_errors=True) as temporary:
        yield Path(temporary)


if __name__ == "__main__":
    main()
