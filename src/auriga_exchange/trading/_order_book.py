"""The orders and fills of one market, in memory and in the journal."""

from auriga_exchange.trading._journal import Journal
from auriga_exchange.trading._order import Fill, Order
from auriga_exchange.trading._records import fill_record, order_record, read_fill, read_order


class OrderBook:
    """All orders by number, those that stand, those whose rest is held back, and all fills.

    Parameters
    ----------
    market : str
        Room in the journal.
    journal : Journal
        What it holds is restored; every change is put there within the transaction of the caller.

    Examples
    --------
    >>> OrderBook("spot", Journal()).next_order_id
    1
    """

    def __init__(self, market: str, journal: Journal) -> None:
        self._market = market
        self._journal = journal
        orders = sorted(map(read_order, journal.read(f"{market}.orders").values()), key=lambda o: o.order_id)
        self.by_id = {order.order_id: order for order in orders}
        self.open = {order.order_id: order for order in orders if order.status.is_open}
        fills = map(read_fill, journal.read(f"{market}.fills").values())
        self.fills = sorted(fills, key=lambda fill: fill.trade_id)
        self.held = {int(key): True for key in journal.read(f"{market}.held")}
        self.advanced_to = int(journal.get("counters", f"{market}.advanced_to", 0))
        self._by_name = {(order.request.symbol, order.request.client_id): order.order_id for order in orders}

    @property
    def next_order_id(self) -> int:
        """Number of the next order."""
        return next(reversed(self.by_id), 0) + 1

    @property
    def next_trade_id(self) -> int:
        """Number of the next fill."""
        return self.fills[-1].trade_id + 1 if self.fills else 1

    def find(self, symbol: str, order_id: int | None, client_id: str | None) -> Order | None:
        """Order of a symbol by its number, or else the latest with a client's name."""
        if order_id is None:
            order_id = self._by_name.get((symbol, client_id or ""))
        order = self.by_id.get(order_id or 0)
        return order if order is not None and order.request.symbol == symbol else None

    def save(self, order: Order) -> None:
        """Keep an order as it stands now."""
        self.by_id[order.order_id] = order
        self._by_name[order.request.symbol, order.request.client_id] = order.order_id
        self._journal.put(f"{self._market}.orders", order.order_id, order_record(order))
        if order.status.is_open:
            self.open[order.order_id] = order
        else:
            self.open.pop(order.order_id, None)
            self.hold(order, held=False)

    def add_fill(self, fill: Fill) -> None:
        """Keep a fill."""
        self.fills.append(fill)
        self._journal.put(f"{self._market}.fills", fill.trade_id, fill_record(fill))

    def hold(self, order: Order, *, held: bool) -> None:
        """Keep an order from trading, or let it trade again."""
        if held:
            self.held[order.order_id] = True
            self._journal.put(f"{self._market}.held", order.order_id, True)
        elif self.held.pop(order.order_id, False):
            self._journal.remove(f"{self._market}.held", order.order_id)

    def advance(self, now: int) -> None:
        """Remember up to when everything is matched; without open orders there is nothing to remember."""
        self.advanced_to = now
        if self.open:
            self._journal.put("counters", f"{self._market}.advanced_to", now)
