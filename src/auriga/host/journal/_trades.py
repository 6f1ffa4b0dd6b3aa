"""Trades and their fills as a journal keeps them: exact numbers, whatever they were read from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from auriga.typing import Regime

_TAG = re.compile(rf"({'|'.join(regime.label for regime in Regime.known())})_(?:long|short)")
_PLACES = Decimal("1e-8")


@dataclass(frozen=True)
class Fill:
    """What one order of a trade has bought or sold.

    Attributes
    ----------
    at : datetime
        When it was filled, UTC.
    side : str
        `buy` or `sell`.
    is_entry : bool
        Whether it enlarged the position.
    price : Decimal
        Average price.
    amount : Decimal
        Filled, in base currency, before any fee.
    kept : Decimal
        `amount` less a fee that was taken from the coins.
    fee : Decimal
        In stake currency, whatever it was paid in.
    fee_paid_in : str
        Currency of the fee; empty where Freqtrade does not say.
    funding : Decimal
        Funding since the fill before, in stake currency; above 0 it was received.
    tag : str
        Entry tag, or the reason of the exit.
    order_id : str
        The exchange's; empty in backtests.
    """

    at: datetime
    side: str
    is_entry: bool
    price: Decimal
    amount: Decimal
    kept: Decimal
    fee: Decimal
    fee_paid_in: str = ""
    funding: Decimal = Decimal(0)
    tag: str = ""
    order_id: str = ""


@dataclass(frozen=True)
class JournalTrade:
    """One trade with its fills, oldest first.

    Attributes
    ----------
    id : int
        Freqtrade's number; in a backtest the place in the result, from 1 on.
    closed_at : datetime or None
        UTC; None while it is open.
    fee_open_frac, fee_close_frac : Decimal
        Of the value of an entry, an exit.
    funding : Decimal
        Sum over the trade, in stake currency; above 0 it was received.
    pnl : Decimal
        Freqtrade's own figure: what is realised, after fees and funding, in stake currency.
    pnl_frac : Decimal or None
        Of the stake, as Freqtrade has it; None while it is open.
    regime : str
        Regime at entry; empty where unknown.
    probability : float or None
        Of an upward move, at entry; None where unknown.
    """

    id: int
    pair: str
    is_short: bool
    currency: str
    leverage: Decimal
    stake: Decimal
    opened_at: datetime
    closed_at: datetime | None
    fee_open_frac: Decimal
    fee_close_frac: Decimal
    funding: Decimal
    pnl: Decimal
    pnl_frac: Decimal | None
    enter_tag: str
    exit_reason: str
    regime: str
    probability: float | None
    strategy: str
    fills: tuple[Fill, ...] = ()

    @property
    def direction(self) -> str:
        """`long` or `short`."""
        return "short" if self.is_short else "long"

    @property
    def entries(self) -> list[Fill]:
        """Fills that enlarged the position."""
        return [fill for fill in self.fills if fill.is_entry]

    @property
    def exits(self) -> list[Fill]:
        """Fills that reduced the position."""
        return [fill for fill in self.fills if not fill.is_entry]


def regime_of_tag(tag: str) -> str:
    """Regime that an entry tag of ours names; empty for any other tag.

    Examples
    --------
    >>> regime_of_tag("bull_long"), regime_of_tag("force_entry")
    ('bull', '')
    """
    match = _TAG.fullmatch(tag)
    return match[1] if match else ""


def money(amount: Decimal) -> Decimal:
    """Round to eight decimals, as Freqtrade does with profits.

    Examples
    --------
    >>> money(Decimal("0.1234567891"))
    Decimal('0.12345679')
    """
    return amount.quantize(_PLACES)


def average_price(fills: Sequence[Fill]) -> Decimal | None:
    """Price of several fills, weighted by amount; None without fills.

    To eight decimals, or to ten significant digits where those are fewer: coins may cost 1e-8.
    """
    amount = sum((fill.amount for fill in fills), Decimal(0))
    if len(fills) == 1 or not amount:
        return fills[0].price if fills else None
    price = sum((fill.amount * fill.price for fill in fills), Decimal(0)) / amount
    return round(price, max(-int(_PLACES.adjusted()), 9 - price.adjusted()))


def fills_with_pnl(trade: JournalTrade) -> Iterator[tuple[Fill, Decimal | None]]:
    """Each fill with what it realised; None for entries.

    Counted as Freqtrade counts: against the average price of what was held, with both fees, and with the
    funding since the exit before. The last exit takes what is left of the trade's own figure, so that the
    sum is Freqtrade's to the last digit.
    """
    rest, exits = trade.pnl, len(trade.exits)
    held, value, funding = Decimal(0), Decimal(0), Decimal(0)
    for fill in trade.fills:
        funding += fill.funding
        if fill.is_entry:
            held, value = held + fill.kept, value + fill.kept * fill.price
            yield fill, None
            continue
        exits -= 1
        average = value / held if held else fill.price
        pnl = _realised(trade, fill, average, funding) if exits else rest
        held, value, funding = held - fill.kept, value - fill.kept * average, Decimal(0)
        rest -= pnl
        yield fill, pnl


def _realised(trade: JournalTrade, fill: Fill, average: Decimal, funding: Decimal) -> Decimal:
    sign = -1 if trade.is_short else 1
    paid = fill.kept * average * (1 + sign * trade.fee_open_frac)
    received = fill.kept * fill.price * (1 - sign * trade.fee_close_frac)
    return money(sign * (received - paid) + funding)
