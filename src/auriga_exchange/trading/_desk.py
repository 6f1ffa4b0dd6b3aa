"""Orders against the market: placing, matching, cancelling."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias

from auriga_exchange.markets import LEAST_LEVEL_ORDERS
from auriga_exchange.trading._book_walk import Takes, cost, take_amount
from auriga_exchange.trading._journal import Journal
from auriga_exchange.trading._ledger import Ledger
from auriga_exchange.trading._order import ZERO, Fill, Order, OrderRequest, Side, Status
from auriga_exchange.trading._order_book import OrderBook
from auriga_exchange.trading._order_rules import is_stop, is_triggered_at, must_rest, never_rests, reached_at
from auriga_exchange.trading._prices import Leg, PriceSource, whole_steps
from auriga_exchange.wire import Refusal, RequestError

Listener: TypeAlias = Callable[[Order, Fill | None], None]
VOLUME_FRAC = Decimal("0.1")


class OrderDesk:
    """Takes orders and matches them against the path of the candles.

    Market orders and limits that cross the spread take the levels of the synthetic order book. What waits
    trades as maker once the path reaches its price, in each third of a candle at most a tenth of what was
    traded in it, but at least 200 least orders (1000 USDT); so large orders fill in parts. The result does
    not depend on how often the desk is asked.

    Parameters
    ----------
    market : str
        `spot` or `futures`: the desk's room in the journal.
    prices : PriceSource
        Where the price is and was.
    ledger : Ledger
        The money behind the orders.
    journal : Journal
        Keeps orders and fills; what it already holds is restored.
    is_trading : callable of symbol and time in ms
        Whether a symbol is traded: otherwise orders are refused and nothing is matched.

    Attributes
    ----------
    listeners : list of callables
        Called with the order and its fill, or None, after every change has been written down.
    next_fill_frac : Decimal or None
        Share of its amount that the next order to trade gets; the rest waits for `release_fills`.
    """

    would_take = (Refusal.ORDER_REJECTED, "Order would immediately match and take.")
    would_trigger = (Refusal.ORDER_REJECTED, "Stop price would trigger immediately.")
    not_trading = (Refusal.INVALID_MESSAGE, "Market is closed.")

    def __init__(
        self,
        market: str,
        prices: PriceSource,
        ledger: Ledger,
        journal: Journal,
        *,
        is_trading: Callable[[str, int], bool] = lambda symbol, at: True,
    ) -> None:
        self.prices = prices
        self.is_trading = is_trading
        self.listeners: list[Listener] = []
        self.next_fill_frac: Decimal | None = None
        self._ledger = ledger
        self._journal = journal
        self._book = OrderBook(market, journal)
        self._news: list[tuple[Order, Fill | None]] = []

    def new_client_id(self) -> str:
        """Name for an order whose client gave none."""
        return f"auriga{self._book.next_order_id:016d}"

    def advance(self, now: int) -> None:
        """Match everything that waits along the path up to `now` (ms)."""
        start = self._book.advanced_to
        if now <= start:
            return
        with self._change():
            while event := self._next_event(start, now):
                self._happen(*event)
            self._book.advance(now)

    def place(self, request: OrderRequest, now: int) -> Order:
        """Take an order; it may have traded already when this returns.

        Raises
        ------
        RequestError
            If the symbol is not traded, the order's name is taken, the money is missing, a stop would be
            triggered at once or a post-only order would trade.
        """
        self.advance(now)
        with self._change():
            self._refuse(request, now)
            order = Order(self._book.next_order_id, request, now, now, triggered=not is_stop(request))
            if order.triggered:
                self._place_active(order, now)
            else:
                self._ledger.reserve(request, request.price or request.stop_price or ZERO)
                self._save(order)
        return self._book.by_id[order.order_id]

    def cancel(
        self, symbol: str, now: int, *, order_id: int | None = None, client_id: str | None = None
    ) -> Order:
        """End an order; refused with -2011 when it does not stand."""
        self.advance(now)
        order = self._book.find(symbol, order_id, client_id)
        if order is None or not order.status.is_open:
            raise RequestError(Refusal.CANCEL_REJECTED, "Unknown order sent.")
        with self._change():
            return self._end(order, Status.CANCELED, now)

    def end_trading(self, symbol: str, now: int) -> None:
        """End everything that stands in a symbol, which is traded no more from now on."""
        self.advance(now)
        with self._change():
            for order in self.open_orders(symbol):
                self._end(order, Status.CANCELED, now)

    def find(self, symbol: str, *, order_id: int | None = None, client_id: str | None = None) -> Order:
        """Return one order, the latest of its name; refused with -2013 when there is none."""
        order = self._book.find(symbol, order_id, client_id)
        if order is None:
            raise RequestError(Refusal.NO_SUCH_ORDER)
        return order

    def open_orders(self, symbol: str | None = None) -> list[Order]:
        """Orders that stand, the oldest first."""
        return [order for order in self._book.open.values() if symbol in (None, order.request.symbol)]

    def orders(self, symbol: str | None = None) -> list[Order]:
        """All orders, the oldest first."""
        return [order for order in self._book.by_id.values() if symbol in (None, order.request.symbol)]

    def fills(self, symbol: str | None = None, *, order_id: int | None = None) -> list[Fill]:
        """All trades, the oldest first."""
        return [
            fill
            for fill in self._book.fills
            if symbol in (None, fill.symbol) and order_id in (None, fill.order_id)
        ]

    def release_fills(self, now: int | None = None) -> None:
        """Let orders trade on whose rest was held back; by default at the time of the last match."""
        now = self._book.advanced_to if now is None else now
        self.advance(now)
        with self._change():
            for order in [self._book.by_id[order_id] for order_id in self._book.held]:
                self._book.hold(order, held=False)
                self._take(order, now)

    @contextmanager
    def _change(self) -> Iterator[None]:
        """Write everything that changes at once; tell the listeners afterwards."""
        try:
            with self._journal.transaction():
                yield
        finally:
            news, self._news = self._news, []
            for order, fill in news:
                for listener in self.listeners:
                    listener(order, fill)

    def _refuse(self, request: OrderRequest, now: int) -> None:
        if not self.is_trading(request.symbol, now):
            raise RequestError(self.not_trading[0], *self.not_trading[1:])
        same = self._book.find(request.symbol, None, request.client_id)
        if same is not None and same.status.is_open:
            raise RequestError(Refusal.ORDER_REJECTED, "Duplicate order sent.")
        if is_stop(request) and is_triggered_at(request, self.prices.price(request.symbol, now)):
            raise RequestError(self.would_trigger[0], *self.would_trigger[1:])

    def _place_active(self, order: Order, now: int) -> None:
        request = order.request
        takes = self._takes(order, now)
        if takes and must_rest(request):
            raise RequestError(self.would_take[0], *self.would_take[1:])
        amount = sum((amount for _, amount in takes), ZERO)
        if request.time_in_force == "FOK" and amount < request.amount:
            takes = []
        mean = cost(takes) / amount if amount else ZERO
        # A sale may trade above its limit: a short position then needs more margin.
        price = max(request.price or ZERO, mean) if request.side is Side.SELL else request.price or mean
        self._ledger.reserve(request, price)
        order = self._save(order)
        self._trade(order, takes, now)

    def _takes(self, order: Order, now: int) -> Takes:
        request = order.request
        quote = self.prices.quote(request.symbol, now)
        return take_amount(quote, request.side, order.remaining, request.price)

    def _take(self, order: Order, now: int) -> None:
        """Let an order that waited take from the book; a market order needs its money at today's price."""
        takes = self._takes(order, now)
        if order.request.price is None and takes:
            self._ledger.release(order)
            rest = replace(order.request, amount=order.remaining)
            try:
                self._ledger.reserve(rest, cost(takes) / sum(amount for _, amount in takes))
            except RequestError:
                self._end(order, Status.EXPIRED, now)
                return
        self._trade(order, takes, now)

    def _trade(self, order: Order, takes: Takes, now: int) -> None:
        allowed = self._allowed(order) if takes else order.remaining
        for price, amount in takes:
            part = min(amount, allowed)
            if part > ZERO:
                order = self._fill(order, price, part, now, is_maker=False)
                allowed -= part
        if order.status.is_open and order.order_id not in self._book.held and never_rests(order.request):
            self._end(order, Status.EXPIRED, now)

    def _allowed(self, order: Order) -> Decimal:
        """Amount the order may trade now; less than all of it once when `next_fill_frac` says so."""
        frac, self.next_fill_frac = self.next_fill_frac, None
        if frac is None or frac >= 1:
            return order.remaining
        self._book.hold(order, held=True)
        return whole_steps(order.remaining * frac, self.prices.symbol(order.request.symbol).step_size)

    def _next_event(self, start: int, now: int) -> tuple[int, int, Leg] | None:
        """Time, order and leg of what happens first."""
        events = (self._event(order, start, now) for order in self._book.open.values())
        return min((event for event in events if event), key=lambda event: event[:2], default=None)

    def _event(self, order: Order, start: int, now: int) -> tuple[int, int, Leg] | None:
        if order.order_id in self._book.held:
            return None
        symbol, start = order.request.symbol, max(start, order.updated_at)
        for leg in self.prices.path(symbol, start, now):
            at = reached_at(order, leg, start, now)
            if at is not None and self.is_trading(symbol, at):
                return at, order.order_id, leg
        return None

    def _happen(self, at: int, order_id: int, leg: Leg) -> None:
        order = self._book.by_id[order_id]
        if not order.triggered:
            self._take(self._save(order.moved(triggered=True, updated_at=at)), at)
        elif order.request.price is not None:
            amount = self._maker_amount(order, order.request.price, leg)
            if amount > ZERO:
                self._fill(order, order.request.price, amount, at, is_maker=True)

    def _maker_amount(self, order: Order, price: Decimal, leg: Leg) -> Decimal:
        symbol = self.prices.symbol(order.request.symbol)
        most = max(leg.volume * VOLUME_FRAC, LEAST_LEVEL_ORDERS * symbol.least_value / price)
        return min(self._allowed(order), max(whole_steps(most, symbol.step_size), symbol.step_size))

    def _fill(self, order: Order, price: Decimal, amount: Decimal, at: int, *, is_maker: bool) -> Order:
        fee, fee_asset = self._ledger.fee(order, price, amount, is_maker=is_maker)
        fill = Fill(
            trade_id=self._book.next_trade_id,
            order_id=order.order_id,
            symbol=order.request.symbol,
            side=order.request.side,
            price=price,
            amount=amount,
            fee=fee,
            fee_asset=fee_asset,
            at=at,
            is_maker=is_maker,
        )
        fill = replace(fill, realized=self._ledger.settle(order, fill))
        done = amount == order.remaining
        order = order.moved(
            executed=order.executed + amount,
            quote=order.quote + price * amount,
            status=Status.FILLED if done else Status.PARTIALLY_FILLED,
            updated_at=at,
        )
        if done:
            self._ledger.release(order)
        self._book.add_fill(fill)
        return self._save(order, fill)

    def _end(self, order: Order, status: Status, now: int) -> Order:
        self._ledger.release(order)
        return self._save(order.moved(status=status, updated_at=now))

    def _save(self, order: Order, fill: Fill | None = None) -> Order:
        self._book.save(order)
        self._news.append((order, fill))
        return order
