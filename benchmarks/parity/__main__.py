"""`python -m benchmarks.parity`: run it, compare it, and write benchmarks/PARITY.md."""

import argparse
from pathlib import Path

from benchmarks.parity._dry_run import dry_run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parity", description=__doc__)
    parser.add_argument("--candles", type=int, default=520, help="of each pair, after the first models")
    parser.add_argument("--speed", type=float, default=120, help="market seconds a second; needs libfaketime")
    parser.add_argument("--keep", type=Path, required=True, help="folder of the bot")
    arguments = parser.parse_args()
    bot = dry_run(arguments.keep, speed=arguments.speed, candles=arguments.candles)
    print(" ".join(bot.files))


if __name__ == "__main__":
    main()
