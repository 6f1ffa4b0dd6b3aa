"""`python -m studies.walk`: the README's commands on real candles, twice in one user folder.

With `--reverse` the second walk goes from the last line to the first: the order must not matter either.

A copy of the tracked files is made, `auriga exchange` serves the candles of `AURIGA_REAL_DATA`, and every
console line of the README is run there in its order as it stands, with the exchange's overlay and small
training settings behind `config.json`. Left out are lines that need a running bot (`LEFT_OUT`); tests run
those. After each walk the trades of the backtest, the score of its predictions and the explanation of its
first trade are compared.
"""

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
WALKS = 2

LEFT_OUT = {
    "make": "its own run",
    "freqtrade trade": "a bot runs until it is stopped",
    "auriga parity": "compares a bot",
    "auriga reconcile": "compares a bot",
    "auriga backup": "copies a bot",
    "auriga restore": "copies a bot",
    "auriga exchange": "serves this walk",
    "freqtrade backtesting -c config.json -c configs/futures.json": "futures have candles of their own",
    "auriga journal -c config.json -c configs/live.json": "a bot's trades",
}
"""Beginnings of lines that are not run here, and why."""

SMALL = {
    "exchange": {"pair_whitelist": ["BTC/USDT", "ETH/USDT"]},
    "freqai": {
        "train_period_days": 45,
        "model_training_parameters": {"n_estimators": 30},
        "feature_parameters": {"include_timeframes": ["5m", "1h"], "include_corr_pairlist": ["BTC/USDT"]},
    },
}
"""Settings behind config.json unless `--full` is given: an hour becomes minutes."""

SHORTER = {"--epochs 100": "--epochs 3"}

KEPT = (
    "auriga journal -c config.json --result {result} --by trade",
    "auriga score -c config.json --result {result}",
    "auriga explain 1 -c config.json --result {result} --json",
)
"""What is compared: each is asked of the first backtest at the end of a walk."""


@dataclass(frozen=True)
class Step:
    """A line of the README and how it ended."""

    line: str
    code: int
    seconds: float
    output: str


def lines(page: Path) -> Iterator[str]:
    """Commands of the console blocks of a page, in order."""
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text(), flags=re.DOTALL | re.MULTILINE):
        yield from (line.strip() for line in block.splitlines() if line.strip())


def reason_to_leave_out(line: str) -> str:
    """Why a line is not run; empty if it is."""
    return next((why for begin, why in LEFT_OUT.items() if line.startswith(begin)), "")


@contextmanager
def exchange(place: Path, candles: Path) -> Iterator[Path]:
    """Serve real candles; gives the overlay that leads to them."""
    overlay = place / "walk-exchange.json"
    words = ["exchange", "--candles", str(candles), "--port", "0", "--overlay", str(overlay), "--no-limits"]
    with (place / "exchange.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "auriga.cli", *words], cwd=place, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + 120
        while not overlay.exists():
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the exchange did not start:\n{(place / 'exchange.log').read_text()}")
            time.sleep(0.2)
        yield overlay
    finally:
        server.terminate()
        server.wait(timeout=30)


def run(line: str, place: Path, overlays: list[Path]) -> Step:
    """Run a line with overlays behind its configurations, as a user would write them."""
    more = "".join(f" -c {file.name}" for file in overlays)
    behind = re.sub(r"(-c \S+)(?!.*-c \S)", rf"\1{more}", line, count=1)
    program, *words = shlex.split(behind)
    module = {"freqtrade": "freqtrade", "auriga": "auriga.cli"}[program]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=place, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
    )  # fmt: skip
    return Step(line, done.returncode, time.monotonic() - began, done.stdout + done.stderr)


def walk(place: Path, overlays: list[Path], *, reverse: bool = False) -> tuple[list[Step], dict[str, str]]:
    """Run every line once; gives the steps and digests of what is kept."""
    steps: list[Step] = []
    first = ""
    listed = [line for line in lines(place / "README.md") if not reason_to_leave_out(line)]
    compared = next(line for line in listed if " backtesting -c" in line)
    for told in reversed(listed) if reverse else listed:
        line = told
        for long, short in SHORTER.items():
            line = line.replace(long, short)
        shutil.rmtree(
            place / "user_data" / "frozen", ignore_errors=True
        )  # never written over, as it should be
        step = run(line, place, overlays)
        steps.append(step)
        print(f"{step.code:>3} {step.seconds:7.1f} s  {line}", flush=True)
        if step.code or "Traceback" in step.output:
            print(step.output[-3000:], flush=True)
        if told == compared:
            latest = json.loads((place / "user_data/backtest_results/.last_result.json").read_text())
            first = f"user_data/backtest_results/{latest['latest_backtest']}"
        # The README says so: parameters of a search are used from then on, until their file is deleted.
        (place / "strategies" / "RegimeStrategy.json").unlink(missing_ok=True)
    return steps, {line: kept(run(line.format(result=first), place, overlays), first) for line in KEPT}


def kept(step: Step, result: str) -> str:
    """Digest of an output without the name of the result, which holds the time of the run."""
    if step.code:
        print(step.output[-3000:], flush=True)
    name = re.escape(Path(result).stem)
    text = re.sub(name.replace("\\ ", " "), "RESULT", step.output)
    numbers = "\n".join(line for line in text.splitlines() if "RESULT" not in line)
    return f"{step.code}:{hashlib.sha256(numbers.encode()).hexdigest()[:16]}"


def main() -> None:
    """Walk twice; exit code 1 if a line fails or the walks end differently."""
    parser = argparse.ArgumentParser(prog="python -m studies.walk", description=__doc__)
    parser.add_argument("--full", action="store_true", help="settings as shipped (more than an hour)")
    parser.add_argument(
        "--reverse", action="store_true", help="the second walk from the last line to the first"
    )
    parser.add_argument("--keep", type=Path, help="folder of the walk; default: a temporary one")
    arguments = parser.parse_args()
    if not os.environ.get("AURIGA_REAL_DATA"):
        raise SystemExit("AURIGA_REAL_DATA names no folder of real candles")
    candles = Path(os.environ["AURIGA_REAL_DATA"]).resolve() / "binance"
    with tempfile.TemporaryDirectory(prefix="auriga-walk-") as scratch:
        place = arguments.keep or Path(scratch)
        tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
        for name in tracked.stdout.splitlines():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
        small = place / "walk-small.json"
        small.write_text(json.dumps({} if arguments.full else SMALL))
        with exchange(place, candles) as overlay:
            walks = []
            for number in range(WALKS):
                print(f"walk {number + 1}", flush=True)
                walks.append(walk(place, [overlay, small], reverse=arguments.reverse and number > 0))
    failed = [step for steps, _ in walks for step in steps if step.code or "Traceback" in step.output]
    ends = [end for _, end in walks]
    for line in KEPT:
        print(f"{[end[line] for end in ends]}  {line}")
    same = all(end == ends[0] for end in ends) and all(text.startswith("0:") for text in ends[0].values())
    print(f"{sum(len(steps) for steps, _ in walks)} lines run, {len(failed)} failed, the walks end "
          f"{'the same' if same else 'differently'}")  # fmt: skip
    sys.exit(bool(failed) or not same)


if __name__ == "__main__":
    main()
