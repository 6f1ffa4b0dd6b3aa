"""Which predictions each backtest was given: what reads a finished result asks here.

One line a pair and run in `backtests/runs.jsonl`, appended when Freqtrade gets its predictions. Each run has
a name of its own, which Freqtrade keeps with the configuration in the result (see `name_run`): by the clock
alone, runs side by side could not be told apart, and a clock that is set back would hide them.
"""

import json
import logging
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from auriga.host.seals._places import BACKTESTS, PREDICTIONS, place_folder
from auriga.host.seals._protocols import NamedStrategy

logger = logging.getLogger(__name__)

RUNS = "auriga_runs"
"""Key in the configuration of a result: name of the run of each strategy."""

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
    run : str
        Name of the run, as `name_run` gives it.
    """

    at: float
    strategy: str
    model: str
    pair: str
    place: str
    files: Mapping[str, str]
    run: str = ""

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


def name_run(strategy: NamedStrategy) -> str:
    """Name a run, and leave the name where Freqtrade keeps it with the result of this strategy.

    Freqtrade stores `original_config` of its own configuration, or in FreqUI of the strategy's, and looks at
    neither when it asks whether it knows a backtest already.
    """
    run = uuid.uuid4().hex
    for config in (strategy.config, getattr(strategy.dp, "_config", {})):
        if isinstance(config.get("original_config"), dict):
            config["original_config"].setdefault(RUNS, {})[strategy.get_strategy_name()] = run
    return run


def record_run(
    models: Path,
    *,
    strategy: str,
    model: str,
    pair: str,
    place: str,
    files: Mapping[str, str],
    run: str = "",
) -> None:
    """Append what a run is given now.

    One write without a buffer, so that runs side by side do not tear lines, however long; and the line before
    it, which a killed run may have torn, is ended first.
    """
    record = RunRecord(time.time(), strategy, model, pair, place, files, run)
    file = record_file(models)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab", buffering=0) as opened:
        opened.write(f"\n{json.dumps(asdict(record))}\n".encode())


def run_records(models: Path) -> Iterator[RunRecord]:
    """All runs of an identifier, newest first; lines that an interrupted write has torn are left out."""
    try:
        lines = record_file(models).read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in filter(None, reversed(lines)):
        try:
            yield RunRecord(**json.loads(line))
        except (ValueError, TypeError):
            logger.debug("a torn line in %s is left out", record_file(models))
