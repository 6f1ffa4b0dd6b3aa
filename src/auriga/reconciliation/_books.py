"""An order and a trade as a book has them, whichever book it is."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)

NO_ID = ("", "None")
"""Order ids that Freqtrade stores when the exchange's answer had none."""


def plain(amount: Decimal) -> str:
    """Write an amount without exponent and without zeros at its end.

    Examples
    --------
    >>> plain(Decimal("2.50")), plain(Decimal("0E-8")), plain(Decimal("1E+2"))
    ('2.5', '0', '100')
    """
    return f"{amount.normalize():f}"


class Role(StrEnum):
    """What an order is for."""

    ENTRY = "entry"
    EXIT = "exit"
    STOP = "stop"


@dataclass(frozen=True)
class BookOrder:
    """One order.

    Attributes
    ----------
    id, pair, client_id : str
    role : Role
    amount, filled : Decimal
        Ordered and traded, in the base asset.
    is_open : bool
        Whether the rest may still trade.
    price : Decimal
        Limit in the quote asset; 0 where there is none.
    fee_base : Decimal
        Fee taken from the base asset.
    at : int
        When it was placed, ms UTC.
    sells : bool
        Its side; a short position is entered by selling.
    """

    id: str
    pair: str
    role: Role
    amount: Decimal
    filled: Decimal
    is_open: bool
    price: Decimal = ZERO
    fee_base: Decimal = ZERO
    at: int = 0
    sells: bool = False
    client_id: str = ""

    @property
    def remaining(self) -> Decimal:
        """What may still trade."""
        return max(self.amount - self.filled, ZERO) if self.is_open else ZERO

    @property
    def key(self) -> tuple[str, str]:
        """Pair and id; an id alone is unique only within its pair."""
        return self.pair, self.id

    @property
    def state(self) -> str:
        """`filled`, `open`, `partial` or `cancelled`."""
        if self.filled and self.filled < self.amount:
            return "partial"
        return "filled" if self.filled else ("open" if self.is_open else "cancelled")


@dataclass(frozen=True)
class BookTrade:
    """One of Freqtrade's trades with its orders; times in ms UTC."""

    id: int
    pair: str
    base: str
    is_open: bool
    opened_at: int
    orders: tuple[BookOrder, ...] = ()
    short: bool = False
    closed_at: int | None = None


@dataclass(frozen=True)
class Span:
    """An amount of which only bounds are certain while orders are open."""

    low: Decimal = ZERO
    known: Decimal = ZERO
    high: Decimal = ZERO

    def __add__(self, other: "Span") -> "Span":
        """Bounds of the sum."""
        return Span(self.low + other.low, self.known + other.known, self.high + other.high)

    def mirrored(self) -> "Span":
        """Return the same of a short position."""
        return Span(-self.high, -self.known, -self.low)
