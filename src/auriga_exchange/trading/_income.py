"""What was booked to a futures wallet, one entry a payment."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Income:
    """One payment.

    Parameters
    ----------
    number : int
        Counted up by the exchange.
    kind : str
        `REALIZED_PNL`, `COMMISSION`, `FUNDING_FEE`, `INSURANCE_CLEAR` or `TRANSFER`.
    symbol, asset : str
        Contract (empty for transfers) and currency.
    amount : Decimal
        In that currency; negative when the account paid.
    at : int
        Time in ms.
    trade_id : int or None
        The trade it belongs to.
    """

    number: int
    kind: str
    symbol: str
    asset: str
    amount: Decimal
    at: int
    trade_id: int | None = None

    def record(self) -> dict[str, Any]:
        """Return JSON values; money becomes text."""
        return {**asdict(self), "amount": str(self.amount)}


def read_income(record: dict[str, Any]) -> Income:
    """Return the payment that `Income.record` was asked of."""
    return Income(**{**record, "amount": Decimal(record["amount"])})
