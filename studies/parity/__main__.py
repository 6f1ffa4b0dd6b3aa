"""`python -m studies.parity`: run a bot, compare it, and write studies/PARITY.md."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from studies.parity._compare import compare, planted, trainings
from studies.parity._dry_run import PAIRS, dry_run
from studies.parity._page import write_page


def main() -> None:
    """Run it, or compare one that has run; exit code 1 if it differs or what is planted is not found."""
    parser = argparse.ArgumentParser(prog="python -m studies.parity", description=__doc__)
    parser.add_argument("--candles", type=int, default=180, help="of each pair, after the first models")
    parser.add_argument("--speed", type=float, default=60, help="market seconds a second; needs libfaketime")
    parser.add_argument("--keep", type=Path, help="folder of the bot; default: a temporary one")
    parser.add_argument("--compare-only", action="store_true", help="the bot that has run in --keep")
    parser.add_argument("--anyway", action="store_true", help="as of auriga parity")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="auriga-parity-") as scratch:
        folder = arguments.keep or Path(scratch)
        if not arguments.compare_only:
            dry_run(folder, speed=arguments.speed, candles=arguments.candles)
        sys.exit(_compare(folder, ["--anyway"] if arguments.anyway else []))


def _compare(folder: Path, options: list[str]) -> int:
    told = json.loads((folder / "run.json").read_text())
    compared = compare(folder, "--repeat", *options)
    print(compared["text"])
    changed = planted(folder, *options)
    told |= {"pairs": ", ".join(PAIRS), "trainings": trainings(folder / "user_data")}
    write_page(told | {"compared": compared, "planted": changed})
    return int(compared["code"] != 0 or any(each["code"] != 1 for each in changed))


if __name__ == "__main__":
    main()
