"""Settings and parameters that no trader means, refused before the first candle."""

from collections.abc import Mapping
from typing import Any

from auriga.host._signals import Thresholds
from auriga.settings import RegimeSettings


def check_trading(config: Mapping[str, Any], settings: RegimeSettings, thresholds: Thresholds) -> None:
    """Refuse what cannot be traded: thresholds out of order, leverage without futures, and the like.

    Raises
    ------
    OperationalException
        With the value and the remedy.
    """
