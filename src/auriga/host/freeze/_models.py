"""A folder of frozen models as it is used: checked first, loaded after, never trained."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cloudpickle
from freqtrade.exceptions import OperationalException

from auriga.errors import HostError, clause
from auriga.host.freeze._manifest import FrozenModel, Manifest, read_manifest
from auriga.host.seals import Facts, Trained, differences

_NOT_FOR_PREDICTIONS = (
    "pairs", "first_window", "exchange", "freqai.train_period_days", "freqai.base_train_period_days",
    "regime.costs.",
)  # fmt: skip
"""Beginnings of facts that decide what is learned from, and nothing of what a trained model answers."""

_MOST_LINES = 8
_PATTERN = set("*?+|()[]^$\\")  # Freqtrade's whitelist may hold regular expressions


class FrozenModels:
    """Models of a frozen folder.

    Every checksum is compared when this is made, and once more with the very bytes that are unpickled.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    HostError
        If the folder is not what `auriga freeze` wrote, naming the file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)
        self._loaded: dict[str, Trained] = {}
        for name in self.manifest.files:
            self._bytes(name)

    @property
    def digest(self) -> str:
        """What tells these models from all others, in facts and messages."""
        return self.manifest.digest

    def serves(self, pair: str) -> bool:
        """Whether there is a model for a pair: its own, or one that was made for all."""
        return self.manifest.shared or pair in self.manifest.pairs

    def entry(self, pair: str) -> FrozenModel:
        """Return what the manifest says about the model of a pair; any entry of a shared one."""
        pairs = self.manifest.pairs
        return pairs[pair] if pair in pairs else next(iter(pairs.values()))

    def model(self, pair: str) -> Trained:
        """Return the model of a pair, the same object for all pairs that share it."""
        name = self.entry(pair).model
        if name not in self._loaded:
            self._loaded[name] = cloudpickle.loads(self._bytes(name))
        return self._loaded[name]

    def metadata(self, pair: str) -> dict[str, Any]:
        """Return FreqAI's metadata of the model of a pair, a fresh copy."""
        content: dict[str, Any] = json.loads(self._bytes(self.entry(pair).metadata))
        return content

    def expired(self, now: datetime | None = None) -> bool:
        """Whether no entry may be made any more."""
        return (now or datetime.now(tz=UTC)) >= self.manifest.expires_at

    def complaints(self, facts: Facts) -> list[str]:
        """Why these models do not fit a strategy and its settings, one line each."""
        frozen, current = (
            {name: value for name, value in each.items() if not name.startswith(_NOT_FOR_PREDICTIONS)}
            for each in (self.manifest.facts, facts)
        )
        return differences(frozen, current)

    def _bytes(self, name: str) -> bytes:
        file, known = self.folder / name, self.manifest.files[name]
        if Path(name).name != name:
            raise HostError(f"{self.folder}: its manifest names {name!r}, which is not in the folder")
        try:
            content = file.read_bytes()
        except OSError as error:
            raise HostError(f"{file} cannot be read ({error.strerror}); freeze again") from None
        if hashlib.sha256(content).hexdigest() != known.sha256:
            raise HostError(
                f"{file} is not the file that was frozen (checksum differs); copy the folder "
                "again, or freeze again"
            )
        return content


def frozen_folder(user_data_dir: Path, told: str) -> Path:
    """Where `regime.frozen_models` points: a relative path begins at the user directory."""
    return user_data_dir / Path(told).expanduser()


def open_frozen(user_data_dir: Path, told: str | None) -> FrozenModels | None:
    """Open what `regime.frozen_models` names; None where it names nothing.

    Raises
    ------
    OperationalException
        Freqtrade's own way to refuse a start, naming value and remedy.
    """
    if told is None:
        return None
    try:
        return FrozenModels(frozen_folder(user_data_dir, told))
    except HostError as error:
        raise OperationalException(
            f"regime.frozen_models is {told!r}, which cannot be used: {clause(error)}. Or take "
            "regime.frozen_models out of the configuration to train models again."
        ) from None


def require_fit(frozen: FrozenModels, facts: Facts, config: Mapping[str, Any]) -> None:
    """Refuse a strategy, settings, versions or pairs that the models were not made for.

    Raises
    ------
    OperationalException
        Naming each difference as frozen -> now.
    """
    require_same(frozen, facts, config)
    told = config["regime"]["frozen_models"]
    listed = [pair for pair in config["exchange"]["pair_whitelist"] if not _PATTERN & set(pair)]
    missing = [pair for pair in listed if not frozen.serves(pair)]
    if missing:
        raise OperationalException(
            f"regime.frozen_models is {told!r}: its models are for {', '.join(frozen.manifest.pairs)}, one "
            f"for each pair, and none serves {', '.join(missing)}. Take those out of "
            "exchange.pair_whitelist, or freeze models that were made for all pairs (regime.pairs 'all')."
        )


def require_same(frozen: FrozenModels, facts: Facts, config: Mapping[str, Any]) -> None:
    """Refuse a strategy, settings or versions that the models were not made for; pairs may come and go.

    Raises
    ------
    OperationalException
        As `require_fit`.
    """
    told, found = config["regime"]["frozen_models"], frozen.complaints(facts)
    if found:
        more = f"\n  and {len(found) - _MOST_LINES} more" if len(found) > _MOST_LINES else ""
        shown = "\n  ".join(found[:_MOST_LINES])
        raise OperationalException(
            f"regime.frozen_models is {told!r}; these models were made with something else (frozen -> now):"
            f"\n  {shown}{more}\nSet it back as it was (versions: install them), or freeze models that "
            "were made with what you have now."
        )
