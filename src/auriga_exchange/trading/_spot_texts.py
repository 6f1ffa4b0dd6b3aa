"""Orders and trades of the spot market as Binance writes them."""

from collections.abc import Sequence
from typing import Any

from auriga_exchange.trading._order import ZERO, Fill, Order, Side
from auriga_exchange.wire import decimal_text


def order_text(order: Order) -> dict[str, Any]:
    """Return an order as `GET /api/v3/order` shows it.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from auriga_exchange.trading import OrderRequest
    >>> asked = OrderRequest(symbol="BTCUSDT", side=Side.BUY, kind="LIMIT", amount=Decimal(1),
    ...                      price=Decimal(2), client_id="a")
    >>> text = order_text(Order(7, asked, placed_at=5, updated_at=6))
    >>> text["orderId"], text["status"], text["origQty"], text["time"]
    (7, 'NEW', '1.00000000', 5)
    """
    return {
        **_head(order),
        **_state(order),
        "stopPrice": decimal_text(order.request.stop_price or ZERO),
        "icebergQty": decimal_text(ZERO),
        "time": order.placed_at,
        "updateTime": order.updated_at,
        "isWorking": order.triggered,
        "workingTime": _works_since(order),
        "origQuoteOrderQty": decimal_text(order.request.quote_amount or ZERO),
        "selfTradePreventionMode": "EXPIRE_MAKER",
    }


def ack_text(order: Order) -> dict[str, Any]:
    """Return the answer to a new order with `newOrderRespType=ACK`."""
    return {**_head(order), "transactTime": order.updated_at}


def result_text(order: Order) -> dict[str, Any]:
    """Return the answer to a new order with `newOrderRespType=RESULT`."""
    stop = order.request.stop_price
    return {
        **ack_text(order),
        **_state(order),
        "origQuoteOrderQty": decimal_text(order.request.quote_amount or ZERO),
        **({} if stop is None else {"stopPrice": decimal_text(stop)}),
        "workingTime": _works_since(order),
        "selfTradePreventionMode": "EXPIRE_MAKER",
    }


def full_text(order: Order, fills: Sequence[Fill]) -> dict[str, Any]:
    """Return the answer to a new order with `newOrderRespType=FULL`."""
    return {**result_text(order), "fills": [_part(fill) for fill in fills]}


def cancel_text(order: Order, cancel_id: str) -> dict[str, Any]:
    """Return the answer to a cancellation, which has a name of its own."""
    return {
        **result_text(order),
        "origClientOrderId": order.request.client_id,
        "clientOrderId": cancel_id,
    }


def trade_text(fill: Fill) -> dict[str, Any]:
    """Return a trade as `myTrades` shows it."""
    return {
        "symbol": fill.symbol,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "orderListId": -1,
        "price": decimal_text(fill.price),
        "qty": decimal_text(fill.amount),
        "quoteQty": decimal_text(fill.price * fill.amount),
        "commission": decimal_text(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": fill.at,
        "isBuyer": fill.side is Side.BUY,
        "isMaker": fill.is_maker,
        "isBestMatch": True,
    }


def _head(order: Order) -> dict[str, Any]:
    return {
        "symbol": order.request.symbol,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.request.client_id,
    }


def _state(order: Order) -> dict[str, Any]:
    request = order.request
    return {
        "price": decimal_text(request.price or ZERO),
        "origQty": decimal_text(request.amount),
        "executedQty": decimal_text(order.executed),
        "cummulativeQuoteQty": decimal_text(order.quote),
        "status": order.status.value,
        "timeInForce": request.time_in_force,
        "type": request.kind,
        "side": request.side.value,
    }


def _works_since(order: Order) -> int:
    return order.placed_at if order.triggered else -1


def _part(fill: Fill) -> dict[str, Any]:
    return {
        "price": decimal_text(fill.price),
        "qty": decimal_text(fill.amount),
        "commission": decimal_text(fill.fee),
        "commissionAsset": fill.fee_asset,
        "tradeId": fill.trade_id,
    }
