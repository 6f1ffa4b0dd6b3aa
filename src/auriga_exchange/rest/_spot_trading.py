"""Orders of the spot account below `/api/v3`."""

from typing import Any

from auriga_exchange.gate import Parameters
from auriga_exchange.rest._call import Call
from auriga_exchange.rest._order_names import read_order_name, read_order_reference
from auriga_exchange.rest._replacing import attempt, replaced
from auriga_exchange.rest._rows import page
from auriga_exchange.rest._signed import signed
from auriga_exchange.rest._spot_orders import read_spot_order
from auriga_exchange.rest._symbols import read_symbol
from auriga_exchange.trading import (
    Order,
    OrderDesk,
    OrderRequest,
    ack_text,
    cancel_text,
    full_text,
    order_text,
    result_text,
)
from auriga_exchange.wire import Refusal, RequestError, read_choice


def _place(call: Call) -> dict[str, Any]:
    kind = _answer_kind(call.parameters)
    _matched(call)
    return _taken(call, read_spot_order(call), kind)


def _taken(call: Call, request: OrderRequest, kind: str) -> dict[str, Any]:
    desk = call.venue.spot
    order = desk.place(request, call.now)
    if kind == "ACK":
        return ack_text(order)
    if kind == "RESULT":
        return result_text(order)
    return full_text(order, desk.fills(order_id=order.order_id))


def _answer_kind(parameters: Parameters) -> str:
    if parameters.get("newOrderRespType"):
        return read_choice(parameters, "newOrderRespType", ("ACK", "RESULT", "FULL"))
    return "FULL" if parameters.get("type") in ("MARKET", "LIMIT") else "ACK"


def _test(call: Call) -> dict[str, Any]:
    read_spot_order(call)
    return {}


def _matched(call: Call) -> OrderDesk:
    call.venue.spot.advance(call.now)
    return call.venue.spot


def _order(call: Call) -> dict[str, Any]:
    return order_text(_find(call))


def _find(call: Call) -> Order:
    desk = _matched(call)
    symbol = read_symbol(call.parameters, call.venue.store)
    order_id, client_id = read_order_reference(call.parameters, "orderId", "origClientOrderId")
    return desk.find(symbol, order_id=order_id, client_id=client_id)


def _cancel(call: Call) -> dict[str, Any]:
    return _cancelled(call, "orderId", "origClientOrderId", "newClientOrderId")


def _cancelled(call: Call, number: str, name: str, new_name: str) -> dict[str, Any]:
    symbol = read_symbol(call.parameters, call.venue.store)
    order_id, client_id = read_order_reference(call.parameters, number, name)
    cancel_id = read_order_name(call.parameters, new_name)
    order = call.venue.spot.cancel(symbol, call.now, order_id=order_id, client_id=client_id)
    return cancel_text(order, cancel_id or f"cancel{order.order_id:016d}")


def _replace(call: Call) -> dict[str, Any]:
    """Cancel one order and place another, which is read and checked before anything is done."""
    mode = read_choice(call.parameters, "cancelReplaceMode", ("STOP_ON_FAILURE", "ALLOW_FAILURE"))
    kind = _answer_kind(call.parameters)
    _matched(call)
    request = read_spot_order(call)
    ended = attempt(
        lambda: _cancelled(call, "cancelOrderId", "cancelOrigClientOrderId", "cancelNewClientOrderId")
    )
    if ended.failed and mode == "STOP_ON_FAILURE":
        return replaced(ended, None)
    return replaced(ended, attempt(lambda: _taken(call, request, kind)))


def _open_orders(call: Call) -> list[dict[str, Any]]:
    symbol = read_symbol(call.parameters, call.venue.store) if "symbol" in call.parameters else None
    return [order_text(order) for order in _matched(call).open_orders(symbol)]


def _cancel_all(call: Call) -> list[dict[str, Any]]:
    desk = _matched(call)
    orders = desk.open_orders(read_symbol(call.parameters, call.venue.store))
    if not orders:
        raise RequestError(Refusal.CANCEL_REJECTED, "Unknown order sent.")
    ended = [desk.cancel(order.request.symbol, call.now, order_id=order.order_id) for order in orders]
    return [cancel_text(order, f"cancel{order.order_id:016d}") for order in ended]


def _all_orders(call: Call) -> list[dict[str, Any]]:
    orders = _matched(call).orders(read_symbol(call.parameters, call.venue.store))
    rows = [(order.order_id, order.placed_at, order_text(order)) for order in orders]
    return page(rows, call.parameters, "orderId")


def _open_orders_weight(parameters: Parameters) -> int:
    return 6 if "symbol" in parameters else 80


SPOT_TRADING = (
    signed("POST", "order", _place, 1, places_order=True),
    signed("GET", "order", _order, 4),
    signed("DELETE", "order", _cancel, 1),
    signed("POST", "order/test", _test, 1),
    signed("GET", "openOrders", _open_orders, _open_orders_weight),
    signed("DELETE", "openOrders", _cancel_all, 1),
    signed("GET", "allOrders", _all_orders, 20),
    signed("POST", "order/cancelReplace", _replace, 1, places_order=True),
)
