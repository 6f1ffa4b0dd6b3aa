"""Balances of the spot account."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from auriga_exchange.markets import PRECISION, SpotSymbol
from auriga_exchange.trading._journal import Journal
from auriga_exchange.trading._order import ZERO, Fill, Order, OrderRequest, Side
from auriga_exchange.wire import Refusal, RequestError

FEE_FRAC = Decimal("0.001")
START_AMOUNT = Decimal(10_000)
_BALANCES, _RESERVED = "spot.balances", "spot.reserved"
_SMALLEST = Decimal(1).scaleb(-PRECISION)
_EXACT = Decimal(1).scaleb(
    -2 * PRECISION
)  # every price times every amount; an average price is rounded to it


@dataclass(frozen=True)
class Balance:
    """What the account has of one currency: free, and locked by open orders."""

    free: Decimal = ZERO
    locked: Decimal = ZERO


class SpotLedger:
    """Balances, and what each open order has locked.

    Parameters
    ----------
    symbols : mapping of str to SpotSymbol
        Tells the currencies of a symbol.
    journal : Journal
        Keeps everything; what it already holds counts more than `balances`.
    balances : mapping of str to Decimal, or None
        What the account starts with; by default 10,000 of each quote currency.

    Examples
    --------
    >>> ledger = SpotLedger({"BTCUSDT": SpotSymbol("BTC", "USDT", 60000.0)}, Journal())
    >>> ledger.balance("USDT")
    Balance(free=Decimal('10000'), locked=Decimal('0'))
    """

    def __init__(
        self,
        symbols: Mapping[str, SpotSymbol],
        journal: Journal,
        balances: Mapping[str, Decimal] | None = None,
    ) -> None:
        self._symbols = symbols
        self._journal = journal
        self._balances = {
            asset: Balance(Decimal(entry["free"]), Decimal(entry["locked"]))
            for asset, entry in journal.read(_BALANCES).items()
        }
        self._reserved = {key: Decimal(value) for key, value in journal.read(_RESERVED).items()}
        if not self._balances:
            start = {s.quote: START_AMOUNT for s in symbols.values()} if balances is None else balances
            with journal.transaction():
                for asset, amount in start.items():
                    self._book(asset, free=amount)

    @property
    def balances(self) -> dict[str, Balance]:
        """Every currency the account ever held, by name."""
        return dict(sorted(self._balances.items()))

    def balance(self, asset: str) -> Balance:
        """What the account has of one currency."""
        return self._balances.get(asset, Balance())

    def set_free(self, asset: str, amount: Decimal) -> None:
        """Set the free balance of a currency, as a deposit or withdrawal would."""
        with self._journal.transaction():
            self._book(asset, free=amount - self.balance(asset).free)

    def reserve(self, request: OrderRequest, price: Decimal) -> None:
        """Lock what an order needs at `price`.

        Raises
        ------
        RequestError
            -2010 if less than that is free.
        """
        asset, needed = self._needed(request, price)
        if needed > self.balance(asset).free:
            raise RequestError(
                Refusal.ORDER_REJECTED, "Account has insufficient balance for requested action."
            )
        self._book(asset, free=-needed, locked=needed)
        self._keep(request, needed)

    def release(self, order: Order) -> None:
        """Unlock what an order that ended has left."""
        asset, _ = self._needed(order.request, ZERO)
        left = self._reserved.get(order.request.key, ZERO)
        self._book(asset, free=left, locked=-left)
        self._keep(order.request, ZERO)

    def fee(self, order: Order, price: Decimal, amount: Decimal, *, is_maker: bool) -> tuple[Decimal, str]:
        """0.1 % of what is received, in that currency, for makers and takers alike."""
        symbol = self._symbols[order.request.symbol]
        bought = order.request.side is Side.BUY
        received = amount if bought else amount * price
        return (received * FEE_FRAC).quantize(_SMALLEST, ROUND_DOWN), symbol.base if bought else symbol.quote

    def settle(self, order: Order, fill: Fill) -> Decimal:
        """Exchange the currencies of a trade; a purchase below its limit unlocks the difference."""
        request, symbol = order.request, self._symbols[order.request.symbol]
        cost = fill.price * fill.amount
        if fill.side is Side.BUY:
            given, received = (symbol.quote, cost), (symbol.base, fill.amount)
            freed = cost if request.price is None else request.price * fill.amount
        else:
            given, received = (symbol.base, fill.amount), (symbol.quote, cost)
            freed = fill.amount
        asset, paid = given
        freed = min(freed, self._reserved[request.key])
        self._book(asset, free=freed - paid, locked=-freed)
        self._keep(request, self._reserved[request.key] - freed)
        self._book(received[0], free=received[1] - fill.fee)
        return ZERO

    def _needed(self, request: OrderRequest, price: Decimal) -> tuple[str, Decimal]:
        symbol = self._symbols[request.symbol]
        if request.side is Side.BUY:
            return symbol.quote, (request.amount * price).quantize(_EXACT)
        return symbol.base, request.amount

    def _book(self, asset: str, *, free: Decimal, locked: Decimal = ZERO) -> None:
        before = self.balance(asset)
        after = Balance(before.free + free, before.locked + locked)
        self._balances[asset] = after
        self._journal.put(_BALANCES, asset, {"free": str(after.free), "locked": str(after.locked)})

    def _keep(self, request: OrderRequest, amount: Decimal) -> None:
        key = request.key
        if amount:
            self._reserved[key] = amount
            self._journal.put(_RESERVED, key, str(amount))
        elif self._reserved.pop(key, None) is not None:
            self._journal.remove(_RESERVED, key)
