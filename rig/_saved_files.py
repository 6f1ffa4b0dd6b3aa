"""What a killed bot left on disk: can each file be read, is what it trusts complete, is history kept?"""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cloudpickle
import pandas as pd


@dataclass
class SavedFiles:
    """State of a bot's files.

    Attributes
    ----------
    sealed, unsealed : int
        Model folders that are complete, and those a kill cut off; the latter are never used.
    damaged : list of str
        Files that cannot be read, sealed models that are not what was sealed, named models without a seal.
    set_aside : list of str
        Files that a start found unreadable.
    history : dict of pair to set of str
        Candles with a live prediction that may be used.
    """

    sealed: int = 0
    unsealed: int = 0
    damaged: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    history: dict[str, set[str]] = field(default_factory=dict)

    def lost_history(self, later: "SavedFiles") -> list[str]:
        """Predictions that were there and are no longer."""
        return [
            f"{pair} {moment}"
            for pair, moments in self.history.items()
            for moment in sorted(moments - later.history.get(pair, set()))
        ]


def inspect_files(userdir: Path, models: Path, database: Path) -> SavedFiles:
    """Open everything that a start would open."""
    found = SavedFiles()
    found.set_aside = [path.name for path in models.glob("*.unreadable")]
    for path in [*models.glob("*.json"), *userdir.glob("guard/*.json")]:
        _open(found, path, lambda file: json.loads(file.read_text()))
    for path in userdir.glob("data/**/*.feather"):
        _open(found, path, pd.read_feather)
    _open(found, database, _check_database)
    _open(found, models / "historic_predictions.pkl", lambda file: _read_history(found, file))
    for folder in models.glob("sub-train-*"):
        _check_model(found, folder)
    _check_named(found, models / "pair_dictionary.json")
    return found


def _open(found: SavedFiles, path: Path, read: Callable[[Path], Any]) -> None:
    if not path.exists():
        return
    try:
        read(path)
    except Exception as error:  # a damaged file can raise anything
        found.damaged.append(f"{path.name}: {type(error).__name__}: {error}"[:200])


def _check_database(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        (answer,) = connection.execute("pragma integrity_check").fetchone()
    if answer != "ok":
        raise ValueError(answer)


def _unpickle(path: Path) -> Any:
    with path.open("rb") as stream:
        return cloudpickle.load(stream)


def _read_history(found: SavedFiles, path: Path) -> None:
    for pair, frame in _unpickle(path).items():
        usable = frame[frame["do_predict"] == 1]
        found.history[pair] = set(usable["date_pred"].astype(str))


def _check_model(found: SavedFiles, folder: Path) -> None:
    seals = list(folder.glob("*_seal.json"))
    found.unsealed += not seals
    for seal in seals:
        found.sealed += 1
        _open(found, seal, _check_seal)
        for model in folder.glob("*_model.joblib"):
            _open(found, model, _unpickle)


def _check_seal(seal: Path) -> None:
    for name, checksum in json.loads(seal.read_text())["sha256"].items():
        if hashlib.sha256((seal.parent / name).read_bytes()).hexdigest() != checksum:
            raise ValueError(f"{name} is not what was sealed")


def _check_named(found: SavedFiles, dictionary: Path) -> None:
    """A model that the pair dictionary names has to be sealed."""
    try:
        pairs = json.loads(dictionary.read_text())
    except (OSError, ValueError):
        return  # not there yet, or told already
    for pair, info in pairs.items():
        name = info["model_filename"]
        if name and not (Path(info["data_path"]) / f"{name}_seal.json").exists():
            found.damaged.append(f"{pair}: the named model {name} has no seal")
