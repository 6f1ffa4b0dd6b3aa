"""The spot account through the REST interface, in the words of Binance's documentation."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.support.keyed_exchange import simulated_store
from tests.support.spot_exchange import SpotAccount

from auriga_exchange import CandleStore
from auriga_exchange.control import spot_books

PAIR = {"symbol": "BTCUSDT"}
LIMIT = {**PAIR, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
HEAD = {"symbol", "orderId", "orderListId", "clientOrderId"}
STATE = {
    "price",
    "origQty",
    "executedQty",
    "cummulativeQuoteQty",
    "origQuoteOrderQty",
    "status",
    "timeInForce",
    "type",
    "side",
    "workingTime",
    "selfTradePreventionMode",
}
ORDER = HEAD | STATE | {"stopPrice", "icebergQty", "time", "updateTime", "isWorking"}
TRADE = HEAD - {"clientOrderId"} | {
    "id",
    "price",
    "qty",
    "quoteQty",
    "commission",
    "commissionAsset",
    "time",
    "isBuyer",
    "isMaker",
    "isBestMatch",
}


@pytest.fixture(scope="module")
def store() -> CandleStore:
    return simulated_store()


@pytest.fixture
def account(make_client: Callable[..., Any], store: CandleStore) -> SpotAccount:
    return SpotAccount(make_client, store)


def near(account: SpotAccount, factor: str) -> str:
    price = Decimal(account.get("ticker/price", **PAIR)["price"])
    return str((price * Decimal(factor)).quantize(Decimal("0.001")))


def test_answers_have_the_fields_of_the_documentation(account: SpotAccount) -> None:
    full = account.post("order", **PAIR, side="BUY", type="MARKET", quantity="25")
    assert set(full) == HEAD | STATE | {"transactTime", "fills"}
    assert set(full["fills"][0]) == {"price", "qty", "commission", "commissionAsset", "tradeId"}
    result = account.post(
        "order", **LIMIT, quantity="1", price=near(account, "0.9"), newOrderRespType="RESULT"
    )
    assert set(result) == HEAD | STATE | {"transactTime"}
    stop = {**LIMIT, "side": "SELL", "type": "STOP_LOSS_LIMIT", "quantity": "1"}
    prices = {"price": near(account, "0.8"), "stopPrice": near(account, "0.81")}
    assert set(account.post("order", **stop, **prices)) == HEAD | {"transactTime"}
    assert all(set(order) == ORDER for order in account.get("allOrders", **PAIR))
    assert all(set(trade) == TRADE for trade in account.get("myTrades", **PAIR))
    ended = account.delete("order", **PAIR, orderId=3)
    assert set(ended) == HEAD | STATE | {"transactTime", "stopPrice", "origClientOrderId"}
    assert (ended["status"], ended["workingTime"]) == ("CANCELED", -1)


def test_fills_explain_the_order(account: SpotAccount) -> None:
    order = account.post("order", **PAIR, side="BUY", type="MARKET", quoteOrderQty="2500")
    assert order["status"] == "FILLED" and order["origQuoteOrderQty"] == "2500.00000000"
    cost = sum(Decimal(fill["price"]) * Decimal(fill["qty"]) for fill in order["fills"])
    assert cost == Decimal(order["cummulativeQuoteQty"]) <= 2500
    assert 2500 - cost < Decimal(order["fills"][-1]["price"]) * Decimal("0.001")
    assert len(order["fills"]) == 3 and {fill["commissionAsset"] for fill in order["fills"]} == {"BTC"}
    trades = account.get("myTrades", **PAIR, orderId=order["orderId"])
    assert [(t["id"], t["price"], t["qty"], t["commission"]) for t in trades] == [
        (f["tradeId"], f["price"], f["qty"], f["commission"]) for f in order["fills"]
    ]


def test_the_account_shows_free_and_locked(account: SpotAccount) -> None:
    price = near(account, "0.9")
    account.post("order", **LIMIT, quantity="10", price=price)
    balances = {b["asset"]: b for b in account.get("account")["balances"]}
    assert Decimal(balances["USDT"]["locked"]) == 10 * Decimal(price)
    assert Decimal(balances["USDT"]["free"]) == 10_000 - 10 * Decimal(price)
    assert len(account.delete("openOrders", **PAIR)) == 1
    assert account.get("account", omitZeroBalances="true")["balances"] == [
        {"asset": "USDT", "free": "10000.00000000", "locked": "0.00000000"}
    ]
    assert account.delete("openOrders", **PAIR)["code"] == -2011


def test_orders_are_found_by_either_name(account: SpotAccount) -> None:
    placed = account.post("order", **LIMIT, quantity="1", price=near(account, "0.9"), newClientOrderId="mine")
    by_number = account.get("order", **PAIR, orderId=placed["orderId"])
    assert by_number == account.get("order", **PAIR, origClientOrderId="mine")
    assert account.get("openOrders") == account.get("openOrders", **PAIR) == [by_number]
    assert account.get("openOrders", symbol="ETHUSDT") == []
    assert account.get("order", symbol="ETHUSDT", orderId=placed["orderId"])["code"] == -2013
    assert account.get("order", **PAIR)["code"] == -1102
    ended = account.delete("order", **PAIR, origClientOrderId="mine", newClientOrderId="enough")
    assert (ended["origClientOrderId"], ended["clientOrderId"]) == ("mine", "enough")


def test_lists_come_in_pages(account: SpotAccount) -> None:
    times = []
    for _ in range(5):
        account.now += 60_000
        times.append(account.now)
        account.post("order", **PAIR, side="BUY", type="MARKET", quantity="1")

    def numbers(path: str, key: str, **fields: Any) -> list[int]:
        return [row[key] for row in account.get(path, **PAIR, **fields)]

    for path, key, first in (("allOrders", "orderId", "orderId"), ("myTrades", "id", "fromId")):
        assert numbers(path, key) == [1, 2, 3, 4, 5]
        assert numbers(path, key, limit=2) == [4, 5]
        assert numbers(path, key, **{first: 2}, limit=2) == [2, 3]
        assert numbers(path, key, startTime=times[1], endTime=times[3]) == [2, 3, 4]
        assert numbers(path, key, startTime=times[1], limit=1) == [2]
        assert numbers(path, key, endTime=times[1]) == [1, 2]
    assert numbers("myTrades", "id", orderId=3) == [3]


def test_orders_fill_while_nobody_asks(account: SpotAccount) -> None:
    placed = account.post("order", **LIMIT, quantity="5", price=near(account, "0.9999"))
    assert placed["status"] == "NEW"
    account.now += 24 * 3600_000
    order = account.get("order", **PAIR, orderId=placed["orderId"])
    assert order["status"] == "FILLED" and placed["transactTime"] < order["updateTime"] < account.now
    (trade,) = account.get("myTrades", **PAIR)
    assert trade["isMaker"] and trade["price"] == placed["price"] and trade["time"] == order["updateTime"]


def test_a_replacement_cancels_and_places(account: SpotAccount) -> None:
    first = account.post("order", **LIMIT, quantity="1", price=near(account, "0.9"))
    new = {**LIMIT, "quantity": "2", "price": near(account, "0.91"), "cancelReplaceMode": "STOP_ON_FAILURE"}
    done = account.post("order/cancelReplace", **new, cancelOrderId=first["orderId"])
    assert (done["cancelResult"], done["newOrderResult"]) == ("SUCCESS", "SUCCESS")
    assert done["cancelResponse"]["status"] == "CANCELED" and done["newOrderResponse"]["status"] == "NEW"
    again = account.send("POST", "order/cancelReplace", **new, cancelOrderId=first["orderId"])
    assert (again.status_code, again.json()["code"]) == (400, -2022)
    assert again.json()["data"]["newOrderResult"] == "NOT_ATTEMPTED"
    assert again.json()["data"]["cancelResponse"]["code"] == -2011
    large = {**new, "quantity": "1000", "cancelOrderId": 2}
    partly = account.send("POST", "order/cancelReplace", **large)
    assert (partly.status_code, partly.json()["code"]) == (409, -2021)
    assert account.get("openOrders") == []
    refused = account.post("order/cancelReplace", **{**new, "quantity": "0.01"}, cancelOrderId=2)
    assert refused["code"] == -1013


def test_fees(account: SpotAccount) -> None:
    commission = account.get("account/commission", **PAIR)
    assert commission["standardCommission"]["taker"] == "0.00100000"
    fees = account.get("/sapi/v1/asset/tradeFee")
    assert [fee["symbol"] for fee in fees] == ["BTCUSDT", "ETHUSDT"]
    assert account.get("/sapi/v1/asset/tradeFee", **PAIR) == fees[:1]


def test_the_books_show_everything(account: SpotAccount) -> None:
    account.post("order", **PAIR, side="BUY", type="MARKET", quantity="1")
    account.post("order", **LIMIT, quantity="1", price=near(account, "0.9"))
    books = spot_books(account.venue)
    assert books["orders"] == account.get("allOrders", **PAIR)
    assert books["trades"] == account.get("myTrades", **PAIR)
    assert books["balances"]["BTC"] == {"free": "0.999", "locked": "0"}
