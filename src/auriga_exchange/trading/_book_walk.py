"""What an order takes from the levels of the order book."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from auriga_exchange.markets import Quote
from auriga_exchange.trading._order import ZERO, Side
from auriga_exchange.trading._prices import whole_steps

DEPTH = 5000
Takes: TypeAlias = list[tuple[Decimal, Decimal]]


def take_amount(quote: Quote, side: Side, amount: Decimal, limit: Decimal | None) -> Takes:
    """Prices and amounts an order meets, the best first.

    Parameters
    ----------
    quote : Quote
        The book.
    side : Side
        A purchase takes from the asks.
    amount : Decimal
        In base currency; less is taken where the book ends or the limit stands.
    limit : Decimal or None
        Worst price.

    Examples
    --------
    >>> from auriga_exchange import SpotSymbol
    >>> book = Quote(SpotSymbol("BTC", "USDT", 60000.0), 60000.0, 100.0)
    >>> [str(amount) for _, amount in take_amount(book, Side.BUY, Decimal(7), None)]
    ['5.00000', '2.00000']
    """
    takes: Takes = []
    for price in _prices(quote, side, limit):
        part = min(amount, quote.amount)
        if part <= ZERO:
            break
        takes.append((price, part))
        amount -= part
    return takes


def amount_for(quote: Quote, side: Side, money: Decimal) -> Decimal:
    """Amount in base currency, in whole steps, that `money` in quote currency buys or that yields it."""
    amount, step = ZERO, quote.symbol.step_size
    for price in _prices(quote, side, None):
        part = min(quote.amount, whole_steps(money / price, step))
        amount += part
        money -= part * price
        if part < quote.amount:
            break
    return amount


def cost(takes: Takes) -> Decimal:
    """Quote currency that changes hands."""
    return sum((price * amount for price, amount in takes), ZERO)


def _prices(quote: Quote, side: Side, limit: Decimal | None) -> Iterator[Decimal]:
    for price in quote.asks(DEPTH) if side is Side.BUY else quote.bids(DEPTH):
        if limit is not None and (price - limit) * side.sign > 0:
            return
        yield price
