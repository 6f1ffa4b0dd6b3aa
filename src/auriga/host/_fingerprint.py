"""Cached predictions are valid only for the settings they were made with (trap T1)."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from freqtrade.exceptions import OperationalException  # type: ignore[import-untyped]

from auriga.settings import RegimeSettings

_FILE = "auriga_fingerprint.json"
_OPTIONS = ("train_period_days", "feature_parameters", "data_split_parameters", "model_training_parameters")
_PACKAGES = ("auriga", "freqtrade", "lightgbm", "scikit-learn", "TA-Lib")


def fingerprint(config: Mapping[str, Any], settings: RegimeSettings, model: str) -> dict[str, str]:
    """Everything beside candles that a backtest prediction depends on, one text a setting."""
    content = {
        "freqai": {option: config["freqai"].get(option) for option in _OPTIONS},
        "model": model,
        "regime": settings.model_dump(mode="json"),
        "timeframe": config["timeframe"],
        "version": {package: version(package) for package in _PACKAGES},
    }
    return dict(_flattened("", content))


def _flattened(path: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [leaf for key in sorted(value) for leaf in _flattened(f"{path}.{key}", value[key])]
    return [(path.lstrip("."), json.dumps(value))]


def require_same_fingerprint(folder: Path, current: dict[str, str], identifier: str) -> None:
    """Refuse cached predictions that were made with other settings; remember the settings otherwise.

    FreqAI reuses predictions whenever their number and the feature names match, whatever else changed.

    Parameters
    ----------
    folder : Path
        FreqAI's folder of the identifier.
    current : dict
        As `fingerprint` returns it.
    identifier : str
        For the message.

    Raises
    ------
    OperationalException
        Naming what changed, and the two remedies.
    """
    file = folder / _FILE
    if any((folder / "backtesting_predictions").glob("*.feather")):
        stored = json.loads(file.read_text()) if file.exists() else {}
        changed = sorted(key for key in stored.keys() | current.keys() if stored.get(key) != current.get(key))
        if changed:
            details = [
                f"{key}: {stored.get(key, 'unknown')} -> {current.get(key, 'none')}" for key in changed
            ]
            raise OperationalException(
                f"The cached predictions in {folder} were made with other settings:\n  "
                + "\n  ".join(details[:8])
                + f"\nGive freqai.identifier ('{identifier}') a new name, or remove that folder."
            )
    file.write_text(json.dumps(current, indent=1))
