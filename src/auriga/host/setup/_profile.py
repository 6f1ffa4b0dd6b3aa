"""Which profile a configuration is, whether rules trade alone, and where reasons are written out."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from freqtrade.configuration.load_config import load_config_file
from freqtrade.enums import OPTIMIZE_MODES
from freqtrade.exceptions import OperationalException

from auriga.host.setup._settings import settings_from_config

logger = logging.getLogger(__name__)


def trade_by_rules_alone(config: dict[str, Any]) -> None:
    """Turn FreqAI off where `regime.signals.model` is false: nothing is loaded for training, nothing trained.

    Parameters
    ----------
    config : dict
        Freqtrade's configuration, changed in place: `freqai.enabled`. Before Freqtrade loads any candle.
    """
    if config.get("freqai", {}).get("enabled") and not settings_from_config(config).signals.model:
        config["freqai"] = config["freqai"] | {"enabled": False}
        logger.info("regime.signals.model is false: the regime decides alone, and nothing is trained")


def refuse_mixed_profiles(config: Mapping[str, Any]) -> None:
    """Refuse profiles that were laid over each other: what one sets and the other does not would stay.

    Raises
    ------
    OperationalException
        With the files.
    """
    found: dict[str, str] = {}
    for name in config.get("config_files") or []:
        if name == "-" or not Path(name).is_file():
            continue
        regime = load_config_file(name).get("regime")
        profile = regime.get("profile") if isinstance(regime, dict) else None
        if profile:
            found.setdefault(str(profile), str(name))
    if len(found) > 1:
        raise OperationalException(
            f"{' and '.join(found.values())} are profiles ({' and '.join(found)}), each complete by itself: "
            "give one of them, and after it only files without regime.profile"
        )


def shows_reasons(config: Mapping[str, Any]) -> bool:
    """Whether reasons are written out in words: in bots, FreqUI and charts, where a person looks at them."""
    return config.get("runmode") not in OPTIMIZE_MODES
