"""`auriga parity` on the bot that ran, and on copies of its files in which something was changed."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import pandas as pd

from auriga.columns import PROBABILITY, TRAINED_AT
from rig import ROOT
from studies.parity._dry_run import PAIRS, files

Json = dict[str, Any]

_PAIR = PAIRS[1]


def compare(folder: Path, *options: str, userdir: Path | None = None) -> Json:
    """Run the command and return what it printed and its exit code."""
    database = ["--db-url", f"sqlite:///{folder / 'trades.sqlite'}"]
    command = [sys.executable, "-m", "auriga.cli", "parity", *files(folder, userdir), *database, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return {"code": done.returncode, "text": done.stdout.replace(str(folder), "BOT") or done.stderr[-2000:]}


def record(userdir: Path) -> Path:
    """The bot's record of predictions."""
    return next((userdir / "models").glob("*/historic_predictions.pkl"))


def trainings(userdir: Path) -> int:
    """How many models the bot has trained."""
    return len((record(userdir).parent / "live_trainings.jsonl").read_text().splitlines())


def planted(folder: Path, *options: str) -> list[Json]:
    """Change one thing in a copy of the bot's files, compare, and do so with each of the changes."""
    found = []
    for what, change in CHANGES.items():
        copy = folder / "planted"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder / "user_data", copy)
        date = change(copy)
        result = compare(folder, *options, userdir=copy)
        found.append({"what": what, "date": f"{date:%Y-%m-%d %H:%M}", **result})
        shutil.rmtree(copy)
    return found


def _middle(userdir: Path) -> pd.Timestamp:
    """Candle in the middle of the live predictions of a pair."""
    frame = cloudpickle.loads(record(userdir).read_bytes())[_PAIR]
    dates = frame["date_pred"][frame[TRAINED_AT] > 0]
    return pd.Timestamp(dates.iloc[len(dates) // 2])


def _revise_candle(userdir: Path) -> pd.Timestamp:
    date = _middle(userdir)
    file = next((userdir / "data").rglob(f"{_PAIR.replace('/', '_')}-5m.feather"))
    frame = pd.read_feather(file)
    frame.loc[frame["date"] == date, "close"] *= 1.0001
    frame.to_feather(file)
    return date


def _change_probability(userdir: Path) -> pd.Timestamp:
    date, file = _middle(userdir), record(userdir)
    content = cloudpickle.loads(file.read_bytes())
    content[_PAIR].loc[content[_PAIR]["date_pred"] == date, PROBABILITY] += 1e-6
    file.write_bytes(cloudpickle.dumps(content))
    return date


CHANGES: dict[str, Callable[[Path], pd.Timestamp]] = {
    "the close of one downloaded candle, by one part in ten thousand": _revise_candle,
    "the probability of one recorded prediction, by one millionth": _change_probability,
}
"""What is planted, and how."""
