"""What the trading rules use of a trade and of the strategy, as types alone; nothing here runs.

Trades are read and never written, but for their custom data: an attribute that is set is an error of mypy.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from auriga.host.setup import TradingStrategy


class Parameter(Protocol):
    """A hyperopt parameter of the strategy."""

    @property
    def value(self) -> float:
        """Its value of today; hyperopt changes it."""


class RiskStrategy(TradingStrategy, Protocol):
    """A strategy with the parameters of the space `risk`, all in ATRs of the entry."""

    @property
    def stop_atr(self) -> Parameter:
        """Distance of the first stop."""

    @property
    def take_profit_atr(self) -> Parameter:
        """Distance of the target; 0 for none."""

    @property
    def break_even_atr(self) -> Parameter:
        """Gain from which the stop is at the entry; 0 for never."""

    @property
    def trailing_start_atr(self) -> Parameter:
        """Gain from which the stop follows the best price; 0 for never."""

    @property
    def trailing_atr(self) -> Parameter:
        """How far behind the best price it follows."""


class CustomData(Protocol):
    """One value that is kept with a trade."""

    @property
    def cd_key(self) -> str:
        """Its name."""

    @property
    def value(self) -> Any:
        """As it was set."""


class Order(Protocol):
    """An order that was filled."""

    @property
    def ft_order_side(self) -> str:
        """`buy`, `sell` or `stoploss`."""


class OpenTrade(Protocol):
    """A trade of Freqtrade, as a backtest or a bot hands it to the strategy."""

    @property
    def id(self) -> int:
        """Number in the database; hyperopt counts from 1 in each epoch."""

    @property
    def pair(self) -> str: ...

    @property
    def is_short(self) -> bool: ...

    @property
    def trade_direction(self) -> str:
        """`long` or `short`."""

    @property
    def entry_side(self) -> str:
        """`buy` or `sell`."""

    @property
    def leverage(self) -> float | None:
        """None counts as 1."""

    @property
    def amount(self) -> float:
        """What is held, in the base currency."""

    @property
    def stake_amount(self) -> float:
        """What was paid for it, without leverage, in stake currency."""

    @property
    def has_open_orders(self) -> bool:
        """Whether an order of it waits to be filled."""

    @property
    def open_rate(self) -> float:
        """Price of the entry, averaged over its orders."""

    @property
    def min_rate(self) -> float | None:
        """Lowest price since the entry."""

    @property
    def max_rate(self) -> float | None:
        """Highest price since the entry."""

    @property
    def stop_loss(self) -> float | None:
        """Price of the stop that stands; 0 or None without one."""

    @property
    def open_date_utc(self) -> datetime:
        """When the trade was made, before its first order was filled."""

    @property
    def date_entry_fill_utc(self) -> datetime | None:
        """When its first order was filled."""

    @property
    def nr_of_successful_entries(self) -> int:
        """Orders of the entry that were filled."""

    def calc_profit_ratio(self, rate: float) -> float:
        """Profit at a price after costs, as a fraction of the stake."""

    def get_all_custom_data(self) -> Iterable[CustomData]:
        """All that is kept with the trade."""

    def set_custom_data(self, key: str, value: object) -> None:
        """Keep a value with the trade, over restarts."""
