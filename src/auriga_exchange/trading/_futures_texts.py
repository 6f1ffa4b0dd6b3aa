"""Orders, trades, positions and payments of the futures market as Binance writes them."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from auriga_exchange.trading._algo_orders import AlgoOrder
from auriga_exchange.trading._brackets import most_value
from auriga_exchange.trading._futures_desk import FuturesDesk
from auriga_exchange.trading._futures_ledger import TAKER_FEE_FRAC
from auriga_exchange.trading._income import Income
from auriga_exchange.trading._order import ZERO, Fill, Order, Side
from auriga_exchange.trading._position import Position
from auriga_exchange.wire import decimal_text

_ONE = Decimal(1)


def futures_order_text(order: Order) -> dict[str, Any]:
    """Return an order as `GET /fapi/v1/order` shows it.

    Examples
    --------
    >>> from auriga_exchange.trading import OrderRequest
    >>> asked = OrderRequest(symbol="BTCUSDT", side=Side.BUY, kind="LIMIT", amount=Decimal(1),
    ...                      price=Decimal(2), client_id="a")
    >>> text = futures_order_text(Order(7, asked, placed_at=5, updated_at=6))
    >>> text["orderId"], text["status"], text["avgPrice"], text["time"]
    (7, 'NEW', '0.00000000', 5)
    """
    request = order.request
    average = order.quote / order.executed if order.executed else ZERO
    return {
        "orderId": order.order_id,
        "symbol": request.symbol,
        "status": order.status.value,
        "clientOrderId": request.client_id,
        "price": decimal_text(request.price or ZERO),
        "avgPrice": decimal_text(average),
        "origQty": decimal_text(request.amount),
        "executedQty": decimal_text(order.executed),
        "cumQuote": decimal_text(order.quote),
        "timeInForce": request.time_in_force,
        "type": request.kind,
        "reduceOnly": request.reduce_only,
        "closePosition": False,
        "side": request.side.value,
        "positionSide": "BOTH",
        "stopPrice": decimal_text(ZERO),
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        "origType": request.kind,
        "priceMatch": "NONE",
        "selfTradePreventionMode": "EXPIRE_MAKER",
        "goodTillDate": 0,
        "time": order.placed_at,
        "updateTime": order.updated_at,
    }


def futures_answer_text(order: Order) -> dict[str, Any]:
    """Return an order as the answers to `POST` and `DELETE /fapi/v1/order` show it."""
    text = {**futures_order_text(order), "cumQty": decimal_text(order.executed)}
    del text["time"]
    return text


def futures_trade_text(fill: Fill) -> dict[str, Any]:
    """Return a trade as `userTrades` shows it."""
    return {
        "symbol": fill.symbol,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "side": fill.side.value,
        "positionSide": "BOTH",
        "price": decimal_text(fill.price),
        "qty": decimal_text(fill.amount),
        "quoteQty": decimal_text(fill.price * fill.amount),
        "realizedPnl": decimal_text(fill.realized),
        "commission": decimal_text(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": fill.at,
        "buyer": fill.side is Side.BUY,
        "maker": fill.is_maker,
    }


def algo_text(desk: FuturesDesk, algo: AlgoOrder) -> dict[str, Any]:
    """Return a conditional order as `algoOrder` shows it."""
    request = algo.request
    return {
        "algoId": algo.algo_id,
        "clientAlgoId": request.client_id,
        "algoType": "CONDITIONAL",
        "orderType": request.kind,
        "symbol": request.symbol,
        "side": request.side.value,
        "positionSide": "BOTH",
        "timeInForce": request.time_in_force,
        "quantity": decimal_text(request.amount),
        "algoStatus": desk.algo_status(algo).value,
        **_actual(desk, algo),
        "triggerPrice": decimal_text(request.stop_price or ZERO),
        "price": decimal_text(request.price or ZERO),
        "icebergQuantity": None,
        "tpTriggerPrice": decimal_text(ZERO),
        "tpPrice": decimal_text(ZERO),
        "slTriggerPrice": decimal_text(ZERO),
        "slPrice": decimal_text(ZERO),
        "tpOrderType": "",
        "selfTradePreventionMode": "EXPIRE_MAKER",
        "workingType": "MARK_PRICE" if algo.on_mark else "CONTRACT_PRICE",
        "priceMatch": "NONE",
        "closePosition": algo.closes_position,
        "priceProtect": False,
        "reduceOnly": request.reduce_only,
        "createTime": algo.order.placed_at,
        "updateTime": algo.order.updated_at,
        "triggerTime": algo.triggered_at,
        "goodTillDate": 0,
    }


def _actual(desk: FuturesDesk, algo: AlgoOrder) -> dict[str, str]:
    if not algo.actual_id:
        return {"actualOrderId": "", "actualPrice": decimal_text(ZERO)}
    order = desk.find(algo.request.symbol, order_id=algo.actual_id)
    return {
        "actualOrderId": str(order.order_id),
        "actualPrice": decimal_text(order.quote / order.executed if order.executed else ZERO),
        "actualQty": decimal_text(order.executed),
        "actualType": order.request.kind,
    }


def risk_text(desk: FuturesDesk, position: Position, now: int) -> dict[str, Any]:
    """Return a position as `/fapi/v3/positionRisk` shows it."""
    mark = desk.marks.price(position.symbol, now)
    margins = _margins(desk, position, mark)
    return {
        "symbol": position.symbol,
        "positionSide": "BOTH",
        "positionAmt": decimal_text(position.amount),
        "entryPrice": decimal_text(position.entry_price),
        "breakEvenPrice": decimal_text(_break_even(position)),
        "markPrice": decimal_text(mark),
        "unRealizedProfit": decimal_text(position.profit(mark)),
        "liquidationPrice": decimal_text(desk.liquidation_price(position, now)),
        **margins,
        "positionInitialMargin": margins["initialMargin"],
        "openOrderInitialMargin": decimal_text(desk.account.reserved_of(position.symbol)),
        "marginAsset": desk.account.margin_asset(position.symbol),
        "adl": 2 if position.amount else 0,
        "bidNotional": decimal_text(ZERO),
        "askNotional": decimal_text(ZERO),
        "updateTime": position.updated_at,
    }


def old_risk_text(desk: FuturesDesk, position: Position, now: int) -> dict[str, Any]:
    """Return a position as `/fapi/v2/positionRisk` shows it."""
    return {
        **risk_text(desk, position, now),
        "leverage": str(position.leverage),
        "maxNotionalValue": f"{most_value(position.base, position.leverage)}",
        "marginType": "isolated" if position.isolated else "cross",
        "isAutoAddMargin": "false",
    }


def account_position_text(desk: FuturesDesk, position: Position, now: int) -> dict[str, Any]:
    """Return a position as `positions` of `/fapi/v3/account` show it."""
    mark = desk.marks.price(position.symbol, now)
    return {
        "symbol": position.symbol,
        "positionSide": "BOTH",
        "positionAmt": decimal_text(position.amount),
        "unrealizedProfit": decimal_text(position.profit(mark)),
        **_margins(desk, position, mark),
        "updateTime": position.updated_at,
    }


def old_account_position_text(desk: FuturesDesk, position: Position, now: int) -> dict[str, Any]:
    """Return a position as `positions` of `/fapi/v2/account` show it."""
    text = account_position_text(desk, position, now)
    return {
        **text,
        "leverage": str(position.leverage),
        "entryPrice": decimal_text(position.entry_price),
        "breakEvenPrice": decimal_text(_break_even(position)),
        "isolated": position.isolated,
        "positionInitialMargin": text["initialMargin"],
        "openOrderInitialMargin": decimal_text(desk.account.reserved_of(position.symbol)),
        "maxNotional": f"{most_value(position.base, position.leverage)}",
        "bidNotional": decimal_text(ZERO),
        "askNotional": decimal_text(ZERO),
    }


def income_text(income: Income) -> dict[str, Any]:
    """Return a payment as `income` shows it."""
    return {
        "symbol": income.symbol,
        "incomeType": income.kind,
        "income": decimal_text(income.amount),
        "asset": income.asset,
        "info": income.kind if income.trade_id is None else str(income.trade_id),
        "time": income.at,
        "tranId": income.number,
        "tradeId": "" if income.trade_id is None else str(income.trade_id),
    }


def _margins(desk: FuturesDesk, position: Position, mark: Decimal) -> dict[str, str]:
    own = position.margin + position.profit(mark) if position.isolated else ZERO
    return {
        "isolatedMargin": decimal_text(own),
        "notional": decimal_text(position.amount * mark),
        "isolatedWallet": decimal_text(position.margin),
        "initialMargin": decimal_text(position.initial_margin(mark)),
        "maintMargin": decimal_text(position.maintenance(mark)),
    }


def _break_even(position: Position) -> Decimal:
    """Price at which a position pays the fee of its opening."""
    sign = 1 if position.is_long else -1
    return (position.entry_price * (_ONE + sign * TAKER_FEE_FRAC)).quantize(Decimal("1e-8"), ROUND_HALF_UP)
