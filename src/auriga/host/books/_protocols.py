"""What the books use of Freqtrade's trades, orders and exchange, as types alone; nothing here runs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol


class StoredOrder(Protocol):
    """An order as Freqtrade keeps it."""

    @property
    def order_id(self) -> str | None:
        """The exchange's id; a dry run makes its own."""

    @property
    def ft_order_side(self) -> str:
        """`buy`, `sell` or `stoploss`."""

    @property
    def side(self) -> str | None:
        """What the exchange says, `buy` or `sell`."""

    @property
    def ft_is_open(self) -> bool:
        """Whether Freqtrade takes it for open."""

    @property
    def safe_amount(self) -> float:
        """Amount, the one that was asked for where the exchange named none."""

    @property
    def safe_filled(self) -> float:
        """Filled amount; 0 where nobody knows."""

    @property
    def price(self) -> float | None:
        """What the exchange says."""

    @property
    def ft_price(self) -> float:
        """What Freqtrade asked for."""

    @property
    def ft_fee_base(self) -> float | None:
        """Fee that was taken from the base currency."""

    @property
    def order_date(self) -> datetime | None:
        """UTC without saying so."""


class StoredTrade(Protocol):
    """A trade as Freqtrade keeps it."""

    @property
    def id(self) -> int:
        """Number in the database."""

    @property
    def pair(self) -> str: ...

    @property
    def safe_base_currency(self) -> str:
        """Coin that is traded, by the pair where an old trade does not say."""

    @property
    def is_open(self) -> bool: ...

    @property
    def is_short(self) -> bool: ...

    @property
    def entry_side(self) -> str:
        """`buy` or `sell`."""

    @property
    def open_date(self) -> datetime | None:
        """UTC without saying so."""

    @property
    def close_date(self) -> datetime | None:
        """UTC without saying so."""

    @property
    def orders(self) -> Sequence[StoredOrder]: ...


class Exchange(Protocol):
    """Freqtrade's exchange; what it answers has ccxt's form."""

    @property
    def trading_mode(self) -> Any:
        """Freqtrade's `TradingMode`, or its text."""

    @property
    def markets(self) -> Mapping[str, Mapping[str, Any]]:
        """Ccxt's markets by pair."""

    @property
    def precisionMode(self) -> int:
        """Whether precisions are steps (4) or numbers of decimals."""

    @property
    def _api(self) -> Any:
        """Ccxt itself, for what Freqtrade does not ask."""

    def get_contract_size(self, pair: str) -> float | None:
        """Base currency in a contract."""

    def get_balances(self) -> Mapping[str, Any]:
        """Balances by coin, and what ccxt puts beside them."""

    def fetch_positions(self) -> Iterable[Mapping[str, Any]]:
        """Futures positions."""

    def fetch_orders(self, pair: str, since: datetime) -> Iterable[dict[str, Any]]:
        """Orders of a pair, asked week by week where the exchange wants that."""

    def _contracts_to_amount(self, pair: str, num_contracts: float) -> float:
        """Amount in the base currency."""
