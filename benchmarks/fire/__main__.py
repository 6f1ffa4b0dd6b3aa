"""`python -m benchmarks.fire matrix|page`: the bot under fire, measured."""

import argparse
from collections.abc import Sequence

from benchmarks.fire._faults import cells
from benchmarks.fire._live_rig import CLIENT_TIMEOUT, live_rig
from benchmarks.fire._matrix import Results, run_matrix
from benchmarks.fire._page import MATRIX, write_page


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fire", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    matrix = commands.add_parser("matrix", help="every fault at every place, live on the offline exchange")
    matrix.add_argument("--only", default="*", help="cells, such as 'spot/entry/*'")
    matrix.add_argument("--jobs", type=int, choices=(1, 2), default=1, help="bots side by side")
    matrix.add_argument("--keep", action="store_true", help="keep the folders of the bots")
    matrix.add_argument("--list", action="store_true", help="only name the cells")
    commands.add_parser("page", help="write docs/faults.md from the stored numbers")
    return parser.parse_args(arguments)


def main() -> None:
    """Run what was asked for."""
    arguments = parse()
    if arguments.command == "matrix":
        _matrix(arguments)
    else:
        write_page()


def _matrix(arguments: argparse.Namespace) -> None:
    chosen = cells(arguments.only)
    if arguments.list or not chosen:
        print("\n".join(cell.key for cell in chosen) or f"no cell matches {arguments.only}")
        return
    results = Results(MATRIX, CLIENT_TIMEOUT)
    run_matrix(chosen, lambda kind: live_rig(*kind, keep=arguments.keep), results, arguments.jobs)
    write_page()


if __name__ == "__main__":
    main()
