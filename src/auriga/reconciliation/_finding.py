"""One thing the two books disagree about, and what repairs it."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from auriga.reconciliation._books import plain


class Kind(StrEnum):
    """Names of findings, as in reports and JSON."""

    ORPHAN_ENTRY = "orphan entry"
    DOUBLED_ENTRY = "doubled entry"
    ORPHAN_EXIT = "orphan exit"
    ORPHAN_STOP = "orphan stop"
    COINS_GONE = "coins gone"
    NO_ORDER_ID = "no order id"
    ORDER_MISSING = "order missing"
    AMOUNT_MISMATCH = "amount mismatch"


@dataclass(frozen=True)
class Finding:
    """One disagreement.

    Attributes
    ----------
    kind : Kind
    name : str
        Pair, or asset where no pair can be told.
    amount : Decimal
        In the base asset.
    text : str
        What is wrong.
    remedy : tuple of str
        What to do, in order: Freqtrade's commands, or what to do on the exchange.
    rest : tuple of str
        The same as calls of Freqtrade's REST API.
    trade_id : int, optional
    orders : tuple of str
        Ids on the exchange.
    state : str
        Of the order: `filled`, `open`, `partial`.
    """

    kind: Kind
    name: str
    amount: Decimal
    text: str
    remedy: tuple[str, ...]
    rest: tuple[str, ...] = ()
    trade_id: int | None = None
    orders: tuple[str, ...] = field(default=())
    state: str = ""

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it the same finding when it is seen again."""
        return self.kind, self.name, self.trade_id, self.orders

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; the amount as text."""
        return {
            "kind": str(self.kind),
            "name": self.name,
            "amount": f"{plain(self.amount)}",
            "state": self.state,
            "trade_id": self.trade_id,
            "orders": list(self.orders),
            "text": self.text,
            "remedy": list(self.remedy),
            "rest": list(self.rest),
        }
