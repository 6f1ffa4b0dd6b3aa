"""Our settings out of Freqtrade's configuration, with Freqtrade's way of refusing."""

from collections.abc import Mapping
from typing import Any

from freqtrade.exceptions import ConfigurationError  # type: ignore[import-untyped]

from auriga.errors import SettingsError
from auriga.settings import RegimeSettings, parse_settings


def settings_from_config(config: Mapping[str, Any]) -> RegimeSettings:
    """Validated `regime` block of a Freqtrade configuration; defaults when there is none.

    Raises
    ------
    ConfigurationError
        Freqtrade's own error, which it prints as one message and without a traceback.
    """
    try:
        return parse_settings(config.get("regime", {}))
    except SettingsError as error:
        raise ConfigurationError(f"The regime block of the configuration cannot be used:\n{error}") from None
