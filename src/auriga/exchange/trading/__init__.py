"""Orders, matching and accounts of the offline exchange."""

from auriga.exchange.trading._book_walk import amount_for
from auriga.exchange.trading._books import balance_texts, spot_books
from auriga.exchange.trading._desk import Listener, OrderDesk
from auriga.exchange.trading._filters import check_filters
from auriga.exchange.trading._journal import Journal
from auriga.exchange.trading._ledger import Ledger
from auriga.exchange.trading._order import ZERO, Fill, Order, OrderRequest, Side, Status
from auriga.exchange.trading._prices import Leg, PriceSource, exact, whole_steps
from auriga.exchange.trading._spot_ledger import FEE_FRAC, Balance, SpotLedger
from auriga.exchange.trading._spot_texts import (
    ack_text,
    cancel_text,
    full_text,
    order_text,
    result_text,
    trade_text,
)

__all__ = [
    "FEE_FRAC",
    "ZERO",
    "Balance",
    "Fill",
    "Journal",
    "Ledger",
    "Leg",
    "Listener",
    "Order",
    "OrderDesk",
    "OrderRequest",
    "PriceSource",
    "Side",
    "SpotLedger",
    "Status",
    "ack_text",
    "amount_for",
    "balance_texts",
    "cancel_text",
    "check_filters",
    "exact",
    "full_text",
    "order_text",
    "result_text",
    "spot_books",
    "trade_text",
    "whole_steps",
]
