"""Leverage brackets: how much margin a position of a size must keep, and how much leverage it may have."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from auriga_exchange.trading._order import ZERO

_MAJORS = ("BTC", "ETH")
_DEEP = (
    ("50000", 125, "0.004"),
    ("500000", 100, "0.005"),
    ("5000000", 50, "0.01"),
    ("50000000", 20, "0.025"),
    ("200000000", 10, "0.05"),
    ("500000000", 5, "0.1"),
    ("1000000000", 2, "0.25"),
    ("2000000000", 1, "0.5"),
)
_SHALLOW = (
    ("5000", 75, "0.006"),
    ("50000", 50, "0.01"),
    ("500000", 20, "0.025"),
    ("5000000", 10, "0.05"),
    ("20000000", 5, "0.1"),
    ("50000000", 2, "0.25"),
    ("100000000", 1, "0.5"),
)


@dataclass(frozen=True)
class Bracket:
    """One bracket.

    Parameters
    ----------
    number : int
        Counted from 1.
    floor, cap : Decimal
        Value of a position in margin currency: `floor` < value <= `cap`.
    leverage : int
        The most a position in this bracket may have.
    rate : Decimal
        Maintenance margin as a fraction of the value.
    cum : Decimal
        What is subtracted from that, so that the margin has no jump between brackets.
    """

    number: int
    floor: Decimal
    cap: Decimal
    leverage: int
    rate: Decimal
    cum: Decimal

    def maintenance(self, value: Decimal) -> Decimal:
        """Maintenance margin of a position worth `value`."""
        return value * self.rate - self.cum


@cache
def brackets_of(base: str) -> tuple[Bracket, ...]:
    """Brackets of a contract, the smallest first: one table for Bitcoin and Ether, one for all others.

    The tables have the shape of Binance's, in round numbers of our own.

    Examples
    --------
    >>> [(bracket.leverage, str(bracket.cum)) for bracket in brackets_of("BTC")[:3]]
    [(125, '0'), (100, '50.000'), (50, '2550.000')]
    """
    brackets: list[Bracket] = []
    floor, cum, before = ZERO, ZERO, ZERO
    for number, (cap, leverage, text) in enumerate(_DEEP if base in _MAJORS else _SHALLOW, start=1):
        rate = Decimal(text)
        cum += floor * (rate - before) if brackets else ZERO
        brackets.append(Bracket(number, floor, Decimal(cap), leverage, rate, cum))
        floor, before = Decimal(cap), rate
    return tuple(brackets)


def bracket_at(base: str, value: Decimal) -> Bracket:
    """Bracket of a position worth `value`; the last one holds everything beyond.

    Examples
    --------
    >>> bracket_at("BTC", Decimal(60_000)).maintenance(Decimal(60_000))
    Decimal('250.000')
    """
    brackets = brackets_of(base)
    return next((bracket for bracket in brackets if value <= bracket.cap), brackets[-1])


def most_value(base: str, leverage: int) -> Decimal:
    """Largest position in margin currency that may have a leverage; 0 when none may.

    Examples
    --------
    >>> most_value("BTC", 20), most_value("DOGE", 125)
    (Decimal('50000000'), Decimal('0'))
    """
    return max((bracket.cap for bracket in brackets_of(base) if bracket.leverage >= leverage), default=ZERO)
