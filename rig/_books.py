"""The exchange's own books, as its control interface tells them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

_STATUS = {
    "NEW": "open",
    "PARTIALLY_FILLED": "open",
    "FILLED": "closed",
    "CANCELED": "canceled",
    "EXPIRED": "expired",
    "EXPIRED_IN_MATCH": "expired",
    "REJECTED": "rejected",
}
_ALGO_STATUS = {"NEW": "NEW", "CANCELED": "CANCELED", "EXPIRED": "EXPIRED", "REJECTED": "REJECTED"}


@dataclass(frozen=True)
class ExchangeOrder:
    """One order on the exchange; `status` is in ccxt's words."""

    order_id: str
    symbol: str
    side: str
    kind: str
    status: str
    executed: Decimal
    quote: Decimal
    placed_at: int
    is_reducing: bool = False

    @property
    def is_stop(self) -> bool:
        """Whether it is a stop on the exchange."""
        return "STOP" in self.kind

    @property
    def counts(self) -> bool:
        """Whether it can still trade or has traded; all others have no effect."""
        return self.status == "open" or self.executed > 0


@dataclass(frozen=True)
class Books:
    """Orders, fees and holdings of one market.

    Parameters
    ----------
    orders : dict of order id to ExchangeOrder
        All orders, conditional ones of futures included.
    commissions : dict of (order id, asset) to Decimal
        Fees paid.
    balances : dict of asset to Decimal
        Free and locked together.
    positions : dict of symbol to Decimal or None
        Signed amounts on futures; None on spot, where balances tell.
    children : dict of order id to order id
        Orders that a conditional order placed when it triggered, with the conditional order.
    """

    orders: Mapping[str, ExchangeOrder] = field(default_factory=dict)
    commissions: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    balances: Mapping[str, Decimal] = field(default_factory=dict)
    positions: Mapping[str, Decimal] | None = None
    children: Mapping[str, str] = field(default_factory=dict)


def read_books(answer: Mapping[str, Any], market: str) -> Books:
    """Books of one market (`spot` or `futures`) from the answer of `GET /_control/books`."""
    told = answer[market]
    orders = [_order(order) for order in told["orders"]] + [
        _algo(order) for order in told.get("algo_orders", ())
    ]
    commissions: dict[tuple[str, str], Decimal] = {}
    for fill in told["trades"]:
        key = str(fill["orderId"]), fill["commissionAsset"]
        commissions[key] = commissions.get(key, Decimal(0)) + Decimal(str(fill["commission"]))
    return Books(
        {order.order_id: order for order in orders},
        commissions,
        {asset: Decimal(held["free"]) + Decimal(held["locked"]) for asset, held in told["balances"].items()},
        _positions(told["positions"]) if "positions" in told else None,
        {
            str(order["actualOrderId"]): str(order["algoId"])
            for order in told.get("algo_orders", ())
            if order.get("actualOrderId")
        },
    )


def _positions(told: list[Mapping[str, Any]]) -> dict[str, Decimal]:
    return {position["symbol"]: Decimal(str(position["positionAmt"])) for position in told}


def _order(told: Mapping[str, Any]) -> ExchangeOrder:
    return ExchangeOrder(
        str(told["orderId"]),
        told["symbol"],
        told["side"],
        told["type"],
        _STATUS[told["status"]],
        Decimal(told["executedQty"]),
        Decimal(told.get("cummulativeQuoteQty") or told.get("cumQuote") or "0"),
        int(told.get("time") or told.get("updateTime") or 0),
        bool(told.get("reduceOnly", False)),
    )


def _algo(told: Mapping[str, Any]) -> ExchangeOrder:
    status = _ALGO_STATUS.get(told["algoStatus"], "FILLED")  # triggered: its order tells the rest
    return ExchangeOrder(
        str(told["algoId"]),
        told["symbol"],
        told["side"],
        told["orderType"],
        _STATUS[status],
        Decimal(0),
        Decimal(0),
        int(told.get("createTime") or 0),
        bool(told.get("reduceOnly", True)),
    )
