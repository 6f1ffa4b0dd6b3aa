"""How much of what the exchange holds is explained by whom."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import reduce

from auriga.reconciliation._books import NO_ID, ZERO, BookOrder, BookTrade, Role, Span


def held_by(trades: Iterable[BookTrade]) -> Span:
    """Base amount that trades account for; short trades count below zero.

    The database knows of fills a little later than the exchange has them, so what is open widens the
    span: an open entry may have filled (upper bound), an open exit or stop too (lower bound).

    Examples
    --------
    >>> fee = Decimal("0.001")
    >>> entry = BookOrder("1", "BTC/USDT", Role.ENTRY, Decimal(2), Decimal(1), True, fee_base=fee)
    >>> held_by([BookTrade(1, "BTC/USDT", "BTC", True, 0, (entry,))])
    Span(low=Decimal('0.999'), known=Decimal('0.999'), high=Decimal('1.999'))
    """
    spans = (_span(trade).mirrored() if trade.short else _span(trade) for trade in trades)
    return reduce(Span.__add__, spans, Span())


def _span(trade: BookTrade) -> Span:
    entries = [order for order in trade.orders if order.role is Role.ENTRY]
    exits = [order for order in trade.orders if order.role is not Role.ENTRY]
    known = sum((order.filled - order.fee_base for order in entries), ZERO)
    known -= sum((order.filled for order in exits), ZERO)
    low = known - sum((order.remaining for order in exits), ZERO)
    # A stop and an exit may both rest, but only what is held can be sold.
    return Span(min(max(low, ZERO), known), known, known + sum((order.remaining for order in entries), ZERO))


def locked_by(trades: Iterable[BookTrade]) -> Decimal:
    """Quote amount that the open entries of long spot trades lock, at most."""
    orders = (order for trade in trades if not trade.short for order in trade.orders)
    return sum((order.remaining * order.price for order in orders if order.role is Role.ENTRY), ZERO)


def allowed_difference(step: Decimal, traded: Decimal, tolerance_frac: Decimal) -> Decimal:
    """How far two books may differ without a reason: one step, and a fraction of what trades hold.

    What the user held before does not count: a large holding would hide a whole order.

    Examples
    --------
    >>> allowed_difference(Decimal("0.001"), Decimal(2), Decimal("0.001"))
    Decimal('0.003')
    """
    return step + abs(traded) * tolerance_frac


def unexplained(held: Decimal, baseline: Decimal, trades: Span, allowed: Decimal) -> Decimal:
    """What is held beyond (above zero) or short of (below) baseline and trades; 0 within what is allowed.

    Parameters
    ----------
    held : Decimal
        On the exchange: free and used coins, or a position with its sign.
    baseline : Decimal
        What was there before the bot.
    trades : Span
        Of `held_by`.
    allowed : Decimal
        Of `allowed_difference`.

    Examples
    --------
    >>> span = Span(Decimal(1), Decimal(1), Decimal(2))
    >>> unexplained(Decimal("2.5"), Decimal(0), span, Decimal("0.01"))
    Decimal('0.5')
    >>> unexplained(Decimal("1.5"), Decimal(0), span, Decimal("0.01"))
    Decimal('0')
    """
    above, below = held - baseline - trades.high, held - baseline - trades.low
    if above > allowed:
        return above
    return below if below < -allowed else ZERO


def first_baseline(held: Decimal, trades: Span) -> Decimal:
    """What was there before the bot: all that its open trades do not account for.

    Coins never count below zero; a position (`trades` of one side, `held` with its sign) may.
    """
    rest = held - trades.known
    return rest if held < 0 or trades.known < 0 else max(rest, ZERO)


def lowered_baseline(baseline: Decimal, held: Decimal, trades: Span) -> Decimal:
    """Return the baseline after coins have left it: closer to zero, never further away.

    Coins that the user took away, or that paid fees, must not make room for an orphan of the same size.
    Ask only while no trade of the asset is open: an exit the database does not know yet would count here.

    Examples
    --------
    >>> lowered_baseline(Decimal(3), Decimal(2), Span())
    Decimal('2')
    >>> lowered_baseline(Decimal(3), Decimal(4), Span())
    Decimal('3')
    """
    rest = held - trades.known
    if baseline >= 0:
        return min(baseline, max(rest, ZERO))
    return max(baseline, min(rest, ZERO))


def unknown_orders(
    orders: Iterable[BookOrder], trades: Iterable[BookTrade], accepted: Collection[tuple[str, str]] = ()
) -> list[BookOrder]:
    """Orders of the exchange that rest or have traded, and that no trade knows."""
    known = {order.key for trade in trades for order in trade.orders if order.id not in NO_ID}
    return [
        order
        for order in orders
        if order.key not in known and order.key not in accepted and (order.filled or order.is_open)
    ]
