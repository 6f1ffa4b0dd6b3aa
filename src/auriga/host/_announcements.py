"""Messages of the strategy to Telegram and webhooks: each event once."""

from typing import Any

import pandas as pd

from auriga.settings import MessageSettings


class Announcements:
    """Confirmed regime changes and fallback predictions, each told once, over restarts too.

    Parameters
    ----------
    strategy : IStrategy
    settings : MessageSettings
    """

    def __init__(self, strategy: Any, settings: MessageSettings) -> None:
        self._strategy, self._settings = strategy, settings

    def look(self, pair: str, frame: pd.DataFrame) -> None:
        """Tell what is new on the last candle of an analysed frame; silent in backtests."""
