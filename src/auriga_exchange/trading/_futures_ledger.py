"""The futures account: wallet, margin and positions."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import ROUND_HALF_UP, Decimal

from auriga_exchange.markets import LIQUIDATION_FEE_FRAC, PRECISION, SpotSymbol
from auriga_exchange.trading._brackets import most_value
from auriga_exchange.trading._income import Income, read_income
from auriga_exchange.trading._journal import Journal
from auriga_exchange.trading._order import ZERO, Fill, Order, OrderRequest
from auriga_exchange.trading._position import Position
from auriga_exchange.trading._reservations import Reservation, Reservations
from auriga_exchange.wire import Refusal, RequestError

MAKER_FEE_FRAC = Decimal("0.0002")
TAKER_FEE_FRAC = Decimal("0.0005")
START_AMOUNT = Decimal(10_000)
_WALLET, _POSITIONS, _INCOME = (f"futures.{name}" for name in ("wallet", "positions", "income"))
_SMALLEST = Decimal(1).scaleb(-PRECISION)
_MONEY = ("amount", "entry_price", "margin")


class FuturesLedger:
    """Cross wallet, isolated margins, positions in one-way mode and what open orders have set aside.

    Parameters
    ----------
    symbols : mapping of str to SpotSymbol
        Tells the currencies of a contract.
    journal : Journal
        Keeps everything; what it already holds counts more than `balances`.
    balances : mapping of str to Decimal, or None
        What the account starts with; by default 10,000 of each margin currency.

    Attributes
    ----------
    income : list of Income
        Every payment, the oldest first.

    Examples
    --------
    >>> ledger = FuturesLedger({"BTCUSDT": SpotSymbol("BTC", "USDT", 60000.0)}, Journal())
    >>> ledger.wallet("USDT"), ledger.position("BTCUSDT").leverage
    (Decimal('10000'), 20)
    """

    def __init__(
        self,
        symbols: Mapping[str, SpotSymbol],
        journal: Journal,
        balances: Mapping[str, Decimal] | None = None,
    ) -> None:
        self._symbols = symbols
        self._journal = journal
        self._positions = {name: _read(entry) for name, entry in journal.read(_POSITIONS).items()}
        self._reserved = Reservations(journal)
        self._cash = {asset: Decimal(text) for asset, text in journal.read(_WALLET).items()}
        self.income = [read_income(entry) for entry in journal.read(_INCOME).values()]
        if not self._cash:
            margins = dict.fromkeys((symbol.quote for symbol in symbols.values()), START_AMOUNT)
            with journal.transaction():
                for asset, amount in (margins if balances is None else balances).items():
                    self._pay(asset, amount)

    @property
    def assets(self) -> list[str]:
        """Currencies the wallet holds."""
        return sorted(self._cash)

    @property
    def positions(self) -> list[Position]:
        """Positions that are open."""
        return [position for position in self._positions.values() if position.amount]

    def position(self, symbol: str) -> Position:
        """Position and settings of a symbol."""
        return self._positions.get(symbol) or Position(symbol, self._symbols[symbol].base)

    def margin_asset(self, symbol: str) -> str:
        """Currency a contract is settled in."""
        return self._symbols[symbol].quote

    def in_asset(self, asset: str) -> list[Position]:
        """Open positions settled in a currency."""
        return [position for position in self.positions if self.margin_asset(position.symbol) == asset]

    def cash(self, asset: str) -> Decimal:
        """Cross wallet: all that is not isolated margin."""
        return self._cash.get(asset, ZERO)

    def wallet(self, asset: str) -> Decimal:
        """Wallet balance: the cross wallet and all isolated margins."""
        return self.cash(asset) + sum((position.margin for position in self.in_asset(asset)), ZERO)

    def reserved(self, asset: str) -> Decimal:
        """Margin set aside for open orders."""
        mine = (each for each in self._reserved.all if self.margin_asset(each.symbol) == asset)
        return sum((each.margin for each in mine), ZERO)

    def reserved_of(self, symbol: str) -> Decimal:
        """Margin set aside for open orders of one symbol."""
        return sum((each.margin for each in self._reserved.all if each.symbol == symbol), ZERO)

    def available(self, asset: str) -> Decimal:
        """What new orders may use: cash without open orders and the margin of cross positions."""
        crossed = (p.initial_margin(p.entry_price) for p in self.in_asset(asset) if not p.isolated)
        return self.cash(asset) - self.reserved(asset) - sum(crossed, ZERO)

    def set_available(self, asset: str, amount: Decimal, now: int) -> None:
        """Set what new orders may use, as a transfer from another wallet would."""
        with self._journal.transaction():
            self._earn("TRANSFER", "", asset, amount - self.available(asset), now)

    def reserve(self, request: OrderRequest, price: Decimal) -> None:
        """Set aside the margin of the part of an order that opens a position.

        Raises
        ------
        RequestError
            -2022 if a reduce-only order has nothing to reduce, -2019 if the margin is not there, -2027 if
            the position would be too large for its leverage.
        """
        position = self.position(request.symbol)
        closable = position.closable(request.side)
        if request.reduce_only:
            if not closable:
                raise RequestError(Refusal.REDUCE_ONLY_REJECTED)
            return
        # What orders before it are to close, it cannot close again.
        closing = min(
            max(closable - self._reserved.closing(request.symbol, request.side), ZERO), request.amount
        )
        opening = request.amount - closing
        beside = ZERO if closable else abs(position.amount)
        if opening and (opening + beside) * price > most_value(position.base, position.leverage):
            raise RequestError(Refusal.POSITION_TOO_LARGE)
        margin = opening * price / position.leverage
        if margin > max(self.available(self.margin_asset(request.symbol)), ZERO):
            raise RequestError(Refusal.INSUFFICIENT_MARGIN)
        self._reserved.keep(
            request,
            Reservation(
                symbol=request.symbol, side=request.side, margin=margin, opening=opening, closing=closing
            ),
        )

    def affordable(self, order: Order, price: Decimal, amount: Decimal) -> Decimal:
        """Part of a trade that there is margin for, at most `amount`.

        What closes needs none. What opens has the order's own reservation, what is free, and what the
        part that closes gives back: another order may have closed what this one was to close.
        """
        request = order.request
        position, reservation = self.position(request.symbol), self._reserved.of(request)
        closed = min(position.closable(request.side), amount)
        opened = amount - closed
        margin = opened * price / position.leverage
        free = self.available(self.margin_asset(request.symbol)) + position.given_back(closed, price)
        kept = reservation.margin_for(opened)
        if margin <= kept + max(free, ZERO) + _SMALLEST:
            return amount
        # Less than all of it has less of the reservation, too.
        each = price / position.leverage - (kept / opened if reservation.opening >= opened else ZERO)
        return closed + max(free, ZERO) / each

    def release(self, order: Order) -> None:
        """Give back what an order that ended has left."""
        self._reserved.drop(order.request)

    def fee(self, order: Order, price: Decimal, amount: Decimal, *, is_maker: bool) -> tuple[Decimal, str]:
        """0.02 % of the value for makers and 0.05 % for takers, in margin currency."""
        frac = MAKER_FEE_FRAC if is_maker else TAKER_FEE_FRAC
        return (price * amount * frac).quantize(_SMALLEST, ROUND_HALF_UP), self.margin_asset(
            order.request.symbol
        )

    def settle(self, order: Order, fill: Fill) -> Decimal:
        """Book a trade: it closes what there is the other way round, the rest opens a position."""
        asset = self.margin_asset(fill.symbol)
        closed = min(self.position(fill.symbol).closable(fill.side), fill.amount)
        left = self._reserved.of(order.request).after(closed, fill.amount - closed)
        self._reserved.keep(order.request, left)
        realized = self._close(fill, closed) if closed else ZERO
        if closed:
            self._earn("REALIZED_PNL", fill.symbol, asset, realized, fill.at, fill.trade_id)
        if fill.amount > closed:
            self._open(fill, fill.amount - closed)
        self._earn("COMMISSION", fill.symbol, asset, -fill.fee, fill.at, fill.trade_id)
        return realized

    def _close(self, fill: Fill, amount: Decimal) -> Decimal:
        position = self.position(fill.symbol)
        share = amount / abs(position.amount)
        freed = position.margin * share
        left = position.amount + fill.side.sign * amount
        realized = (fill.price - position.entry_price) * amount * -fill.side.sign
        self._pay(self.margin_asset(fill.symbol), freed)
        entry = position.entry_price if left else ZERO
        self._put(
            position.moved(amount=left, margin=position.margin - freed, entry_price=entry, updated_at=fill.at)
        )
        return realized.quantize(_SMALLEST, ROUND_HALF_UP)

    def _open(self, fill: Fill, amount: Decimal) -> None:
        position = self.position(fill.symbol)
        before = abs(position.amount)
        entry = (position.entry_price * before + fill.price * amount) / (before + amount)
        margin = ZERO
        if position.isolated:
            margin = (fill.price * amount / position.leverage).quantize(_SMALLEST, ROUND_HALF_UP)
            self._pay(self.margin_asset(fill.symbol), -margin)
        self._put(
            position.moved(
                amount=position.amount + fill.side.sign * amount,
                entry_price=entry,
                margin=position.margin + margin,
                updated_at=fill.at,
            )
        )

    def fund(self, symbol: str, rate: Decimal, mark: Decimal, at: int) -> Decimal:
        """Book a funding payment; a positive rate is paid by long positions. Returns the income."""
        position = self.position(symbol)
        amount = (-position.amount * mark * rate).quantize(_SMALLEST, ROUND_HALF_UP)
        asset = self.margin_asset(symbol)
        self._earn("FUNDING_FEE", symbol, asset, amount, at)
        if position.isolated:
            self._pay(asset, -amount)
            self._put(position.moved(margin=position.margin + amount))
        return amount

    def clear(self, symbol: str, value: Decimal, margin: Decimal, at: int) -> None:
        """Take the liquidation fee: 1 % of the position's value, at most what was left of its margin.

        When the price jumped and more than the margin is gone, the insurance fund pays what is missing.
        """
        fee = min(value * LIQUIDATION_FEE_FRAC, margin).quantize(_SMALLEST, ROUND_HALF_UP)
        if fee:
            self._earn("INSURANCE_CLEAR", symbol, self.margin_asset(symbol), -fee, at)

    def set_leverage(self, symbol: str, leverage: int, now: int) -> None:
        """Change the leverage of a symbol; an isolated position gives back margin it needs no longer.

        Raises
        ------
        RequestError
            -4161 if an isolated position would need more margin.
        """
        position = self.position(symbol)
        freed = ZERO
        if position.isolated and position.amount:
            if leverage < position.leverage:
                raise RequestError(Refusal.LEVERAGE_REDUCTION)
            needed = position.value(position.entry_price) / leverage
            freed = max(position.margin - needed, ZERO).quantize(_SMALLEST, ROUND_HALF_UP)
        with self._journal.transaction():
            if freed:
                self._pay(self.margin_asset(symbol), freed)
            self._put(position.moved(leverage=leverage, margin=position.margin - freed, updated_at=now))

    def set_isolated(self, symbol: str, isolated: bool, now: int) -> None:
        """Change the margin type of a symbol without a position.

        Raises
        ------
        RequestError
            -4046 if nothing changes, -4048 if there is a position.
        """
        position = self.position(symbol)
        if position.isolated == isolated:
            raise RequestError(Refusal.NO_NEED_TO_CHANGE_MARGIN)
        if position.amount:
            raise RequestError(Refusal.MARGIN_TYPE_WITH_POSITION)
        with self._journal.transaction():
            self._put(position.moved(isolated=isolated, updated_at=now))

    def add_margin(self, symbol: str, amount: Decimal, now: int) -> None:
        """Move cash to the margin of an isolated position, or back when negative.

        Raises
        ------
        RequestError
            -2019 if the money is not there, -4054 without an isolated position.
        """
        position, asset = self.position(symbol), self.margin_asset(symbol)
        if not (position.isolated and position.amount):
            raise RequestError(Refusal.NO_ISOLATED_POSITION)
        kept = position.margin + amount
        if amount > self.available(asset) or kept < position.initial_margin(position.entry_price):
            raise RequestError(Refusal.INSUFFICIENT_MARGIN)
        with self._journal.transaction():
            self._pay(asset, -amount)
            self._put(position.moved(margin=kept, updated_at=now))

    def _earn(
        self, kind: str, symbol: str, asset: str, amount: Decimal, at: int, trade_id: int | None = None
    ) -> None:
        entry = Income(
            number=len(self.income) + 1,
            kind=kind,
            symbol=symbol,
            asset=asset,
            amount=amount,
            at=at,
            trade_id=trade_id,
        )
        self.income.append(entry)
        self._journal.put(_INCOME, entry.number, entry.record())
        self._pay(asset, amount)

    def _pay(self, asset: str, amount: Decimal) -> None:
        self._cash[asset] = self.cash(asset) + amount
        self._journal.put(_WALLET, asset, str(self._cash[asset]))

    def _put(self, position: Position) -> None:
        self._positions[position.symbol] = position
        self._journal.put(_POSITIONS, position.symbol, _record(position))


def _record(position: Position) -> dict[str, object]:
    return {**asdict(position), **{name: str(getattr(position, name)) for name in _MONEY}}


def _read(record: dict[str, object]) -> Position:
    money = {name: Decimal(str(record[name])) for name in _MONEY}
    return Position(**{**record, **money})  # type: ignore[arg-type]
