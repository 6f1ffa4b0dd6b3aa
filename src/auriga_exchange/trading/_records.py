"""Orders and fills as entries of the journal."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from auriga_exchange.trading._order import Fill, Order, OrderRequest, Side, Status

_REQUEST_MONEY = ("amount", "price", "stop_price", "quote_amount")
_ORDER_MONEY = ("executed", "quote")
_FILL_MONEY = ("price", "amount", "fee", "realized")


def order_record(order: Order) -> dict[str, Any]:
    """Return an order as JSON values; money becomes text."""
    return {**_plain(asdict(order)), "request": _plain(asdict(order.request))}


def read_order(record: Mapping[str, Any]) -> Order:
    """Return the order that `order_record` was given."""
    request = _money(record["request"], _REQUEST_MONEY)
    fields = _money(record, _ORDER_MONEY)
    fields["request"] = OrderRequest(**{**request, "side": Side(request["side"])})
    return Order(**{**fields, "status": Status(fields["status"])})


def fill_record(fill: Fill) -> dict[str, Any]:
    """Return a fill as JSON values; money becomes text."""
    return _plain(asdict(fill))


def read_fill(record: Mapping[str, Any]) -> Fill:
    """Return the fill that `fill_record` was given."""
    fields = _money(record, _FILL_MONEY)
    return Fill(**{**fields, "side": Side(fields["side"])})


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in fields.items()}


def _money(record: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    read = {name: None if record[name] is None else Decimal(record[name]) for name in names}
    return {**record, **read}
