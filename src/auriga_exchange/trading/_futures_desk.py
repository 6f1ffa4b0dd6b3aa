"""The futures desk: orders, conditional orders, funding payments and liquidations in the order of time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from auriga_exchange.markets import FuturesStore
from auriga_exchange.trading._algo_orders import AlgoBook, AlgoOrder, AlgoStatus
from auriga_exchange.trading._desk import OrderDesk
from auriga_exchange.trading._futures_ledger import FuturesLedger
from auriga_exchange.trading._journal import Journal
from auriga_exchange.trading._mark_prices import MarkPrices
from auriga_exchange.trading._order import ZERO, Order, OrderRequest, Side, Status
from auriga_exchange.trading._order_rules import is_stop, is_triggered_at, reached_at
from auriga_exchange.trading._position import Position
from auriga_exchange.trading._prices import PriceSource, exact, whole_steps
from auriga_exchange.wire import Refusal, RequestError

MARKET = "futures"
LIQUIDATION = "LIQUIDATION"


@dataclass(frozen=True)
class _Event:
    """Something that happens at a time in ms; of several at once, the smallest rank comes first."""

    at: int
    rank: tuple[int, int]
    happen: Callable[[], object]


class FuturesDesk(OrderDesk):
    """Orders of perpetual contracts, and all that befalls the positions behind them.

    In the order of time along the candle path: funding payments every 8 hours, liquidations once the mark
    price reaches a position's liquidation price, conditional orders once the contract's or the mark price
    reaches their trigger, and orders as in `OrderDesk`.

    Parameters
    ----------
    store : FuturesStore
        Contracts, mark prices and funding rates.
    ledger : FuturesLedger
        The account.
    journal : Journal
        Keeps everything; what it already holds is restored.
    is_trading : callable of symbol and time in ms
        Whether a symbol is traded.

    Attributes
    ----------
    algo : AlgoBook
        The conditional orders.
    marks : MarkPrices
        Mark prices.
    """

    would_take = (Refusal.POST_ONLY_REJECTED, "")
    would_trigger = (Refusal.WOULD_TRIGGER, "")
    not_trading = (Refusal.SYMBOL_NOT_TRADING, "")

    def __init__(
        self,
        store: FuturesStore,
        ledger: FuturesLedger,
        journal: Journal,
        *,
        is_trading: Callable[[str, int], bool] = lambda symbol, at: True,
    ) -> None:
        super().__init__(MARKET, PriceSource(store), ledger, journal, is_trading=is_trading)
        self.store = store
        self.account = ledger
        self.marks = MarkPrices(store)
        self.algo = AlgoBook(journal)

    def advance(self, now: int) -> None:
        """Let everything happen that the path up to `now` (ms) brings."""
        start = self._book.advanced_to
        if now <= start:
            return
        with self._change():
            at = start
            while event := self._first_event(start, at, now):
                at = event.at
                event.happen()
            self._book.advance(now)
            if self.account.positions or self.algo.waiting():
                self._journal.put("counters", f"{MARKET}.advanced_to", now)

    def place_algo(
        self, request: OrderRequest, now: int, *, on_mark: bool = False, closes_position: bool = False
    ) -> AlgoOrder:
        """Take a conditional order; no margin is set aside before it is triggered.

        Raises
        ------
        RequestError
            -2021 if it would be triggered at once, -4116 if its name is taken by one that waits, -4108 if
            the symbol is not traded.
        """
        self.advance(now)
        if not self.is_trading(request.symbol, now):
            raise RequestError(self.not_trading[0])
        if any(algo.request.client_id == request.client_id for algo in self.algo.waiting(request.symbol)):
            raise RequestError(Refusal.DUPLICATED_CLIENT_ID)
        if is_triggered_at(request, self._source(on_mark).price(request.symbol, now)):
            raise RequestError(self.would_trigger[0])
        order = Order(self.algo.next_id, request, now, now, triggered=False)
        with self._journal.transaction():
            return self.algo.save(AlgoOrder(order, on_mark, closes_position))

    def new_algo_name(self) -> str:
        """Name for a conditional order whose client gave none."""
        return f"auriga-algo{self.algo.next_id:012d}"

    def cancel_algo(self, now: int, *, algo_id: int | None = None, client_id: str | None = None) -> AlgoOrder:
        """End a conditional order; refused with -2011 when it does not wait."""
        self.advance(now)
        try:
            algo = self.algo.find(algo_id=algo_id, client_id=client_id)
        except RequestError:
            algo = None
        if algo is None or not algo.is_open:
            raise RequestError(Refusal.CANCEL_REJECTED, "Unknown order sent.")
        with self._journal.transaction():
            return self.algo.save(algo.moved(now, status=AlgoStatus.CANCELED))

    def end_trading(self, symbol: str, now: int) -> None:
        """End all orders of a contract, conditional ones too, and settle its position at the mark price."""
        super().end_trading(symbol, now)
        with self._change():
            for algo in self.algo.waiting(symbol):
                self.algo.save(algo.moved(now, status=AlgoStatus.EXPIRED))
            position = self.account.position(symbol)
            if position.amount:
                self._close_at_mark(position, now, kind="LIMIT", name="settlement_autoclose-")

    def algo_status(self, algo: AlgoOrder) -> AlgoStatus:
        """Where a conditional order stands, with the order it placed."""
        if algo.status is not AlgoStatus.TRIGGERED or self._book.by_id[algo.actual_id].status.is_open:
            return algo.status
        return AlgoStatus.FINISHED

    def liquidation_price(self, position: Position, now: int) -> Decimal:
        """Mark price that ends a position; 0 when none does."""
        if position.isolated:
            return position.liquidation_price(position.margin)
        asset = self.account.margin_asset(position.symbol)
        wallet = self.account.cash(asset)
        for other in self.account.in_asset(asset):
            if not other.isolated and other.symbol != position.symbol:
                mark = self.marks.price(other.symbol, now)
                wallet += other.profit(mark) - other.maintenance(mark)
        return position.liquidation_price(wallet)

    def _refuse(self, request: OrderRequest, now: int) -> None:
        same = self._book.find(request.symbol, None, request.client_id)
        if same is not None and same.status.is_open:
            raise RequestError(Refusal.DUPLICATED_CLIENT_ID)
        super()._refuse(request, now)

    def _first_event(self, start: int, at: int, now: int) -> _Event | None:
        events = [*self._order_events(start, now), *self._funding_events(at, now)]
        events += [*self._liquidations(at, now), *self._triggers(at, now)]
        return min(events, key=lambda event: (event.at, event.rank), default=None)

    def _order_events(self, start: int, now: int) -> Iterator[_Event]:
        event = self._next_event(start, now)
        if event is not None:
            yield _Event(event[0], (3, event[1]), partial(self._happen, *event))

    def _funding_events(self, at: int, now: int) -> Iterator[_Event]:
        due = [
            paid_at
            for position in self.account.positions
            for paid_at, _ in self.store.funding(position.symbol).between(at, now)[:1]
        ]
        if due:
            yield _Event(min(due), (0, 0), partial(self._fund, min(due)))

    def _fund(self, at: int) -> None:
        for position in self.account.positions:
            for _, rate in self.store.funding(position.symbol).between(at - 1, at):
                self.account.fund(position.symbol, exact(rate), self.marks.price(position.symbol, at), at)

    def _liquidations(self, at: int, now: int) -> Iterator[_Event]:
        for number, position in enumerate(self.account.positions):
            level = self.liquidation_price(position, at)
            reached = self._reached(self.marks, position, level, max(at, position.updated_at), now)
            if reached is not None:
                yield _Event(
                    reached,
                    (1, number),
                    partial(self._liquidate, position, reached),
                )

    def _reached(
        self, source: PriceSource, position: Position, level: Decimal, start: int, now: int
    ) -> int | None:
        if level <= ZERO:
            return None
        for leg in source.path(position.symbol, start, now):
            times = leg.times(level, below=position.is_long)
            if times is not None and max(times[0], start) <= min(times[1], now):
                return max(times[0], start)
        return None

    def _liquidate(self, position: Position, at: int) -> None:
        """Close a position at the mark price that ended it; the open orders of its symbol go first."""
        symbol = position.symbol
        for order in self.open_orders(symbol):
            self._end(order, Status.CANCELED, at)
        price = self._mark_in_ticks(symbol, at)
        left = self._margin_left(position, price, at)
        order = self._close_at_mark(position, at, kind=LIQUIDATION, name="autoclose-")
        fees = sum((fill.fee for fill in self.fills(symbol, order_id=order.order_id)), ZERO)
        self.account.clear(symbol, position.value(price), left - fees, at)

    def _mark_in_ticks(self, symbol: str, at: int) -> Decimal:
        return whole_steps(self.marks.price(symbol, at), self.prices.symbol(symbol).tick_size)

    def _close_at_mark(self, position: Position, at: int, *, kind: str, name: str) -> Order:
        """Close a position by an order of the exchange's own."""
        price = self._mark_in_ticks(position.symbol, at)
        request = OrderRequest(
            symbol=position.symbol,
            side=Side.SELL if position.is_long else Side.BUY,
            kind=kind,
            amount=abs(position.amount),
            client_id=f"{name}{at}{self._book.next_order_id}",
            price=price,
            time_in_force="IOC",
            reduce_only=True,
        )
        order = self._save(Order(self._book.next_order_id, request, at, at))
        return self._fill(order, price, request.amount, at, is_maker=False)

    def _margin_left(self, position: Position, price: Decimal, at: int) -> Decimal:
        if position.isolated:
            return position.margin + position.profit(price)
        asset = self.account.margin_asset(position.symbol)
        others = (p for p in self.account.in_asset(asset) if not p.isolated)
        return self.account.cash(asset) + sum(
            (p.profit(self.marks.price(p.symbol, at)) for p in others), ZERO
        )

    def _triggers(self, at: int, now: int) -> Iterator[_Event]:
        for algo in self.algo.waiting():
            reached = self._triggered(algo, max(at, algo.order.updated_at), now)
            if reached is not None:
                yield _Event(
                    reached,
                    (2, algo.algo_id),
                    partial(self._trigger, algo, reached),
                )

    def _triggered(self, algo: AlgoOrder, start: int, now: int) -> int | None:
        for leg in self._source(algo.on_mark).path(algo.request.symbol, start, now):
            at = reached_at(algo.order, leg, start, now)
            if at is not None and self.is_trading(algo.request.symbol, at):
                return at
        return None

    def _trigger(self, algo: AlgoOrder, at: int) -> None:
        request = algo.order_to_place(self.account.position(algo.request.symbol).closable(algo.request.side))
        try:
            placed = self._submit(request, at)
        except RequestError:
            self.algo.save(algo.moved(at, status=AlgoStatus.REJECTED, triggered_at=at))
            return
        self.algo.save(
            algo.moved(at, status=AlgoStatus.TRIGGERED, triggered_at=at, actual_id=placed.order_id)
        )

    def _submit(self, request: OrderRequest, at: int) -> Order:
        if request.amount <= ZERO:
            raise RequestError(Refusal.REDUCE_ONLY_REJECTED)
        self._refuse(request, at)
        order = Order(self._book.next_order_id, request, at, at, triggered=not is_stop(request))
        self._place_active(order, at)
        return self._book.by_id[order.order_id]

    def _source(self, on_mark: bool) -> PriceSource:
        return self.marks if on_mark else self.prices

    def _fill(self, order: Order, price: Decimal, amount: Decimal, at: int, *, is_maker: bool) -> Order:
        """Trade; a reduce-only order never more than there is to close, others no more than is paid for."""
        if not order.status.is_open:
            return order
        if order.request.reduce_only:
            closable = self.account.position(order.request.symbol).closable(order.request.side)
            if not closable:
                return self._end(order, Status.EXPIRED, at)
            amount = min(amount, closable)
        elif (covered := self.account.affordable(order, price, amount)) < amount:
            amount = whole_steps(covered, self.prices.symbol(order.request.symbol).step_size)
            if not amount:
                return self._end(order, Status.EXPIRED, at)
        order = super()._fill(order, price, amount, at, is_maker=is_maker)
        self._expire_reducing(order.request.symbol, at)
        return self._book.by_id[order.order_id]

    def _expire_reducing(self, symbol: str, at: int) -> None:
        position = self.account.position(symbol)
        for order in self.open_orders(symbol):
            if order.request.reduce_only and not position.closable(order.request.side):
                self._end(order, Status.EXPIRED, at)
