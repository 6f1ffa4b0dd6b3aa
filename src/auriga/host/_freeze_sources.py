"""The sealed models that may be frozen: those of a backtest window, or those a live bot uses."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from freqtrade.configuration import TimeRange  # type: ignore[import-untyped]

from auriga.candles import timeframe_delta
from auriga.errors import HostError
from auriga.host._provenance import read_seal
from auriga.host._results import BacktestResult
from auriga.host._saved import model_files
from auriga.host._windows import DAY, model_place
from auriga.wording import clause

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
    # Only the last part counts: the bot may have run in a container, under another path.
    return {
        pair: read_sealed(models / Path(entry["data_path"]).name, entry["model_filename"], pair)
        for pair, entry in named.items()
    }


def window_stamps(result: BacktestResult) -> list[int]:
    """Ends of training (seconds) of all windows of a backtest, in order.

    Raises
    ------
    HostError
        If it is not a backtest with FreqAI.
    """
    config, span = _config_of(result), TimeRange.parse_timerange(result.stats.get("timerange"))
    freqai = config.get("freqai") or {}
    if not result.stats.get("freqai_identifier") or not freqai.get("enabled") or not span.startts:
        raise HostError(f"{result.path.name} is not a backtest with FreqAI and a timerange; it has no models")
    step = int(float(freqai["backtest_period_days"]) * DAY) // 1000
    buffer = freqai["feature_parameters"].get("buffer_train_data_candles", 0)
    cut = buffer * int(timeframe_delta(config["timeframe"]).total_seconds())
    stop = span.stopts or int(result.end.timestamp()) + 1
    return [stamp - cut for stamp in range(span.startts, stop, step)]


def _config_of(result: BacktestResult) -> dict[str, Any]:
    """Return the configuration that Freqtrade put into the result."""
    try:
        with ZipFile(result.path) as archive:
            content: dict[str, Any] = json.loads(archive.read(f"{result.path.stem}_config.json"))
        return content
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise HostError(f"{result.path} does not hold its configuration: {clause(error)}") from None


def window_models(
    result: BacktestResult, models: Path, window: int | None
) -> tuple[dict[str, SealedModel], str]:
    """Models of one window of a backtest by pair, and where they come from in words.

    Raises
    ------
    HostError
        If there is no such window, or its models were not saved or are damaged.
    """
    stamps = window_stamps(result)
    number = len(stamps) if window is None else window
    if not 1 <= number <= len(stamps):
        raise HostError(f"--window is {number}; {result.path.name} has windows 1 to {len(stamps)}")
    stamp = stamps[number - 1]
    found = {}
    for pair in sorted(result.pairs):
        folder, name = model_place(models, pair, stamp)
        if not (folder / f"{name}_model.joblib").is_file():
            raise HostError(
                f"{folder} holds no model of {pair}: its window was not trained, or not saved; {_SAVE}"
            )
        found[pair] = read_sealed(folder, name, pair)
    return found, f"window {number} of {len(stamps)} of {result.path.name}"
