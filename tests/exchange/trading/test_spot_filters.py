"""Binance's refusals, word for word, through the REST interface."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.support.keyed_exchange import simulated_store
from tests.support.spot_exchange import SpotAccount

from auriga_exchange import SpotSymbol
from auriga_exchange.trading import OrderRequest, Side, check_filters
from auriga_exchange.wire._refusals import RequestError

LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
STOP = {**LIMIT, "side": "SELL", "type": "STOP_LOSS_LIMIT"}
MARKET = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET"}


@pytest.fixture(scope="module")
def trader(make_client: Callable[..., Any]) -> SpotAccount:
    return SpotAccount(make_client, simulated_store())


@pytest.mark.parametrize(
    ("order", "code", "message"),
    [
        ({**LIMIT, "quantity": "1", "price": "90.0005"}, -1013, "Filter failure: PRICE_FILTER"),
        ({**LIMIT, "quantity": "1", "price": "10000001"}, -1013, "Filter failure: PRICE_FILTER"),
        ({**LIMIT, "quantity": "1.0005", "price": "90"}, -1013, "Filter failure: LOT_SIZE"),
        ({**LIMIT, "quantity": "900000001", "price": "90"}, -1013, "Filter failure: LOT_SIZE"),
        ({**LIMIT, "quantity": "0.01", "price": "90"}, -1013, "Filter failure: NOTIONAL"),
        ({**LIMIT, "quantity": "200000", "price": "90"}, -1013, "Filter failure: NOTIONAL"),
        ({**MARKET, "quantity": "0.01"}, -1013, "Filter failure: NOTIONAL"),
        ({**MARKET, "quantity": "1.00001"}, -1013, "Filter failure: LOT_SIZE"),
        ({**MARKET, "quoteOrderQty": "4"}, -1013, "Filter failure: NOTIONAL"),
        (
            {**STOP, "quantity": "1", "price": "90", "stopPrice": "90.00001"},
            -1013,
            "Filter failure: PRICE_FILTER",
        ),
        ({**LIMIT, "quantity": "0", "price": "90"}, -1013, "Invalid quantity."),
        ({**LIMIT, "quantity": "1", "price": "0"}, -1013, "Invalid price."),
        (
            {**LIMIT, "quantity": "1", "price": "90.123456789"},
            -1111,
            "Parameter 'price' has too much precision.",
        ),
        ({**LIMIT, "quantity": "1"}, -1102, None),
        ({**LIMIT, "price": "90"}, -1102, None),
        ({**MARKET}, -1102, None),
        ({**STOP, "quantity": "1", "price": "90"}, -1102, None),
        ({**MARKET, "quantity": "1", "price": "90"}, -1106, "Parameter 'price' sent when not required."),
        ({**MARKET, "quantity": "1", "quoteOrderQty": "90"}, -1106, None),
        ({**LIMIT, "quantity": "1", "price": "9e1"}, -1100, None),
        ({**LIMIT, "quantity": "-1", "price": "90"}, -1100, None),
        ({**LIMIT, "quantity": "NaN", "price": "90"}, -1100, None),
        ({**LIMIT, "quantity": "1", "price": "90", "newClientOrderId": "no spaces"}, -1100, None),
        ({**LIMIT, "quantity": "1", "price": "90", "timeInForce": "GTX"}, -1115, "Invalid timeInForce."),
        ({**LIMIT, "quantity": "1", "price": "90", "type": "OCO"}, -1116, "Invalid orderType."),
        ({**LIMIT, "quantity": "1", "price": "90", "side": "HOLD"}, -1117, "Invalid side."),
        ({**LIMIT, "quantity": "1", "price": "90", "symbol": "ABCUSDT"}, -1121, "Invalid symbol."),
        (
            {**LIMIT, "quantity": "1000", "price": "90"},
            -2010,
            "Account has insufficient balance for requested action.",
        ),
    ],
)
def test_refusals(trader: SpotAccount, order: dict[str, str], code: int, message: str | None) -> None:
    answer = trader.send("POST", "order", **order)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, code)
    assert message is None or body["msg"] == message
    if code != -2010:
        assert trader.post("order/test", **order) == body
    assert trader.get("allOrders", symbol="BTCUSDT") == []


def test_a_test_order_leaves_nothing(trader: SpotAccount) -> None:
    order = {**LIMIT, "quantity": "1", "price": "90"}
    assert trader.post("order/test", **order) == {}
    assert trader.get("openOrders") == []


def test_an_order_of_exactly_the_least_value_passes() -> None:
    symbol = SpotSymbol("BTC", "USDT", 60000.0)
    (notional,) = [f for f in symbol.exchange_info()["filters"] if f["filterType"] == "NOTIONAL"]
    price = Decimal(50000)
    amount = Decimal(notional["minNotional"]) / price

    def ask(amount: Decimal) -> None:
        order = OrderRequest(
            symbol="BTCUSDT", side=Side.BUY, kind="LIMIT", client_id="a", amount=amount, price=price
        )
        check_filters(symbol, order, price)

    ask(amount)
    with pytest.raises(RequestError, match="NOTIONAL"):
        ask(amount - symbol.step_size)
