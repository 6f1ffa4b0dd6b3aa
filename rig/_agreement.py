"""Do the exchange's books and Freqtrade's trades database tell the same story?"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from rig._books import Books, ExchangeOrder
from rig._database import Database, KnownOrder, Trade, symbol_of

_NO_IDS = ("None", "")  # what Freqtrade keeps after an answer that cannot be read
_CENTS = Decimal("0.02")  # ccxt and Freqtrade count in floats


class Kind(StrEnum):
    """What two books can disagree about."""

    ORPHAN_ENTRY = "orphan entry"
    ORPHAN_EXIT = "orphan exit"
    ORPHAN_STOP = "orphan stop"
    DOUBLED_ENTRY = "doubled entry"
    LOST_ORDER = "lost order"
    NO_ORDER_ID = "order without id"
    OTHER_AMOUNT = "other amount"
    OTHER_STATUS = "other status"
    TRADE_WITHOUT_COINS = "trade without coins"
    COINS_WITHOUT_TRADE = "coins without trade"
    STAKE_UNACCOUNTED = "stake unaccounted"


@dataclass(frozen=True)
class Disagreement:
    """One point on which the books differ; `subject` is an order id, a pair or a currency."""

    kind: Kind
    subject: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.detail}"


@dataclass(frozen=True)
class Snapshot:
    """Both books at one moment."""

    books: Books = field(default_factory=Books)
    database: Database = field(default_factory=Database)


def compare(before: Snapshot, after: Snapshot, steps: Mapping[str, Decimal]) -> list[Disagreement]:
    """Name what the books disagree about since `before`.

    Parameters
    ----------
    before, after : Snapshot
        Orders and trades of `before` are taken as they are; what came or changed since is compared.
    steps : mapping of pair to Decimal
        Smallest amount of each pair: what an exit may leave behind for each trade.

    Returns
    -------
    list of Disagreement
        Empty when nothing is lost, nothing doubled and every coin accounted for.
    """
    books, known = after.books, _known_since(before, after)
    fresh = [order for order in books.orders.values() if order.order_id not in before.books.orders]
    orphans = [order for order in fresh if order.counts and _root(books, order) not in known]
    return [
        *_orphans(orphans, books),
        *_doubled(fresh, orphans, after),
        *_orders(known.values(), books),
        *_holdings(before, after, steps),
        *_stake(before, after, known),
    ]


def doubled_entries(books: Books, known: Set[str], settled: Mapping[str, int]) -> list[str]:
    """Entries that were placed while an earlier one of the symbol was in no trade and nobody had settled it.

    Parameters
    ----------
    books : Books
        The exchange's, at the end.
    known : set of str
        Every order id that was ever seen in the trades database.
    settled : mapping of order id to int
        When (ms) somebody followed what `auriga reconcile` proposed for an order.

    Examples
    --------
    >>> orders = [ExchangeOrder(n, "BTCUSDT", "BUY", "MARKET", "closed", Decimal(1), Decimal(1), at)
    ...           for n, at in (("1", 10), ("2", 20), ("3", 30))]
    >>> books = Books({order.order_id: order for order in orders})
    >>> doubled_entries(books, {"2", "3"}, {}), doubled_entries(books, {"2", "3"}, {"1": 25})
    (['2', '3'], ['2'])
    """
    entries = [order for order in books.orders.values() if order.counts and is_entry(order, books)]
    doubled = []
    for later in sorted(entries, key=lambda order: (order.placed_at, int(order.order_id))):
        standing = (
            earlier
            for earlier in entries
            if earlier.symbol == later.symbol
            and earlier.order_id not in known
            and (earlier.placed_at, int(earlier.order_id)) < (later.placed_at, int(later.order_id))
        )
        if any(settled.get(earlier.order_id, later.placed_at + 1) > later.placed_at for earlier in standing):
            doubled.append(later.order_id)
    return doubled


def is_entry(order: ExchangeOrder, books: Books) -> bool:
    """Whether an order opens a position: purchases on spot, on futures what is not reduce-only."""
    if order.is_stop:
        return False
    return order.side == "BUY" if books.positions is None else not order.is_reducing


def _root(books: Books, order: ExchangeOrder) -> str:
    return books.children.get(order.order_id, order.order_id)


def _known_since(before: Snapshot, after: Snapshot) -> dict[str, KnownOrder]:
    old = set(before.database.orders)
    return {order.order_id: order for order in after.database.orders if order not in old}


def _orphans(orphans: list[ExchangeOrder], books: Books) -> Iterator[Disagreement]:
    for order in orphans:
        kind = Kind.ORPHAN_ENTRY if is_entry(order, books) else Kind.ORPHAN_EXIT
        if order.is_stop:
            kind = Kind.ORPHAN_STOP
        yield Disagreement(
            kind, order.order_id, f"{order.side} {order.symbol} {order.status}, not in the database"
        )


def _doubled(
    fresh: list[ExchangeOrder], orphans: list[ExchangeOrder], after: Snapshot
) -> Iterator[Disagreement]:
    """Entries on top of another entry of the same pair, when the database does not know one of the two."""
    unknown = {order.order_id for order in orphans}
    standing = unknown | _ids_of_open_trades(after.database)
    entries = sorted(
        (order for order in fresh if order.order_id in standing and is_entry(order, after.books)),
        key=lambda order: (order.symbol, order.placed_at, order.order_id),
    )
    for earlier, later in pairwise(entries):
        if earlier.symbol == later.symbol and {earlier.order_id, later.order_id} & unknown:
            detail = f"{later.symbol} on top of order {earlier.order_id}"
            yield Disagreement(Kind.DOUBLED_ENTRY, later.order_id, detail)


def _ids_of_open_trades(database: Database) -> set[str]:
    trades = {trade.trade_id for trade in database.open_trades}
    return {order.order_id for order in database.orders if order.trade_id in trades}


def _orders(known: Iterable[KnownOrder], books: Books) -> Iterator[Disagreement]:
    for order in known:
        other = books.orders.get(order.order_id)
        if order.order_id in _NO_IDS:
            detail = f"{order.side} {order.symbol} of trade {order.trade_id} got no number from the exchange"
            yield Disagreement(Kind.NO_ORDER_ID, f"trade {order.trade_id}", detail)
        elif other is None:
            detail = f"{order.side} {order.symbol} of trade {order.trade_id} is not on the exchange"
            yield Disagreement(Kind.LOST_ORDER, order.order_id, detail)
        elif order.order_id not in books.children.values():  # a triggered stop's order tells its amount
            yield from _same(order, other)


def _same(order: KnownOrder, other: ExchangeOrder) -> Iterator[Disagreement]:
    if abs(order.filled - other.executed) > Decimal("1e-8"):
        detail = f"filled {order.filled} in the database, {other.executed} on the exchange"
        yield Disagreement(Kind.OTHER_AMOUNT, order.order_id, detail)
    if order.status != other.status:
        detail = f"{order.status or 'no status'} in the database, {other.status} on the exchange"
        yield Disagreement(Kind.OTHER_STATUS, order.order_id, detail)


def _holdings(before: Snapshot, after: Snapshot, steps: Mapping[str, Decimal]) -> Iterator[Disagreement]:
    for pair, step in steps.items():
        told = _held(after, pair) - _held(before, pair)
        real = _really_held(after.books, pair) - _really_held(before.books, pair)
        touched = sum(
            trade.pair == pair for trade in set(after.database.trades) - set(before.database.trades)
        )
        if abs(real - told) > step * (1 + touched):
            short = abs(_really_held(after.books, pair)) < abs(_held(after, pair))
            kind = Kind.TRADE_WITHOUT_COINS if short else Kind.COINS_WITHOUT_TRADE
            yield Disagreement(kind, pair, f"open trades explain {told:+f}, the exchange moved by {real:+f}")


def _held(snapshot: Snapshot, pair: str) -> Decimal:
    """Amount of the open trades of a pair: what their filled orders bought, net of fees."""
    trades = [trade for trade in snapshot.database.open_trades if trade.pair == pair]
    return sum((_trade_amount(trade, snapshot) for trade in trades), Decimal(0))


def _trade_amount(trade: Trade, snapshot: Snapshot) -> Decimal:
    """Signed amount in base currency: while an order rests, `amount` is what was asked for."""
    if not trade.open_orders:
        return -trade.amount if trade.is_short else trade.amount
    base = trade.pair.partition("/")[0]
    amount = Decimal(0)
    for order in snapshot.database.orders:
        if order.trade_id == trade.trade_id:
            buys = order.side == "buy" or (order.side == "stoploss" and trade.is_short)
            fee = snapshot.books.commissions.get((order.order_id, base), Decimal(0))
            amount += (order.filled if buys else -order.filled) - fee
    return amount


def _really_held(books: Books, pair: str) -> Decimal:
    if books.positions is not None:
        return books.positions.get(symbol_of(pair), Decimal(0))
    return books.balances.get(pair.partition("/")[0], Decimal(0))


def _stake(before: Snapshot, after: Snapshot, known: Mapping[str, KnownOrder]) -> Iterator[Disagreement]:
    """Quote currency on spot; on futures unrealised profit and funding move it too, positions tell there."""
    books = after.books
    if books.positions is not None:
        return
    quotes = {order.pair.partition("/")[2] for order in known.values()} | {"USDT"}
    was = {order.order_id: order for order in before.database.orders}
    for quote in sorted(quotes):
        moved = books.balances.get(quote, Decimal(0)) - before.books.balances.get(quote, Decimal(0))
        told = sum(
            (_paid(order, after, quote) - _paid(was.get(key), before, quote) for key, order in known.items()),
            Decimal(0),
        )
        if abs(moved - told) > _CENTS:
            detail = f"known orders explain {told:+.2f}, the exchange moved by {moved:+.2f}"
            yield Disagreement(Kind.STAKE_UNACCOUNTED, quote, detail)


def _paid(order: KnownOrder | None, snapshot: Snapshot, quote: str) -> Decimal:
    """What an order brought in `quote`, below zero for purchases."""
    if order is None or order.pair.partition("/")[2] != quote or not order.filled:
        return Decimal(0)
    fee = snapshot.books.commissions.get((order.order_id, quote), Decimal(0))
    return (-order.cost if order.side == "buy" else order.cost) - fee
