"""Two books of the same account compared: what the exchange holds and what Freqtrade's trades explain.

Plain arithmetic on `Decimal`; nothing here asks an exchange or a database.
"""

from auriga.reconciliation._books import BookOrder, BookTrade, Role, Span, plain
from auriga.reconciliation._compare import compare
from auriga.reconciliation._explained import (
    allowed_difference,
    first_baseline,
    held_by,
    locked_by,
    lowered_baseline,
    unexplained,
    unknown_orders,
)
from auriga.reconciliation._finding import Finding, Kind

__all__ = [
    "BookOrder",
    "BookTrade",
    "Finding",
    "Kind",
    "Role",
    "Span",
    "allowed_difference",
    "compare",
    "first_baseline",
    "held_by",
    "locked_by",
    "lowered_baseline",
    "plain",
    "unexplained",
    "unknown_orders",
]
