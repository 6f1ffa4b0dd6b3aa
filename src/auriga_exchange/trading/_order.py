"""Orders and fills as the exchange keeps them."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class Side(StrEnum):
    """Which way an order trades."""

    BUY = "BUY"
    SELL = "SELL"

    @property
    def sign(self) -> int:
        """1 for a purchase, -1 for a sale."""
        return 1 if self is Side.BUY else -1


class Status(StrEnum):
    """Life of an order, in Binance's words."""

    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"

    @property
    def is_open(self) -> bool:
        """Whether the order can still trade."""
        return self in (Status.NEW, Status.PARTIALLY_FILLED)


@dataclass(frozen=True, kw_only=True)
class OrderRequest:
    """What a client asks for, already read and checked against the symbol's filters.

    Parameters
    ----------
    symbol, client_id : str
        Binance's symbol; the client's own name of the order, unique among those that stand.
    side : Side
        Purchase or sale.
    kind : str
        Binance's `type`: `LIMIT`, `MARKET`, `STOP_LOSS_LIMIT`, on futures `STOP`, `STOP_MARKET` and so on.
    amount : Decimal
        In base currency, > 0.
    price, stop_price : Decimal or None
        In quote currency; None where the kind has none.
    time_in_force : str
        `GTC`, `IOC`, `FOK`, or `GTX` (post only).
    reduce_only, is_algo : bool
        Futures: never opens a position; a conditional order of `algoOrder`.
    quote_amount : Decimal or None
        Spot: what a market order was given in quote currency; `amount` is then what it buys or sells.
    """

    symbol: str
    side: Side
    kind: str
    amount: Decimal
    client_id: str
    price: Decimal | None = None
    stop_price: Decimal | None = None
    time_in_force: str = "GTC"
    reduce_only: bool = False
    is_algo: bool = False
    quote_amount: Decimal | None = None

    @property
    def key(self) -> str:
        """What tells it from all others that stand: its symbol and the client's name for it."""
        return f"{self.symbol} {self.client_id}"


@dataclass(frozen=True)
class Order:
    """One order; every change makes a new object.

    Parameters
    ----------
    order_id : int
        Counted up by the exchange.
    request : OrderRequest
        What was asked for.
    placed_at, updated_at : int
        Times in ms.
    status : Status
        Where it stands.
    executed, quote : Decimal
        What was traded so far, in base and in quote currency.
    triggered : bool
        Whether the price of a stop has been reached; True for all others.
    """

    order_id: int
    request: OrderRequest
    placed_at: int
    updated_at: int
    status: Status = Status.NEW
    executed: Decimal = ZERO
    quote: Decimal = ZERO
    triggered: bool = True

    @property
    def remaining(self) -> Decimal:
        """Amount that has not traded."""
        return self.request.amount - self.executed

    def moved(self, **changes: object) -> "Order":
        """Return the order with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Fill:
    """One trade of an order.

    Parameters
    ----------
    trade_id, order_id : int
        Numbers of the trade and of its order.
    symbol : str
        Binance's symbol.
    side : Side
        Of the order.
    price, amount : Decimal
        In quote and in base currency.
    fee : Decimal
        What the exchange took, in `fee_asset`.
    fee_asset : str
        Spot: the currency received; futures: the margin currency.
    at : int
        Time in ms.
    is_maker : bool
        Whether the order was resting.
    realized : Decimal
        Futures: profit of the part of a position that was closed.
    """

    trade_id: int
    order_id: int
    symbol: str
    side: Side
    price: Decimal
    amount: Decimal
    fee: Decimal
    fee_asset: str
    at: int
    is_maker: bool
    realized: Decimal = field(default=ZERO)
