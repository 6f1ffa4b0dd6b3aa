"""What messages use of the strategy, as types alone; nothing here runs."""

from typing import Any, Protocol

from auriga.settings import RegimeSettings
from auriga.typing import Regime


class Sender(Protocol):
    """The data provider, where it sends."""

    def send_msg(self, message: str, *, always_send: bool = False) -> None:
        """Send to Telegram and webhooks; `always_send`, also what was said in this candle."""


class EntryThresholds(Protocol):
    """Today's thresholds of entries."""

    @property
    def long(self) -> float:
        """Probability above which a long trade is entered, before the offset."""

    @property
    def short(self) -> float:
        """Probability below which a short one is."""

    def offset(self, regime: Regime) -> float:
        """What is added to both in a regime."""


class AnnouncingStrategy(Protocol):
    """A strategy in a bot."""

    @property
    def config(self) -> dict[str, Any]:
        """Freqtrade's configuration."""

    @property
    def dp(self) -> Sender: ...

    @property
    def settings(self) -> RegimeSettings: ...

    @property
    def thresholds(self) -> EntryThresholds: ...

    @property
    def can_short(self) -> bool:
        """Whether there are short trades at all."""
