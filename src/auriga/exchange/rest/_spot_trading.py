"""Orders, trades and balances of the spot account below `/api/v3`."""

from typing import Any

from auriga.exchange._endpoint import Call, Endpoint, Parameters, Security
from auriga.exchange._numbers import decimal_text
from auriga.exchange._refusals import Refusal, RequestError
from auriga.exchange._requests import read_choice, read_integer, read_limit, read_symbol
from auriga.exchange.rest._order_names import read_order_name, read_order_reference
from auriga.exchange.rest._spot_orders import read_spot_order
from auriga.exchange.trading import (
    FEE_FRAC,
    Order,
    OrderDesk,
    ack_text,
    cancel_text,
    full_text,
    order_text,
    result_text,
    trade_text,
)

_ROOT = "/api/v3"
_MOST_ROWS = 1000
_DEFAULT_ROWS = 500


def _place(call: Call) -> dict[str, Any]:
    desk = call.venue.spot
    kind = _answer_kind(call.parameters)
    desk.advance(call.now)
    order = desk.place(read_spot_order(call), call.now)
    if kind == "ACK":
        return ack_text(order)
    if kind == "RESULT":
        return result_text(order)
    return full_text(order, desk.fills(order_id=order.order_id))


def _answer_kind(parameters: Parameters) -> str:
    if parameters.get("newOrderRespType"):
        return read_choice(
            parameters, "newOrderRespType", ("ACK", "RESULT", "FULL"), Refusal.INVALID_RESPONSE_TYPE
        )
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
    symbol = read_symbol(call.parameters, call.venue.store)
    order_id, client_id = read_order_reference(call.parameters, "orderId", "origClientOrderId")
    name = read_order_name(call.parameters, "newClientOrderId")
    order = call.venue.spot.cancel(symbol, call.now, order_id=order_id, client_id=client_id)
    return cancel_text(order, name or f"cancel{order.order_id:016d}")


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
    return _page(rows, call.parameters, "orderId")


def _my_trades(call: Call) -> list[dict[str, Any]]:
    symbol = read_symbol(call.parameters, call.venue.store)
    fills = _matched(call).fills(symbol, order_id=read_integer(call.parameters, "orderId"))
    rows = [(fill.trade_id, fill.at, trade_text(fill)) for fill in fills]
    return _page(rows, call.parameters, "fromId")


def _page(
    rows: list[tuple[int, int, dict[str, Any]]], query: Parameters, number: str
) -> list[dict[str, Any]]:
    """Rows of number, time and text: from a number or a time on the first ones, else the latest."""
    limit = read_limit(query, default=_DEFAULT_ROWS, most=_MOST_ROWS)
    first, start, end = (read_integer(query, name) for name in (number, "startTime", "endTime"))
    chosen = [
        text
        for key, at, text in rows
        if key >= (first or 0) and at >= (start or 0) and (end is None or at <= end)
    ]
    return chosen[:limit] if (first, start) != (None, None) else chosen[-limit:]


def _account(call: Call) -> dict[str, Any]:
    desk, ledger = _matched(call), call.venue.spot_ledger
    without_zeros = call.parameters.get("omitZeroBalances") == "true"
    return {
        **_ACCOUNT,
        "updateTime": max((order.updated_at for order in desk.orders()), default=0),
        "balances": [
            {"asset": asset, "free": decimal_text(balance.free), "locked": decimal_text(balance.locked)}
            for asset, balance in ledger.balances.items()
            if balance.free or balance.locked or not without_zeros
        ],
    }


_ACCOUNT = {
    "makerCommission": 10,
    "takerCommission": 10,
    "buyerCommission": 0,
    "sellerCommission": 0,
    "commissionRates": {
        "maker": decimal_text(FEE_FRAC),
        "taker": decimal_text(FEE_FRAC),
        "buyer": "0.00000000",
        "seller": "0.00000000",
    },
    "canTrade": True,
    "canWithdraw": True,
    "canDeposit": True,
    "brokered": False,
    "requireSelfTradePrevention": False,
    "preventSor": False,
    "accountType": "SPOT",
    "permissions": ["SPOT"],
    "uid": 1,
}


def _signed(method: str, path: str, answer: Any, weight: Any, *, places_order: bool = False) -> Endpoint:
    return Endpoint(
        method=method,
        path=f"{_ROOT}/{path}",
        answer=answer,
        weight=weight,
        security=Security.SIGNED,
        places_order=places_order,
    )


def _open_orders_weight(parameters: Parameters) -> int:
    return 6 if "symbol" in parameters else 80


def _my_trades_weight(parameters: Parameters) -> int:
    return 5 if "orderId" in parameters else 20


SPOT_TRADING = (
    _signed("POST", "order", _place, 1, places_order=True),
    _signed("GET", "order", _order, 4),
    _signed("DELETE", "order", _cancel, 1),
    _signed("POST", "order/test", _test, 1),
    _signed("GET", "openOrders", _open_orders, _open_orders_weight),
    _signed("DELETE", "openOrders", _cancel_all, 1),
    _signed("GET", "allOrders", _all_orders, 20),
    _signed("GET", "myTrades", _my_trades, _my_trades_weight),
    _signed("GET", "account", _account, 20),
)
