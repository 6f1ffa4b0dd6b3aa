"""Models and predictions under this identifier that were made from something else, and damaged files."""

import copy
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from auriga.errors import clause
from auriga.host.examination import Examination, Finding, Level, fine, shown
from auriga.host.seals import (
    Kitchen,
    PredictionFile,
    model_complaint,
    name_files,
    opening_times,
    place_folder,
    prediction_file,
    rows_digest,
)
from auriga.wording import counted

_DAMAGE = ("checksum differs", "cannot be read", "is not a seal", "is missing")
_FREQAI_FILES = ("pair_dictionary.json", "global_metadata.json", "metric_tracker.json")


def saved_files(exam: Examination) -> Iterator[Finding]:
    """Compare the seals of what is on disk with what this run would make."""
    kitchen = _kitchen(exam)
    folder: Path = kitchen.full_path
    found = list(_unreadable(folder))
    complaints, n_files = _complaints(exam, kitchen)
    damaged = {name: text for name, text in complaints.items() if any(sign in text for sign in _DAMAGE)}
    stale = {name: text for name, text in complaints.items() if name not in damaged}
    found += _damaged(folder, damaged)
    found += _stale(exam, folder, stale, n_files)
    what = (
        f"{n_files} saved models and predictions in {folder} are of this run"
        if n_files
        else f"nothing saved in {folder}"
    )
    yield from found or [fine("saved", what)]


def _kitchen(exam: Examination) -> Kitchen:
    """FreqAI's names of files, in the user's folder instead of the scratch one."""
    kitchen: Kitchen = copy.copy(exam.kitchen)
    kitchen.config = exam.strategy.config | {"user_data_dir": exam.userdir}
    kitchen.full_path = kitchen.get_full_models_path(kitchen.config)
    return kitchen


def _unreadable(folder: Path) -> Iterator[Finding]:
    for name in _FREQAI_FILES:
        file = folder / name
        if not file.is_file():
            continue
        try:
            json.loads(file.read_text())
        except ValueError as error:
            yield Finding(
                "damaged_file", Level.WARNING, f"{file} cannot be read ({clause(error)})",
                "it is set aside and written anew at the next start; remove it to be rid of this line",
            )  # fmt: skip


def _complaints(exam: Examination, kitchen: Kitchen) -> tuple[dict[str, str], int]:
    """Why saved files cannot be used, by file, and how many files there are."""
    if not kitchen.full_path.is_dir():
        return {}, 0
    facts, digests = exam.run.provenance(exam.windows)
    place = exam.run.place
    found: dict[str, str] = {}
    n_files = 0
    for pair in exam.known_pairs:
        candles = exam.candles(pair, exam.timeframe)
        times, history = opening_times(candles["date"]), exam.run.history(pair, candles)
        for window in exam.windows:
            name_files(kitchen, pair, window.stamp, place)
            rows = np.flatnonzero((times >= window.test_start) & (times < window.test_stop))
            file = prediction_file(place_folder(kitchen.full_path, place), pair, window)
            predictions = PredictionFile(
                file,
                facts=facts,
                candles=digests[window.test_stop],
                history=history[window.test_stop],
                window=rows_digest(candles.iloc[rows]),
            )
            if predictions.exists():
                n_files += 1
                if texts := predictions.complaints(len(rows)):
                    found[file.name] = "; ".join(texts)
            model = kitchen.data_path / f"{kitchen.model_filename}_model.joblib"
            if model.is_file():
                n_files += 1
                stop = window.train_stop
                text = model_complaint(
                    kitchen.data_path, kitchen.model_filename, facts, digests[stop], history[stop]
                )
                if text:
                    found[model.name] = text
    return found, n_files


def _damaged(folder: Path, damaged: dict[str, str]) -> Iterator[Finding]:
    if damaged:
        listed = [f"{name} ({text})" for name, text in damaged.items()]
        yield Finding(
            "damaged_file", Level.WARNING,
            f"damaged in {folder}, {counted(len(damaged), 'file')}: {shown(listed, most=2)}",
            "they are not used and made anew; look at the disk, or restore them from a backup",
        )  # fmt: skip


def _stale(exam: Examination, folder: Path, stale: dict[str, str], n_files: int) -> Iterator[Finding]:
    if not stale:
        return
    reasons = Counter(reason for text in stale.values() for reason in text.split("; "))
    listed = [reason for reason, _ in reasons.most_common()]
    refuse = exam.settings.stale_models == "refuse"
    remedy = (
        f"give freqai.identifier ({exam.glue.identifier!r}) a new name to keep them, or remove that folder"
        if not refuse
        else f"give freqai.identifier ({exam.glue.identifier!r}) a new name, remove that folder, or set "
        "regime.stale_models to 'retrain'"
    )
    then = (
        "the run will refuse them" if refuse else "their windows are trained again and they are overwritten"
    )
    yield Finding(
        "stale_cache", Level.WRONG if refuse else Level.WARNING,
        f"{len(stale)} of {n_files} saved models and predictions in {folder} were made from "
        f"something else, {then} ({shown(listed, most=3)})",
        remedy,
    )  # fmt: skip
