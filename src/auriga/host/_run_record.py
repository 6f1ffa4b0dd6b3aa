"""Which predictions each backtest was given: what reads a finished result asks here.

One line a pair and run in `backtests/runs.jsonl`, appended when Freqtrade gets its predictions. Freqtrade's
result says when its run began and ended, so the line between those moments is its own.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from auriga.host._places import BACKTESTS, PREDICTIONS, place_folder

logger = logging.getLogger(__name__)

_SECOND = 1.0


@dataclass(frozen=True)
class RunRecord:
    """Predictions that one run was given for one pair.

    Attributes
    ----------
    at : float
        When, in seconds since 1970.
    strategy, model : str
        Names of the classes.
    pair : str
    place : str
        Folder below `backtests`.
    files : dict of str to str
        Checksum (SHA-256) of each file of predictions, oldest window first.
    """

    at: float
    strategy: str
    model: str
    pair: str
    place: str
    files: Mapping[str, str]

    def paths(self, models: Path) -> dict[Path, str]:
        """Files in FreqAI's folder of the identifier, with their checksums."""
        folder = place_folder(models, self.place) / PREDICTIONS
        return {folder / name: checksum for name, checksum in self.files.items()}

    def within(self, began_at: float, ended_at: float) -> bool:
        """Whether a run that Freqtrade says lasted so long (whole seconds) was given these."""
        return began_at <= self.at <= ended_at + _SECOND


def record_file(models: Path) -> Path:
    """Where the runs of an identifier are listed."""
    return models / BACKTESTS / "runs.jsonl"


def record_run(
    models: Path, *, strategy: str, model: str, pair: str, place: str, files: Mapping[str, str]
) -> None:
    """Append what a run is given now; one write, so that runs side by side do not tear lines."""
    record = RunRecord(time.time(), strategy, model, pair, place, files)
    file = record_file(models)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps(asdict(record)) + "\n")


def run_records(models: Path) -> Iterator[RunRecord]:
    """All runs of an identifier, newest first; lines that an interrupted write has torn are left out."""
    try:
        lines = record_file(models).read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in reversed(lines):
        try:
            yield RunRecord(**json.loads(line))
        except (ValueError, TypeError):
            logger.debug("a torn line in %s is left out", record_file(models))
