"""The predictions and models that a finished backtest traded on, and no others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from auriga.errors import HostError
from auriga.host.results import BacktestResult
from auriga.host.seals import (
    RUNS,
    RunRecord,
    model_checksum,
    model_files,
    model_place,
    place_folder,
    read_seal,
    record_file,
    run_records,
    window_stamp,
)

_AGAIN = "run the backtest again"


@dataclass(frozen=True)
class TradedWindow:
    """Predictions of one pair and window.

    Attributes
    ----------
    pair : str
    stamp : int
        FreqAI's number of the window: where its training ended, in seconds since 1970.
    file : Path
    model : str or None
        Checksum of the saved model that made them; None where none was saved.
    """

    pair: str
    stamp: int
    file: Path
    model: str | None

    @cached_property
    def rows(self) -> pd.DataFrame:
        """As written: `date`, `do_predict` and whatever the model returns."""
        return pd.read_feather(self.file)


class TradedPredictions:
    """What a backtest was given, by the record that it left (see `run_records`).

    Parameters
    ----------
    result : BacktestResult
    models : Path
        FreqAI's folder of all identifiers, `user_data/models`.
    """

    def __init__(self, result: BacktestResult, models: Path) -> None:
        self._result = result
        self._models = models / str(result.stats.get("freqai_identifier") or "")
        self._read: dict[str, list[TradedWindow]] = {}

    @property
    def pairs(self) -> list[str]:
        """Pairs of the result that were given predictions, in its order.

        Raises
        ------
        HostError
            If the result does not say of any pair what it was given, or it may be one of several runs.
        """
        if not self._records:
            model = self._result.stats.get("freqaimodel") or "a strategy without FreqAI"
            raise HostError(
                f"{self._result.path.name} does not say which predictions it traded: it was made by an older "
                f"version of Auriga, by a FreqAI model that is not Auriga's (it names {model}) or in another "
                f"user directory, or {record_file(self._models)} was removed; {_AGAIN}"
            )
        return [pair for pair in self._result.pairs if pair in self._records]

    def windows(self, pair: str) -> list[TradedWindow]:
        """Windows of a pair, oldest first, each as it was traded.

        Raises
        ------
        HostError
            If the pair was given no predictions, or one of its files is gone, damaged or was written anew by
            a later run: what is there then is of another backtest.
        """
        if pair not in self._read:
            self._read[pair] = list(self._windows(self._record(pair)))
        return self._read[pair]

    def model(self, pair: str, stamp: int) -> tuple[Path, str] | None:
        """Folder and name of the saved model that predicted a window of a pair; None where none was saved.

        Raises
        ------
        HostError
            As `windows`; and if the model that is there is of another run.
        """
        window = next((window for window in self.windows(pair) if window.stamp == stamp), None)
        folder, name = model_place(self._place(pair), pair, stamp)
        if window is None or window.model is None or not model_files(folder, name)[0].is_file():
            return None
        if model_checksum(folder, name) != window.model:
            until = pd.Timestamp(stamp, unit="s")
            raise HostError(
                f"the model of {pair} until {until:%Y-%m-%d} in {folder} is not the one that "
                f"{self._result.path.name} was traded with: another run has trained it anew; {_AGAIN}"
            )
        return folder, name

    def _place(self, pair: str) -> Path:
        return place_folder(self._models, self._record(pair).place)

    def _record(self, pair: str) -> RunRecord:
        if pair not in self.pairs:
            raise HostError(f"{self._result.path.name} was given no predictions of {pair}")
        return self._records[pair]

    @cached_property
    def _records(self) -> dict[str, RunRecord]:
        """Newest record of each pair of the run that made the result."""
        named = self._result.config.get(RUNS, {}).get(self._result.strategy)
        own = [record for record in run_records(self._models) if record.strategy == self._result.strategy]
        found: dict[str, RunRecord] = {}
        for record in [r for r in own if r.run == named] if named else self._by_clock(own):
            found.setdefault(record.pair, record)
        return found

    def _by_clock(self, records: Sequence[RunRecord]) -> list[RunRecord]:
        """Records between begin and end of the run, for a result that does not name it.

        Freqtrade copies an older result into a new one that has another configuration (`--strategy-list`).
        """
        began = float(self._result.stats.get("backtest_run_start_ts") or 0)
        found = [record for record in records if record.within(began, self._result.ended_at)]
        if len({record.run for record in found}) > 1:
            raise HostError(
                f"{self._result.path.name} does not name the run that made it, and several runs of "
                f"{self._result.strategy} went on at that time; {_AGAIN}"
            )
        return found

    def _windows(self, record: RunRecord) -> Iterator[TradedWindow]:
        name = self._result.path.name
        for file, checksum in record.paths(self._models).items():
            seal = read_seal(file.with_suffix(".json"), [file], any_schema=True)
            if isinstance(seal, str):
                raise HostError(
                    f"predictions of {record.pair} that {name} traded cannot be read any more: {seal}; "
                    f"{_AGAIN}"
                )
            if seal["sha256"][file.name] != checksum:
                raise HostError(
                    f"predictions of {record.pair} in {file.parent} are not those that {name} traded: "
                    f"{self._rewritten(record, file)}; {_AGAIN}"
                )
            yield TradedWindow(record.pair, window_stamp(file), file, seal.get("model"))

    def _rewritten(self, record: RunRecord, file: Path) -> str:
        """Who has written a file anew."""
        later = [
            other
            for other in run_records(self._models)
            if other.at > record.at and other.place == record.place and file.name in other.files
        ]
        if not later:
            return f"{file.name} has been written anew since"
        at = pd.Timestamp(later[-1].at, unit="s")
        return f"the run of {at:%Y-%m-%d %H:%M} UTC, with other settings, code or candles, wrote them anew"
