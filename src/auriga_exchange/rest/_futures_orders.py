"""Orders, conditional orders and trades of the futures account."""

from collections.abc import Callable
from typing import Any

from auriga_exchange.gate import Parameters, Security
from auriga_exchange.rest._call import Call, RestEndpoint
from auriga_exchange.rest._futures_requests import read_algo_order, read_futures_order
from auriga_exchange.rest._order_names import read_order_reference
from auriga_exchange.rest._symbols import read_symbol
from auriga_exchange.rest._tickers import ticker_weight
from auriga_exchange.trading import (
    ZERO,
    FuturesDesk,
    Order,
    Status,
    algo_text,
    futures_answer_text,
    futures_order_text,
    futures_trade_text,
)
from auriga_exchange.wire import Refusal, RequestError, read_choice, read_integer, read_limit

_ROOT = "/fapi/v1"
_WEEK = 7 * 24 * 60 * 60 * 1000
_DEFAULT_ROWS, _MOST_ROWS = 500, 1000
_ALL_CANCELED = {"code": 200, "msg": "The operation of cancel all open order is done."}


def signed(
    method: str, path: str, answer: Callable[[Call], Any], weight: Any = 1, *, places_order: bool = False
) -> RestEndpoint:
    """Make an endpoint that wants a signature."""
    return RestEndpoint(
        method=method,
        path=path,
        answer=answer,
        weight=weight,
        security=Security.SIGNED,
        places_order=places_order,
    )


def matched(call: Call) -> FuturesDesk:
    """Return the desk once everything has happened up to the time of a request."""
    call.venue.futures.advance(call.now)
    return call.venue.futures


def read_contract(call: Call) -> str | None:
    """Return the optional parameter `symbol`, which has to be listed."""
    return read_symbol(call.parameters, call.venue.futures_store) if "symbol" in call.parameters else None


def page(rows: list[tuple[int, int, dict[str, Any]]], call: Call, number: str) -> list[dict[str, Any]]:
    """Rows of number, time and text: from a number on, or of the seven days after `startTime`.

    Without either, the latest ones of the last seven days up to `endTime` or now.
    """
    query = call.parameters
    limit = read_limit(query, default=_DEFAULT_ROWS, most=_MOST_ROWS)
    first, start, end = (read_integer(query, name) for name in (number, "startTime", "endTime"))
    if first is not None:
        return [text for key, _, text in rows if key >= first][:limit]
    if start is not None:
        last = start + _WEEK if end is None else end
        return [text for _, at, text in rows if start <= at <= last][:limit]
    last = call.now if end is None else end
    return [text for _, at, text in rows if last - _WEEK <= at <= last][-limit:]


def _place(call: Call) -> dict[str, Any]:
    desk = matched(call)
    kind = call.parameters.get("newOrderRespType") or "ACK"
    if kind not in ("ACK", "RESULT"):
        raise RequestError(Refusal.INVALID_RESPONSE_TYPE)
    order = desk.place(read_futures_order(call), call.now)
    if kind == "ACK":  # what has traded already is not told
        order = order.moved(status=Status.NEW, executed=ZERO, quote=ZERO)
    return futures_answer_text(order)


def _test(call: Call) -> dict[str, Any]:
    read_futures_order(call)
    return {}


def _find(call: Call) -> Order:
    symbol = read_symbol(call.parameters, call.venue.futures_store)
    order_id, client_id = read_order_reference(call.parameters, "orderId", "origClientOrderId")
    return matched(call).find(symbol, order_id=order_id, client_id=client_id)


def _order(call: Call) -> dict[str, Any]:
    return futures_order_text(_find(call))


def _open_order(call: Call) -> dict[str, Any]:
    order = _find(call)
    if not order.status.is_open:
        raise RequestError(Refusal.NO_SUCH_ORDER)
    return futures_order_text(order)


def _cancel(call: Call) -> dict[str, Any]:
    symbol = read_symbol(call.parameters, call.venue.futures_store)
    order_id, client_id = read_order_reference(call.parameters, "orderId", "origClientOrderId")
    order = matched(call).cancel(symbol, call.now, order_id=order_id, client_id=client_id)
    return futures_answer_text(order)


def _cancel_all(call: Call) -> dict[str, Any]:
    desk = matched(call)
    for order in desk.open_orders(read_symbol(call.parameters, call.venue.futures_store)):
        desk.cancel(order.request.symbol, call.now, order_id=order.order_id)
    return _ALL_CANCELED


def _open_orders(call: Call) -> list[dict[str, Any]]:
    return [futures_order_text(order) for order in matched(call).open_orders(read_contract(call))]


def _all_orders(call: Call) -> list[dict[str, Any]]:
    orders = matched(call).orders(read_symbol(call.parameters, call.venue.futures_store))
    rows = [(order.order_id, order.placed_at, futures_order_text(order)) for order in orders]
    return page(rows, call, "orderId")


def _user_trades(call: Call) -> list[dict[str, Any]]:
    symbol = read_symbol(call.parameters, call.venue.futures_store)
    fills = matched(call).fills(symbol, order_id=read_integer(call.parameters, "orderId"))
    return page([(fill.trade_id, fill.at, futures_trade_text(fill)) for fill in fills], call, "fromId")


def _place_algo(call: Call) -> dict[str, Any]:
    desk = matched(call)
    request, on_mark, closes = read_algo_order(call)
    algo = desk.place_algo(request, call.now, on_mark=on_mark, closes_position=closes)
    return algo_text(desk, algo)


def _algo(call: Call) -> dict[str, Any]:
    desk = matched(call)
    algo_id, client_id = read_order_reference(call.parameters, "algoId", "clientAlgoId")
    return algo_text(desk, desk.algo.find(algo_id=algo_id, client_id=client_id))


def _cancel_algo(call: Call) -> dict[str, Any]:
    algo_id, client_id = read_order_reference(call.parameters, "algoId", "clientAlgoId")
    algo = call.venue.futures.cancel_algo(call.now, algo_id=algo_id, client_id=client_id)
    return {
        "algoId": algo.algo_id,
        "clientAlgoId": algo.request.client_id,
        "code": "200",
        "msg": "success",
    }


def _cancel_all_algos(call: Call) -> dict[str, Any]:
    desk = matched(call)
    for algo in desk.algo.waiting(read_symbol(call.parameters, call.venue.futures_store)):
        desk.cancel_algo(call.now, algo_id=algo.algo_id)
    return _ALL_CANCELED


def _open_algos(call: Call) -> list[dict[str, Any]]:
    desk = matched(call)
    if call.parameters.get("algoType"):
        read_choice(call.parameters, "algoType", ("CONDITIONAL",), Refusal.INVALID_ORDER_TYPE)
    return [algo_text(desk, algo) for algo in desk.algo.waiting(read_contract(call))]


def _all_algos(call: Call) -> list[dict[str, Any]]:
    desk = matched(call)
    algos = desk.algo.orders(read_symbol(call.parameters, call.venue.futures_store))
    rows = [(algo.algo_id, algo.order.placed_at, algo_text(desk, algo)) for algo in algos]
    return page(rows, call, "algoId")


_BY_SYMBOL: Callable[[Parameters], int] = ticker_weight(1, 40)

FUTURES_ORDERS = (
    signed("POST", f"{_ROOT}/order", _place, 0, places_order=True),
    signed("POST", f"{_ROOT}/order/test", _test, 0),
    signed("GET", f"{_ROOT}/order", _order),
    signed("DELETE", f"{_ROOT}/order", _cancel),
    signed("GET", f"{_ROOT}/openOrder", _open_order),
    signed("GET", f"{_ROOT}/openOrders", _open_orders, _BY_SYMBOL),
    signed("DELETE", f"{_ROOT}/allOpenOrders", _cancel_all),
    signed("GET", f"{_ROOT}/allOrders", _all_orders, 5),
    signed("GET", f"{_ROOT}/userTrades", _user_trades, 5),
    signed("POST", f"{_ROOT}/algoOrder", _place_algo, 0, places_order=True),
    signed("GET", f"{_ROOT}/algoOrder", _algo),
    signed("DELETE", f"{_ROOT}/algoOrder", _cancel_algo),
    signed("GET", f"{_ROOT}/openAlgoOrders", _open_algos, _BY_SYMBOL),
    signed("DELETE", f"{_ROOT}/algoOpenOrders", _cancel_all_algos),
    signed("GET", f"{_ROOT}/allAlgoOrders", _all_algos, 5),
)
