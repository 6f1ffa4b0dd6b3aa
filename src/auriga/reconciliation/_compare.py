"""All that two books disagree about, named, with what repairs it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from auriga.reconciliation import _remedies as remedies
from auriga.reconciliation._books import NO_ID, ZERO, BookOrder, BookTrade, Role, Span, plain
from auriga.reconciliation._explained import allowed_difference, held_by, unexplained, unknown_orders
from auriga.reconciliation._finding import Finding, Kind


def compare(
    trades: Collection[BookTrade],
    orders: Collection[BookOrder],
    held: Mapping[str, Decimal],
    *,
    steps: Mapping[str, Decimal],
    since: int,
    baseline: Mapping[str, Decimal] | None = None,
    accepted: Collection[tuple[str, str]] = (),
    futures: bool = False,
    tolerance_frac: Decimal = Decimal("0.001"),
) -> list[Finding]:
    """Compare Freqtrade's trades with the orders and holdings of the exchange.

    Parameters
    ----------
    trades : collection of BookTrade
        Open ones, and closed ones from the baseline on.
    orders : collection of BookOrder
        Of the exchange, complete from `since` (ms UTC) on, for the pairs in `steps`.
    held : mapping
        Coins by asset, or in futures mode positions by pair, short ones below zero.
    steps : mapping
        Smallest difference of amounts, by pair.
    baseline : mapping, optional
        What was held before the bot, as `held`; without it only what is missing is named.
    accepted : collection of (pair, id)
        Orders that are the user's own.

    Returns
    -------
    list of Finding
        Empty when the books agree.
    """
    unknown = unknown_orders(
        (order for order in orders if order.at >= since or order.is_open), trades, accepted
    )
    found = _orders_without_id(trades, unknown)
    named = {order for finding in found for order in finding.orders}
    for pair, group in _by_pair(order for order in unknown if order.id not in named).items():
        found += _unknown(group, _open_trade(trades, pair), steps.get(pair, ZERO), futures=futures)
    found += _known(trades, orders, steps, since)
    return found + _holdings(trades, unknown, held, steps, baseline, tolerance_frac, found, futures=futures)


def _by_pair(orders: Iterable[BookOrder]) -> dict[str, list[BookOrder]]:
    groups = defaultdict(list)
    for order in sorted(orders, key=lambda order: (order.pair, order.at, len(order.id), order.id)):
        groups[order.pair].append(order)
    return dict(groups)


def _open_trade(trades: Iterable[BookTrade], pair: str) -> BookTrade | None:
    return next((trade for trade in trades if trade.is_open and trade.pair == pair), None)


def _orders_without_id(trades: Iterable[BookTrade], unknown: Collection[BookOrder]) -> list[Finding]:
    """Orders whose answer had no id; the order itself is among the unknown ones, or adopted since."""
    found = []
    for trade in trades:
        for order in trade.orders:
            if order.id in NO_ID and order.is_open:
                strangers = [o for o in unknown if o.pair == trade.pair and o.role is order.role]
                adopted = [o for o in trade.orders if o.id not in NO_ID and o.role is order.role]
                found.append(_order_without_id(trade, order, next(iter([*strangers, *adopted]), None)))
    return found


def _order_without_id(trade: BookTrade, order: BookOrder, real: BookOrder | None) -> Finding:
    who = f"on the exchange it is order {real.id}" if real else "none on the exchange fits"
    text = f"{order.role} of {plain(order.amount)} in trade {trade.id} has no order id; {who}"
    remedy, rest = remedies.delete_and_sell(trade, real)
    ids = (real.id,) if real else ()
    return Finding(Kind.NO_ORDER_ID, trade.pair, order.amount, text, remedy, rest, trade.id, ids)


def _unknown(
    group: list[BookOrder], trade: BookTrade | None, step: Decimal, *, futures: bool
) -> list[Finding]:
    """Orders of one pair that no trade knows."""
    settled = _settled(group, trade, step)
    group = [order for order in group if order not in settled]
    found: list[Finding] = []
    entries = 0
    for order in group:
        if order.role is Role.ENTRY:
            twice = trade is not None or entries > 0
            found.append(_orphan_entry(order, trade, step, twice=twice))
            entries += 1
        else:
            found.append(_orphan_exit(order, trade, futures=futures))
    return found


def _settled(group: Collection[BookOrder], trade: BookTrade | None, step: Decimal) -> set[BookOrder]:
    """What was bought and sold by hand before the trade, if there is one."""
    earlier = [order for order in group if not remedies.adoptable(order, trade)]
    return set(earlier) - set(_without_settled(earlier, step))


def _without_settled(group: list[BookOrder], step: Decimal) -> list[BookOrder]:
    """Leave out what has been bought and sold again by hand: each time nothing is left, all before is over.

    What was sold without a purchase were coins of the user's own, or a position that was closed by hand.
    """
    rest, over = ZERO, 0
    for number, order in enumerate(group, start=1):
        traded = order.filled - order.fee_base
        rest += traded if order.role is Role.ENTRY else -traded
        if rest <= step:
            rest, over = ZERO, number
    return [order for order in group[:over] if order.is_open] + group[over:]


def _nobodys(what: str, order: BookOrder) -> str:
    done = f"{order.state}, {plain(order.filled)} filled"
    return f"{what} of {plain(order.amount)} ({done}), order {order.id}, is no trade's"


def _orphan_entry(order: BookOrder, trade: BookTrade | None, step: Decimal, *, twice: bool) -> Finding:
    kind = Kind.DOUBLED_ENTRY if twice else Kind.ORPHAN_ENTRY
    amount = order.filled if order.filled else order.amount
    text = _nobodys("sell" if order.sells else "buy", order)
    if trade is not None and remedies.adoptable(order, trade):
        text += f", beside trade {trade.id}"
        remedy, rest = remedies.reload_and_sell(trade, amount - order.fee_base, step)
    else:
        remedy, rest = remedies.on_exchange(order)
    trade_id = trade.id if trade else None
    return Finding(kind, order.pair, amount, text, remedy, rest, trade_id, (order.id,), order.state)


def _orphan_exit(order: BookOrder, trade: BookTrade | None, *, futures: bool) -> Finding:
    kind = Kind.ORPHAN_STOP if order.role is Role.STOP else Kind.ORPHAN_EXIT
    text = _nobodys(order.role, order)
    # Freqtrade does not ask for conditional orders of futures: it only finds what they have become.
    unseen = futures and order.role is Role.STOP and not order.filled
    if trade is not None and remedies.adoptable(order, trade) and not unseen:
        remedy, rest = remedies.reload(trade, " (adopts it)")
    else:
        remedy, rest = remedies.on_exchange(order)
    trade_id = trade.id if trade else None
    return Finding(kind, order.pair, order.amount, text, remedy, rest, trade_id, (order.id,), order.state)


def _known(
    trades: Iterable[BookTrade], orders: Iterable[BookOrder], steps: Mapping[str, Decimal], since: int
) -> list[Finding]:
    """Orders of trades against the same orders on the exchange."""
    real = {order.key: order for order in orders}
    found = []
    for trade in trades:
        for order in trade.orders:
            if order.id in NO_ID:
                continue
            theirs = real.get(order.key)
            if theirs is None:
                if order.is_open and order.at >= since and trade.is_open:
                    found.append(_missing_order(trade, order))
            elif _differ(order, theirs, steps.get(trade.pair, ZERO)):
                found.append(_other_amount(trade, order, theirs))
    return found


def _differ(ours: BookOrder, theirs: BookOrder, step: Decimal) -> bool:
    return abs(theirs.filled - ours.filled) > step or (ours.is_open and not theirs.is_open)


def _missing_order(trade: BookTrade, order: BookOrder) -> Finding:
    text = f"the exchange does not know {order.role} order {order.id}, which trade {trade.id} holds for open"
    remedy, rest = remedies.cancel_open_order(trade)
    return Finding(Kind.ORDER_MISSING, trade.pair, order.amount, text, remedy, rest, trade.id, (order.id,))


def _other_amount(trade: BookTrade, ours: BookOrder, theirs: BookOrder) -> Finding:
    text = (
        f"{ours.role} of trade {trade.id}, order {ours.id}: {plain(ours.filled)} filled ({ours.state}) in "
        f"the database, {plain(theirs.filled)} ({theirs.state}) on the exchange"
    )
    remedy, rest = remedies.reload(trade)
    amount = theirs.filled - ours.filled
    return Finding(Kind.AMOUNT_MISMATCH, trade.pair, amount, text, remedy, rest, trade.id, (ours.id,))


def _holdings(
    trades: Collection[BookTrade],
    unknown: Collection[BookOrder],
    held: Mapping[str, Decimal],
    steps: Mapping[str, Decimal],
    baseline: Mapping[str, Decimal] | None,
    tolerance_frac: Decimal,
    found: Collection[Finding],
    *,
    futures: bool,
) -> list[Finding]:
    """Coins or positions against trades and the unknown orders that were named already."""
    more = []
    for name in sorted({_asset(pair, futures=futures) for pair in steps}):
        pairs = [pair for pair in steps if _asset(pair, futures=futures) == name]
        mine = [trade for trade in trades if trade.pair in pairs]
        strangers = _by_pair(order for order in unknown if order.pair in pairs)
        step = max(steps[pair] for pair in pairs)
        span = held_by(mine) + _moved(strangers, trades, step)
        before = (baseline or {}).get(name, ZERO)
        allowed = allowed_difference(step, held_by(mine).high, tolerance_frac)
        difference = unexplained(held.get(name, ZERO), before, span, allowed)
        still_open = [trade for trade in mine if trade.is_open]
        gone = difference < 0 if not still_open or not still_open[0].short else difference > 0
        if difference and gone and still_open:
            more.append(_gone(still_open[0], abs(difference)))
        elif _surplus_counts(difference, baseline, futures=futures) and not _about(found, pairs):
            more.append(_surplus(name, difference))
    return more


def _moved(groups: Mapping[str, list[BookOrder]], trades: Collection[BookTrade], step: Decimal) -> Span:
    """What unknown orders did to the holdings.

    The user's own coins that were sold by hand have left the baseline, or will once the guard has looked.
    """
    span = Span()
    for pair, group in groups.items():
        settled = _settled(group, _open_trade(trades, pair), step)
        sold = held_by(_as_trades(order for order in group if order in settled)).known
        span += held_by(_as_trades(order for order in group if order not in settled))
        span += Span(min(sold, ZERO), ZERO, ZERO)
    return span


def _asset(pair: str, *, futures: bool) -> str:
    return pair if futures else pair.split("/")[0]


def _surplus_counts(difference: Decimal, baseline: Mapping[str, Decimal] | None, *, futures: bool) -> bool:
    """Coins without a baseline may be the user's; a position has no such excuse."""
    return difference != 0 if futures else difference > 0 and baseline is not None


def _about(found: Iterable[Finding], pairs: Collection[str]) -> bool:
    return any(finding.name in pairs for finding in found)


def _as_trades(orders: Iterable[BookOrder]) -> list[BookTrade]:
    """What unknown orders moved, as if each were a trade of its own."""
    trades = []
    for number, order in enumerate(orders):
        short = order.sells is (order.role is Role.ENTRY)
        trades.append(BookTrade(-number, order.pair, "", True, 0, (order,), short=short))
    return trades


def _gone(trade: BookTrade, amount: Decimal) -> Finding:
    text = f"the exchange holds {plain(amount)} less than trade {trade.id} says"
    remedy, rest = remedies.reload_or_delete(trade)
    return Finding(Kind.COINS_GONE, trade.pair, amount, text, remedy, rest, trade.id)


def _surplus(name: str, amount: Decimal) -> Finding:
    text = f"the exchange holds {plain(amount)} that neither trades, known orders nor the baseline explain"
    remedy = (f"sell it on the exchange, or keep it: auriga reconcile --accept {name}",)
    return Finding(Kind.AMOUNT_MISMATCH, name, amount, text, remedy)
