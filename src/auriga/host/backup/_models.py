"""A consistent copy of FreqAI's folder of an identifier, while a bot trains and predicts."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from auriga.host.backup._files import TRIES, copy_unchanged, is_json, is_lines, is_pickle, pause, read_whole
from auriga.host.seals import BACKTESTS, PREDICTIONS, place_folders, place_of_entry, record_file

_DICTIONARY = "pair_dictionary.json"
_HISTORY, _HISTORY_COPY = "historic_predictions.pkl", "historic_predictions.backup.pkl"
_CHECKS = {".json": is_json, ".jsonl": is_lines, ".pkl": is_pickle}
_EMPTY = {"model_filename": "", "trained_timestamp": 0, "data_path": "", "extras": {}}


class ModelsCopy:
    """Copies models with their seals, the dictionary that names them, predictions and what else is there.

    Every model in the copy is as it was sealed; the dictionary names only models that are in the copy; a
    half-written file is read again, and what stays damaged is left out and told.

    Parameters
    ----------
    source, target : Path
    """

    def __init__(self, source: Path, target: Path) -> None:
        self._source, self._target = source, target
        self.warnings: list[str] = []

    def make(self) -> None:
        """Copy everything."""
        self._target.mkdir(parents=True, exist_ok=True)
        self._copy_models()
        self._copy_history()
        self._copy_backtests()
        for file in sorted(self._source.glob("*")):
            if file.suffix in _CHECKS and not (self._target / file.name).exists():
                self._copy_file(file)

    # --- models -----------------------------------------------------------------------------------

    def _copy_models(self) -> None:
        for _ in range(TRIES):
            known = self._dictionary()
            self._copy_folders()
            absent = [pair for pair, entry in known.items() if not self._has(entry)]
            if not absent or self._dictionary() == known:
                break  # what the dictionary still names and is not there is damaged
        for pair in absent:
            self.warnings.append(
                f"the model of {pair} is damaged or has no seal; it is left out, and trained anew later"
            )
            known[pair] = dict(_EMPTY)
        if known:
            (self._target / _DICTIONARY).write_text(json.dumps(known))

    def _dictionary(self) -> dict[str, Any]:
        """Models by pair; an unreadable dictionary names none, as for the bot that would set it aside."""
        content = read_whole(self._source / _DICTIONARY, is_json)
        return json.loads(content) if content else {}

    def _has(self, entry: dict[str, Any]) -> bool:
        if not entry.get("model_filename"):
            return True
        folder = self._target / place_of_entry(entry)
        return (folder / f"{entry['model_filename']}_seal.json").is_file()

    def _copy_folders(self) -> None:
        for folder in sorted(
            [*self._source.glob("sub-train-*"), *self._source.glob(f"{BACKTESTS}/*/sub-train-*")]
        ):
            target = self._target / folder.relative_to(self._source)
            if folder.is_dir() and not copy_sealed(folder, target):
                shutil.rmtree(target, ignore_errors=True)

    # --- predictions ------------------------------------------------------------------------------

    def _copy_history(self) -> None:
        """Live predictions; where they cannot be read, FreqAI's copy of them takes their place."""
        kept = {name: read_whole(self._source / name, is_pickle) for name in (_HISTORY, _HISTORY_COPY)}
        if kept[_HISTORY] is None and kept[_HISTORY_COPY] is not None:
            kept[_HISTORY] = kept[_HISTORY_COPY]
            self.warnings.append(f"{_HISTORY} cannot be read; FreqAI's copy of it is taken")
        elif kept[_HISTORY] is None and (self._source / _HISTORY).exists():
            self.warnings.append(f"{_HISTORY} cannot be read and has no copy; live predictions are left out")
        for name, content in kept.items():
            if content is not None:
                (self._target / name).write_bytes(content)

    def _copy_backtests(self) -> None:
        """Predictions of backtests and the record of which run was given which."""
        for place in place_folders(self._source):
            self._copy_predictions(place / PREDICTIONS)
        record = record_file(self._source)
        if record.is_file():
            target = self._target / record.relative_to(self._source)
            target.parent.mkdir(parents=True, exist_ok=True)
            content = read_whole(record, is_lines)
            if content is None:  # a killed run has torn its last line
                content = _whole_lines(record)
                self.warnings.append(f"the last line of {record.name} is torn; it is left out")
            target.write_bytes(content)

    def _copy_predictions(self, source: Path) -> None:
        """Predictions whose seal holds; others would not be used either."""
        target = self._target / source.relative_to(self._source)
        for seal in sorted(source.glob("*.json")):
            names = (seal.name, seal.with_suffix(".feather").name)
            target.mkdir(parents=True, exist_ok=True)
            try:
                for name in names:
                    shutil.copy2(source / name, target / name)  # with its time: it tells whose they are
            except FileNotFoundError:
                pass
            if not seal_holds(target / seal.name):
                for name in names:
                    (target / name).unlink(missing_ok=True)

    def _copy_file(self, file: Path) -> None:
        content = read_whole(file, _CHECKS[file.suffix])
        if file.name in (_DICTIONARY, _HISTORY, _HISTORY_COPY):
            return
        if content is not None:
            (self._target / file.name).write_bytes(content)
        elif file.exists():
            self.warnings.append(f"{file.name} cannot be read; it is left out")


def _whole_lines(file: Path) -> bytes:
    content = file.read_bytes()
    return content[: content.rfind(b"\n") + 1]


def copy_sealed(folder: Path, target: Path) -> bool:
    """Copy a model's folder until nothing changed meanwhile and its seal holds; False if it never does.

    A folder without a model (metadata of a backtest that saved none) needs no seal.
    """
    for _ in range(TRIES):
        if copy_unchanged(folder, target) and _is_whole(target):
            return True
        if not folder.exists():
            return False
        pause()
    return False


def _is_whole(folder: Path) -> bool:
    seals = list(folder.glob("*_seal.json"))
    has_model = any(folder.glob("*_model.joblib"))
    return all(map(seal_holds, seals)) and (bool(seals) or not has_model)


def seal_holds(seal: Path) -> bool:
    """Whether every file that a seal beside it names has the checksum it gives; of any version's seal."""
    try:
        known = json.loads(seal.read_text())["sha256"]
        return all(
            hashlib.sha256((seal.parent / Path(name).name).read_bytes()).hexdigest() == digest
            for name, digest in known.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
