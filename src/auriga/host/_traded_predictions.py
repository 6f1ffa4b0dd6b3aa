"""The predictions and models that a finished backtest traded on, and no others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from auriga.errors import HostError
from auriga.host._places import model_place, place_folder
from auriga.host._provenance import read_seal
from auriga.host._results import BacktestResult
from auriga.host._run_record import RunRecord, record_file, run_records
from auriga.host._saved import model_checksum, model_files


@dataclass(frozen=True, eq=False)
class TradedWindow:
    """Predictions of one pair and window.

    Attributes
    ----------
    pair : str
    stamp : int
        FreqAI's number of the window: where its training ended, in seconds since 1970.
    file : Path
    rows : DataFrame
        As written: `date`, `do_predict` and whatever the model returns.
    model : str or None
        Checksum of the saved model that made them; None where none was saved.
    """

    pair: str
    stamp: int
    file: Path
    rows: pd.DataFrame
    model: str | None


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
        self._records: dict[str, RunRecord] | None = None

    def windows(self, pair: str) -> list[TradedWindow]:
        """Windows of a pair, oldest first, each as it was traded.

        Raises
        ------
        HostError
            If the result does not say what it was given, or one of its files is gone, damaged or was written
            anew by a later run: what is there then is of another backtest.
        """
        return list(self._windows(self._record(pair)))

    def model(self, pair: str, stamp: int) -> tuple[Path, str]:
        """Folder and name of the saved model that predicted a window of a pair.

        Raises
        ------
        HostError
            As `windows`; and if no model was saved, or the one that is there is of another run.
        """
        (window,) = [window for window in self.windows(pair) if window.stamp == stamp] or [None]
        what = f"the model of {pair} until {pd.Timestamp(stamp, unit='s'):%Y-%m-%d}"
        if window is None:
            raise HostError(f"{self._result.path.name} has no window that was trained until then: {what}")
        folder, name = model_place(self._place(pair), pair, stamp)
        if window.model is None or not model_files(folder, name)[0].is_file():
            raise HostError(
                f"{what} was not saved; set freqai.save_backtest_models to true, give freqai.identifier a new "
                "name and run the backtest again"
            )
        if model_checksum(folder, name) != window.model:
            raise HostError(
                f"{what} in {folder} is not the one that {self._result.path.name} was traded with: another run "
                "has trained it anew; run the backtest again"
            )
        return folder, name

    def _place(self, pair: str) -> Path:
        return place_folder(self._models, self._record(pair).place)

    def _record(self, pair: str) -> RunRecord:
        if self._records is None:
            self._records = self._own_records()
        if pair not in self._records:
            raise HostError(
                f"{self._result.path.name} does not say which predictions of {pair} it traded: it was made by "
                f"an older version of Auriga or in another user directory, or {record_file(self._models)} was "
                "removed; run the backtest again"
            )
        return self._records[pair]

    def _own_records(self) -> dict[str, RunRecord]:
        """Newest record of each pair between begin and end of the run."""
        began = float(self._result.stats.get("backtest_run_start_ts") or 0)
        found: dict[str, RunRecord] = {}
        for record in run_records(self._models):
            if record.strategy == self._result.strategy and record.within(began, self._result.ended_at):
                found.setdefault(record.pair, record)
        return found

    def _windows(self, record: RunRecord) -> Iterator[TradedWindow]:
        for file, checksum in record.paths(self._models).items():
            seal = read_seal(file.with_suffix(".json"), [file], any_schema=True)
            if isinstance(seal, str):
                raise HostError(
                    f"predictions of {record.pair} that {self._result.path.name} traded cannot be read any "
                    f"more: {seal}; run the backtest again"
                )
            if seal["sha256"][file.name] != checksum:
                raise HostError(
                    f"predictions of {record.pair} in {file.parent} are not those that "
                    f"{self._result.path.name} traded: {self._rewritten(record, file)}; run the backtest again"
                )
            stamp = int(file.name.split("_")[-3])
            yield TradedWindow(record.pair, stamp, file, pd.read_feather(file), seal.get("model"))

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
