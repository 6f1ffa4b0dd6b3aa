"""Kill switches: when no new trade is opened any more."""

from datetime import datetime
from typing import Any

from auriga.settings import HaltSettings


class Halts:
    """Drawdowns of the day and in all, and losses in a row; a halt is a lock of Freqtrade's own.

    Parameters
    ----------
    strategy : IStrategy
    settings : HaltSettings
    """

    def __init__(self, strategy: Any, settings: HaltSettings) -> None:
        self._strategy, self._settings = strategy, settings

    def watch(self, now: datetime) -> None:
        """Look whether a rule is broken; called once in each loop of the bot."""

    def allows(self, pair: str, side: str, now: datetime) -> bool:
        """Whether a new trade may be opened: no halt, and not against the user's `/marketdir`."""
        return True


def protections(settings: HaltSettings, timeframe: str) -> list[dict[str, Any]]:
    """What Freqtrade's own protections can do of it."""
    return []
