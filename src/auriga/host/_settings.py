"""Our settings out of Freqtrade's configuration, with Freqtrade's way of refusing."""

from collections.abc import Mapping
from typing import Any

from freqtrade.exceptions import OperationalException  # type: ignore[import-untyped]

from auriga.errors import SettingsError
from auriga.settings import RegimeSettings, parse_settings


def settings_from_config(config: Mapping[str, Any]) -> RegimeSettings:
    """Validated `regime` block of a Freqtrade configuration; defaults when there is none.

    Raises
    ------
    OperationalException
        Freqtrade's own error, which it prints as one message without a traceback and with exit code 2
        (after a `ConfigurationError`, which would fit better, Freqtrade 2026.9 ends with code 0).
    """
    try:
        return parse_settings(config.get("regime", {}))
    except SettingsError as error:
        raise OperationalException(
            f"The regime block of the configuration cannot be used:\n{error}"
        ) from None
