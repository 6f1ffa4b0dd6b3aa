"""What a desk asks of the account behind it."""

from decimal import Decimal
from typing import Protocol

from auriga_exchange.trading._order import Fill, Order, OrderRequest


class Ledger(Protocol):
    """Money of one kind of account: spot balances, or futures margin and positions."""

    def reserve(self, request: OrderRequest, price: Decimal) -> None:
        """Set aside what the order needs at most at `price`; refuse it (`RequestError`) without."""

    def release(self, order: Order) -> None:
        """Give back what is still set aside for an order that ended (filled, cancelled or expired)."""

    def fee(self, order: Order, price: Decimal, amount: Decimal, *, is_maker: bool) -> tuple[Decimal, str]:
        """Fee of a trade and its currency."""

    def settle(self, order: Order, fill: Fill) -> Decimal:
        """Book a trade; returns the profit it realised (0 on spot)."""
