"""The sealed models that may be frozen: those of a backtest window, or those a live bot uses."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from auriga.errors import HostError, clause
from auriga.host.predictions import TradedPredictions
from auriga.host.results import BacktestResult, WalkForward
from auriga.host.seals import model_files, place_of_entry, read_seal

_SAVE = (
    "run the backtest again with freqai.save_backtest_models true and a new freqai.identifier (an overlay: "
    '{"freqai": {"save_backtest_models": true, "identifier": "to-freeze"}})'
)


@dataclass(frozen=True)
class SealedModel:
    """A model whose bytes are those that were sealed.

    Attributes
    ----------
    model : bytes
        The pickle, never opened here.
    metadata : dict
    facts : dict
        As sealed.
    stamp : int
        End of training in seconds since 1970.
    candles : str or None
    """

    model: bytes
    metadata: dict[str, Any]
    facts: dict[str, str]
    stamp: int
    candles: str | None

    @property
    def trained_until_at(self) -> datetime:
        """End of the training span."""
        return datetime.fromtimestamp(self.stamp, tz=UTC)

    @property
    def trained_from_at(self) -> datetime:
        """Start of the training span: `train_period_days` before its end."""
        return self.trained_until_at - timedelta(days=float(self.facts["freqai.train_period_days"]))


def read_sealed(folder: Path, name: str, pair: str) -> SealedModel:
    """Read a model with its seal, in one look that no writer can come between.

    Raises
    ------
    HostError
        If the seal or a file is missing, or the bytes are not those that were sealed.
    """
    model, metadata, *_ = files = model_files(folder, name)
    seal = read_seal(folder / f"{name}_seal.json", files)
    if isinstance(seal, str):
        raise HostError(f"the model of {pair} in {folder} cannot be frozen: {seal}")
    try:
        read = {file.name: file.read_bytes() for file in (model, metadata)}
    except OSError as error:
        raise HostError(f"the model of {pair} in {folder} cannot be frozen: {clause(error)}") from None
    for file, content in read.items():
        if hashlib.sha256(content).hexdigest() != seal["sha256"].get(file):
            raise HostError(f"the model of {pair} in {folder} cannot be frozen: {file} has just changed")
    stamp = int(name.rsplit("_", 1)[1])
    return SealedModel(
        read[model.name], json.loads(read[metadata.name]), seal["facts"], stamp, seal.get("candles")
    )


def live_models(models: Path) -> dict[str, SealedModel]:
    """Models that FreqAI's dictionary names, by pair.

    Raises
    ------
    HostError
        If there is no dictionary, it names no model, or one of them cannot be frozen.
    """
    file = models / "pair_dictionary.json"
    try:
        known = json.loads(file.read_text())
    except FileNotFoundError:
        raise HostError(
            f"there are no live models in {models}: no {file.name}; start the bot first"
        ) from None
    except (OSError, ValueError) as error:
        raise HostError(f"{file} cannot be read: {clause(error)}") from None
    named = {pair: entry for pair, entry in sorted(known.items()) if entry.get("model_filename")}
    if not named:
        raise HostError(f"{file} names no model yet; wait until the bot has trained one")
    return {
        pair: read_sealed(models / place_of_entry(entry), entry["model_filename"], pair)
        for pair, entry in named.items()
    }


def sealed_models(
    result: BacktestResult, models: Path, window: int | None
) -> tuple[dict[str, SealedModel], str]:
    """Models of one window of a backtest by pair, and where they come from in words.

    `models` is FreqAI's folder of all identifiers.

    Raises
    ------
    HostError
        If it is not a backtest with FreqAI, there is no such window, or its models were not saved, are
        damaged or of another run.
    """
    windows = WalkForward(result).require()
    number = len(windows) if window is None else window
    if not 1 <= number <= len(windows):
        raise HostError(f"--window is {number}; {result.path.name} has windows 1 to {len(windows)}")
    traded, found = TradedPredictions(result, models), {}
    for pair in sorted(traded.pairs):
        place = traded.model(pair, windows[number - 1].stamp)
        if place is None:
            raise HostError(
                f"{result.path.name} has no model of {pair} in window {number}: it was not trained, or not "
                f"saved; {_SAVE}"
            )
        found[pair] = read_sealed(*place, pair)
    return found, f"window {number} of {len(windows)} of {result.path.name}"
