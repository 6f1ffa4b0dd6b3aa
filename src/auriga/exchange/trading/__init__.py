"""Orders, matching and accounts of the offline exchange."""

from auriga.exchange.trading._ledger import Ledger
from auriga.exchange.trading._order import Fill, Order, OrderRequest, Side, Status

__all__ = ["Fill", "Ledger", "Order", "OrderRequest", "Side", "Status"]
