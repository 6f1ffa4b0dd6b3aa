"""Models and predictions on disk: sealed when written, checked before they are used."""

import json
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import cloudpickle
import pandas as pd
from filelock import FileLock
from freqtrade.exceptions import OperationalException

from auriga.errors import clause, named
from auriga.host.seals._protocols import Trained
from auriga.host.seals._provenance import (
    Facts,
    checksum_of,
    differences,
    read_seal,
    replace_file,
    write_checksums,
    write_seal,
)

logger = logging.getLogger(__name__)

_MODEL_PARTS = ("model.joblib", "metadata.json", "feature_pipeline.pkl", "label_pipeline.pkl")
_MOST_LINES = 8


def model_files(folder: Path, name: str) -> list[Path]:
    """Files that FreqAI reads back to load a model."""
    return [folder / f"{name}_{part}" for part in _MODEL_PARTS]


def seal_model(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    """Seal the files of a model that FreqAI has just saved."""
    write_seal(folder / f"{name}_seal.json", model_files(folder, name), content)


@contextmanager
def only_writer(place: Path) -> Iterator[None]:
    """Let no other run write models into a place until this block ends.

    FreqAI writes the files of a model one by one, and runs of other settings may share the place: without
    this, one would seal what another has written. The system ends the lock of a killed run.
    """
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(place / ".lock"):
        yield


def model_checksum(folder: Path, name: str) -> str | None:
    """Checksum of a saved model's own file, as its seal has it; None where none was saved."""
    seal = read_seal(folder / f"{name}_seal.json", [], any_schema=True)
    return None if isinstance(seal, str) else seal["sha256"].get(f"{name}_model.joblib")


def model_complaint(
    folder: Path, name: str, facts: Facts, candles: str | None = None, history: str | None = None
) -> str:
    """Why a saved model must not be used; empty when it may.

    Nothing is unpickled before its checksum was compared. Digests of the candles that it learned from and of
    the pair's own history (see `PredictionFile`) are compared where they are given: a bot has other candles
    by now.
    """
    seal = read_seal(folder / f"{name}_seal.json", model_files(folder, name))
    if isinstance(seal, str):
        return seal
    changed = differences(seal.get("facts", {}), facts)
    if candles is not None and seal.get("candles") != candles:
        changed.append("its training candles have changed")
    elif history is not None and seal.get("history") != history:
        changed.append(f"it learned from another stretch of candles ({seal.get('rows', 'unknown')} rows)")
    return "; ".join(changed[:_MOST_LINES])


def load_model(folder: Path, name: str) -> Trained:
    """Unpickle a model whose seal was checked."""
    with (folder / f"{name}_model.joblib").open("rb") as file:
        model: Trained = cloudpickle.load(file)
        return model


@dataclass(frozen=True)
class SavedModel:
    """A model as it was saved, to be looked at.

    Attributes
    ----------
    model : RegimeClassifier or RegimeRegressor
    features : tuple of str
        Its columns, with FreqAI's sign.
    facts : dict
        What it was made from (see `auriga.host.seals._provenance.facts`).
    """

    model: Any
    features: tuple[str, ...]
    facts: Facts


def look_at_model(folder: Path, name: str) -> SavedModel | str:
    """Read a model whose files are unchanged, whatever it was made from; otherwise say what is wrong.

    Nothing is unpickled before its checksum was compared. A model of another version or other settings may be
    looked at; only `model_complaint` says whether it may predict.
    """
    seal = read_seal(folder / f"{name}_seal.json", model_files(folder, name), any_schema=True)
    if isinstance(seal, str):
        return seal
    metadata = json.loads((folder / f"{name}_metadata.json").read_text())
    try:
        model = load_model(folder, name)
    except Exception as error:  # classes of another version can fail in any way
        return f"it cannot be read by this version ({named(error)})"
    return SavedModel(model, tuple(metadata["training_features_list"]), seal.get("facts", {}))


class PredictionFile:
    """Cached predictions of one pair and window with their seal.

    Parameters
    ----------
    path : Path
        FreqAI's feather file.
    facts : dict
        What predictions depend on beside candles.
    candles : str
        Digest of all candles that were known by the end of the window.
    history : str
        Digest of the pair's own base candles as this run was given them, from the first to the end of the
        window. A chart is given fewer than a backtest, and features of fewer candles are others.
    window : str
        Digest of the window's own base candles.
    """

    def __init__(self, path: Path, *, facts: Facts, candles: str, history: str, window: str) -> None:
        self.path, self._seal = path, path.with_suffix(".json")
        self._content = {"facts": facts, "candles": candles, "history": history, "window": window}
        self._read = b""

    def exists(self) -> bool:
        """Whether there is anything to check."""
        return self.path.is_file()

    def complaints(self, n_rows: int) -> list[str]:
        """Why the file must not be used, one line each; empty when it may, and `read` gives what was seen."""
        seal = read_seal(self._seal, [])
        if isinstance(seal, str):
            return [seal]
        try:
            self._read = self.path.read_bytes()
        except OSError as error:
            return [f"it cannot be read ({clause(error)})"]
        if self.checksum != seal["sha256"].get(self.path.name):
            return [f"{self.path.name} is not the file that was saved (checksum differs)"]
        found = differences(seal.get("facts", {}), self._content["facts"])  # type: ignore[arg-type]
        if seal.get("window") != self._content["window"]:
            found.append("the candles of its window have changed")
        elif any(seal.get(name) != self._content[name] for name in ("candles", "history")):
            found.append("the candles before its window have changed")
        if not found and seal.get("rows") != n_rows:
            found.append(f"it holds {seal.get('rows')} rows, the window has {n_rows}")
        return found

    def read(self) -> pd.DataFrame:
        """Return the predictions that `complaints` has looked at."""
        return pd.read_feather(BytesIO(self._read))

    def write(self, predictions: pd.DataFrame, model: str | None = None) -> None:
        """Save predictions, then their seal: an interrupted write leaves nothing that is trusted.

        The seal is of what is written here: of two runs that write at the same time, one has no valid seal.

        Parameters
        ----------
        predictions : DataFrame
        model : str, optional
            Checksum of the saved model that made them; None where none was saved.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = BytesIO()
        predictions.to_feather(content)
        self._read = content.getvalue()
        self._seal.unlink(missing_ok=True)
        replace_file(self.path, self._read)
        whole = {**self._content, "rows": len(predictions), "model": model}
        write_checksums(self._seal, {self.path.name: self.checksum}, whole)

    @property
    def checksum(self) -> str:
        """Checksum of the predictions that were read or written here."""
        return checksum_of(self._read)


def report_stale(folder: Path, complaints: Mapping[str, list[str]], *, refuse: bool, identifier: str) -> None:
    """Say once what is stale and why; refuse it if the settings say so.

    Parameters
    ----------
    folder : Path
    complaints : dict of window to list of str
    refuse : bool
        `regime.stale_models` is `refuse`.
    identifier : str

    Raises
    ------
    OperationalException
        If stale predictions are refused, with both remedies.
    """
    if not complaints:
        return
    reasons = list(dict.fromkeys(reason for lines in complaints.values() for reason in lines))
    shown = "\n  ".join(reasons[:_MOST_LINES])
    more = f"\n  and {len(reasons) - _MOST_LINES} more" if len(reasons) > _MOST_LINES else ""
    what = f"{len(complaints)} cached predictions in {folder} were made from something else:\n  {shown}{more}"
    if refuse:
        raise OperationalException(
            f"{what}\nGive freqai.identifier ('{identifier}') a new name, remove that folder, or set "
            "regime.stale_models to 'retrain'."
        )
    logger.warning("%s\nThey are not used; these windows are predicted again.", what)


def set_aside_unreadable(folder: Path) -> None:
    """Move files aside that FreqAI would fail to read at every start, and say so.

    FreqAI ends with a traceback on a half-written dictionary or pickle; what it needs it writes again.
    """
    for name in ("pair_dictionary.json", "global_metadata.json", "metric_tracker.json"):
        _set_aside_if(folder / name, lambda file: json.loads(file.read_text()))
    backup = folder / "historic_predictions.backup.pkl"
    _set_aside_if(backup, _unpickle)
    history = folder / "historic_predictions.pkl"
    if _set_aside_if(history, _unpickle) and backup.is_file():
        shutil.copy(backup, history)
        logger.warning("%s is taken from FreqAI's copy of it", history.name)


def _unpickle(file: Path) -> Any:
    with file.open("rb") as stream:
        return cloudpickle.load(stream)


def _set_aside_if(file: Path, read: Callable[[Path], object]) -> bool:
    if not file.is_file():
        return False
    try:
        read(file)
        return False
    except Exception as error:  # a damaged pickle can raise anything
        aside = file.with_name(file.name + ".unreadable")
        file.replace(aside)
        logger.warning(
            "%s cannot be read (%s); it is kept as %s and written anew", file, clause(error), aside.name
        )
        return True
