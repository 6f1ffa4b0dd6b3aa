"""What the kill switches use of a trade and of the strategy, as types alone; nothing here runs."""

from datetime import datetime
from typing import Any, Protocol

from freqtrade.enums import MarketDirection


class StartingBalance(Protocol):
    """Freqtrade's wallets."""

    def get_starting_balance(self) -> float:
        """What the bot began with, in stake currency."""


class HaltedStrategy(Protocol):
    """A strategy in a bot, a backtest or a plot."""

    @property
    def config(self) -> dict[str, Any]:
        """Freqtrade's configuration."""

    @property
    def timeframe(self) -> str:
        """Timeframe of the base candles."""

    @property
    def wallets(self) -> StartingBalance | None:
        """Balances; None in a plot, where nothing is measured."""

    @property
    def market_direction(self) -> MarketDirection:
        """As `/marketdir` has set it."""


class ValuedTrade(Protocol):
    """A trade of Freqtrade, with all that its profit depends on."""

    @property
    def pair(self) -> str: ...

    @property
    def is_open(self) -> bool: ...

    @property
    def is_short(self) -> bool: ...

    @property
    def open_date(self) -> datetime:
        """UTC, in a database without saying so."""

    @property
    def open_rate(self) -> float:
        """Price of the entry, averaged over its orders."""

    @property
    def open_trade_value(self) -> float:
        """Amount times price of the entry with its fee, in stake currency."""

    @property
    def amount(self) -> float:
        """In the base currency."""

    @property
    def realized_profit(self) -> float | None:
        """What parts that were sold have brought."""

    @property
    def fee_close(self) -> float | None:
        """Fee of the exit as a fraction."""

    @property
    def funding_fees(self) -> float | None:
        """Funding so far, received above 0."""

    @property
    def trading_mode(self) -> str:
        """`spot` or `futures`."""
