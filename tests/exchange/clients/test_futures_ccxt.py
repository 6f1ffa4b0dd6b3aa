"""Every method of ccxt that Freqtrade uses on futures, against a real server; Binance's documented fields."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import ccxt
import pytest
from tests.support.futures_world import HOUR, MINUTE, START, World, build_store, futures_client, served

from auriga_exchange.control import futures_books

PAIR = "BTC/USDT:USDT"
PRICES = [30000.0] * 30 + [30000.0 - 10 * i for i in range(100)] + [29000.0] * 1000


@pytest.fixture
def world() -> World:
    return World(build_store(PRICES, rate=0.0001), balance=Decimal(10_000))


@pytest.fixture
def client(world: World) -> Iterator[Any]:
    with served(world.venue) as address:
        client = futures_client(address, world)
        client.load_markets()
        yield client
        client.session.close()


def prepare(client: Any, leverage: int = 10) -> None:
    client.set_margin_mode("isolated", PAIR)
    client.set_leverage(leverage, PAIR)


def test_settings_answer_as_binance_does(client: Any) -> None:
    assert client.fapiPrivateGetPositionSideDual() == {"dualSidePosition": False}
    assert client.fapiPrivateGetMultiAssetsMargin() == {"multiAssetsMargin": False}
    assert client.set_margin_mode("isolated", PAIR) == {"code": 200, "msg": "success"}
    with pytest.raises(ccxt.MarginModeAlreadySet, match="-4046"):
        client.set_margin_mode("isolated", PAIR)
    assert client.set_leverage(7, PAIR)["leverage"] == 7
    with pytest.raises(ccxt.ExchangeError, match="-4028"):
        client.fapiPrivatePostLeverage({"symbol": "BTCUSDT", "leverage": 126})
    with pytest.raises(ccxt.ExchangeError, match="-4059"):
        client.set_position_mode(False)
    with pytest.raises(ccxt.ExchangeError, match="-4171"):
        client.fapiPrivatePostMultiAssetsMargin({"multiAssetsMargin": "false"})
    assert client.fetch_leverage(PAIR)["longLeverage"] == 7
    assert client.fetch_margin_mode(PAIR)["marginMode"] == "isolated"
    fees = client.fetch_trading_fee(PAIR)
    assert (fees["maker"], fees["taker"]) == (0.0002, 0.0005)


def test_leverage_tiers_are_continuous(client: Any) -> None:
    tiers = client.fetch_leverage_tiers()[PAIR]
    assert tiers[0]["maxLeverage"] == 125 and tiers[0]["minNotional"] == 0
    for lower, upper in pairwise(tiers):
        border = lower["maxNotional"]
        assert upper["minNotional"] == border and upper["maxLeverage"] < lower["maxLeverage"]
        kept = [
            border * each["maintenanceMarginRate"] - float(each["info"]["cum"]) for each in (lower, upper)
        ]
        assert kept[0] == pytest.approx(kept[1])
        assert lower["maintenanceMarginRate"] < 1 / lower["maxLeverage"]


def test_a_trade_from_entry_to_exit(client: Any, world: World) -> None:
    prepare(client)
    entry = client.create_order(PAIR, "market", "buy", 0.1)
    assert (entry["status"], entry["filled"], entry["type"]) == ("closed", 0.1, "market")
    assert entry["cost"] == pytest.approx(entry["average"] * 0.1)
    (position,) = client.fetch_positions([PAIR])
    assert (position["side"], position["contracts"], position["marginMode"]) == ("long", 0.1, "isolated")
    assert position["entryPrice"] == entry["average"]
    assert position["initialMargin"] == pytest.approx(300)
    assert position["unrealizedPnl"] == pytest.approx((30000 - entry["average"]) / 10)
    assert 27000 < position["liquidationPrice"] < 27200
    balance = client.fetch_balance()["USDT"]
    assert balance["total"] == pytest.approx(10_000 - 1.5 + position["unrealizedPnl"], abs=0.001)
    assert balance["free"] == pytest.approx(10_000 - 1.5 - entry["average"] / 100, abs=0.001)
    world.now = START + 9 * HOUR
    (funding,) = client.fetch_funding_history(PAIR, since=START)
    assert (funding["amount"], funding["timestamp"]) == (pytest.approx(-0.29), START + 8 * HOUR)
    leave = client.create_order(PAIR, "limit", "sell", 0.1, 28900, {"reduceOnly": True, "timeInForce": "GTC"})
    assert leave["status"] == "closed" and leave["reduceOnly"] is True
    assert client.fetch_positions([PAIR]) == []
    trades = client.fetch_my_trades(PAIR, since=START)
    assert [trade["order"] for trade in trades] == [entry["id"], *[leave["id"]] * (len(trades) - 1)]
    assert trades[0]["fee"] == {"currency": "USDT", "cost": pytest.approx(trades[0]["cost"] * 0.0005)}
    realized = sum(float(trade["info"]["realizedPnl"]) for trade in trades)
    assert realized == pytest.approx((leave["average"] - entry["average"]) / 10)
    paid = sum(trade["fee"]["cost"] for trade in trades)
    assert client.fetch_balance()["USDT"]["total"] == pytest.approx(10_000 + realized - paid - 0.29)
    assert [order["id"] for order in client.fetch_orders(PAIR, since=START)] == [entry["id"], leave["id"]]
    income = client.fapiPrivateGetIncome({"symbol": "BTCUSDT", "startTime": START})
    kinds = [each["incomeType"] for each in income]
    assert kinds == ["COMMISSION", "FUNDING_FEE", *["REALIZED_PNL", "COMMISSION"] * (len(trades) - 1)]


def test_shorts_and_resting_orders(client: Any, world: World) -> None:
    prepare(client, 5)
    order = client.create_order(PAIR, "limit", "sell", 0.1, 30100, {"timeInForce": "PO"})
    assert (order["status"], order["timeInForce"], order["postOnly"]) == ("open", "PO", True)
    assert [each["id"] for each in client.fetch_open_orders(PAIR)] == [order["id"]]
    assert client.fetch_balance()["USDT"]["free"] == pytest.approx(10_000 - 602)
    assert client.cancel_order(order["id"], PAIR)["status"] == "canceled"
    assert client.fetch_order(order["id"], PAIR)["status"] == "canceled"
    client.create_order(PAIR, "market", "sell", 0.1)
    (position,) = client.fetch_positions()
    assert position["side"] == "short" and position["liquidationPrice"] > 35000
    world.now += 60 * MINUTE
    (position,) = client.fetch_positions()
    assert position["unrealizedPnl"] > 30 and position["percentage"] > 5


def test_a_stop_goes_through_the_algo_orders(client: Any, world: World) -> None:
    prepare(client)
    client.create_order(PAIR, "market", "buy", 0.1)
    params = {"stopPrice": 29500, "reduceOnly": True, "workingType": "MARK_PRICE"}
    stop = client.create_order(PAIR, "stop_market", "sell", 0.1, None, params)
    assert (stop["status"], stop["triggerPrice"], stop["amount"]) == ("open", 29500, 0.1)
    limited = client.create_order(PAIR, "stop", "sell", 0.05, 28000, {"stopPrice": 28500, "reduceOnly": True})
    opened = client.fetch_open_orders(PAIR, params={"stop": True})
    assert [each["id"] for each in opened] == [stop["id"], limited["id"]]
    cancelled = client.cancel_order(limited["id"], PAIR, {"stop": True})
    assert cancelled["info"]["code"] == "200"
    assert client.fetch_order(limited["id"], PAIR, {"stop": True})["status"] == "canceled"
    with pytest.raises(ccxt.ExchangeError, match="-2011"):
        client.cancel_order(limited["id"], PAIR, {"stop": True})
    world.now = START + 200 * MINUTE
    done = client.fetch_order(stop["id"], PAIR, {"stop": True})
    assert (done["status"], done["info"]["algoStatus"]) == ("closed", "FINISHED")
    actual = client.fetch_order(done["info"]["actualOrderId"], PAIR)
    assert (actual["status"], actual["filled"]) == ("closed", 0.1)
    assert actual["average"] == pytest.approx(29500, rel=2e-4)
    assert client.fetch_positions() == []
    statuses = [each["info"]["algoStatus"] for each in client.fetch_orders(PAIR, params={"stop": True})]
    assert statuses == ["FINISHED", "CANCELED"]


def test_take_profits_and_closing_the_whole_position(client: Any, world: World) -> None:
    prepare(client)
    client.create_order(PAIR, "market", "sell", 0.1)
    profit = client.create_order(
        PAIR, "take_profit_market", "buy", None, None, {"takeProfitPrice": 29800, "closePosition": True}
    )
    world.now = START + 60 * MINUTE
    assert client.fetch_order(profit["id"], PAIR, {"stop": True})["status"] == "closed"
    assert client.fetch_positions() == []


def test_all_orders_can_be_cancelled_at_once(client: Any) -> None:
    prepare(client)
    for price in (29000, 28900):
        client.create_order(PAIR, "limit", "buy", 0.01, price)
    client.create_order(PAIR, "stop_market", "sell", 0.01, None, {"stopPrice": 28000})
    client.cancel_all_orders(PAIR)
    client.cancel_all_orders(PAIR, {"stop": True})
    assert client.fetch_open_orders(PAIR) == client.fetch_open_orders(PAIR, params={"stop": True}) == []


REFUSED = [
    (-2019, ("market", "buy", 5.0), {}),
    (-2022, ("market", "sell", 0.1), {"reduceOnly": True}),
    (-2021, ("stop_market", "sell", 0.1, None), {"stopPrice": 30100}),
    (-4164, ("limit", "buy", 0.0001, 29000), {}),
    (-4016, ("limit", "buy", 0.01, 32000), {}),
    (-4024, ("limit", "sell", 0.01, 28000), {}),
    (-5022, ("limit", "buy", 0.01, 30100), {"timeInForce": "PO"}),
    (-4061, ("market", "buy", 0.01), {"hedged": True}),
]


@pytest.mark.parametrize(("code", "order", "params"), REFUSED, ids=[str(entry[0]) for entry in REFUSED])
def test_refusals(client: Any, code: int, order: tuple[Any, ...], params: dict[str, Any]) -> None:
    prepare(client)
    with pytest.raises(ccxt.ExchangeError, match=f'"code":{code}'):
        client.create_order(PAIR, *order, params=params)
    assert client.fetch_orders(PAIR) == []


def test_raw_refusals(client: Any) -> None:
    order = {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "type": "STOP_MARKET",
        "stopPrice": "29000",
        "quantity": "1",
    }
    placed = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "newClientOrderId": "a",
    }
    for code, query in (
        (-4120, order),
        (-4014, {**placed, "price": "29000.001", "quantity": "0.01"}),
        (-1111, {**placed, "price": "29000", "quantity": "0.010001"}),
        (-1102, {**placed, "price": "29000"}),
        (-1116, {**placed, "type": "STOP_LOSS"}),
    ):
        with pytest.raises(ccxt.ExchangeError, match=f'"code":{code}'):
            client.fapiPrivatePostOrder(query)
    client.fapiPrivatePostOrder({**placed, "price": "29000", "quantity": "0.01"})
    with pytest.raises(ccxt.ExchangeError, match='"code":-4116'):
        client.fapiPrivatePostOrder({**placed, "price": "29000", "quantity": "0.01"})
    with pytest.raises(ccxt.ExchangeError, match='"code":-4047'):
        client.fapiPrivatePostMarginType({"symbol": "BTCUSDT", "marginType": "ISOLATED"})
    assert client.fapiPrivateGetOpenOrder({"symbol": "BTCUSDT", "origClientOrderId": "a"})["status"] == "NEW"
    with pytest.raises(ccxt.OrderNotFound):
        client.fetch_order("99", PAIR)


def test_position_settings_are_guarded(client: Any) -> None:
    prepare(client)
    client.create_order(PAIR, "market", "buy", 0.1)
    before = client.fetch_positions()[0]
    for code, path, query in (
        (-4161, "Leverage", {"leverage": 5}),
        (-4048, "MarginType", {"marginType": "CROSSED"}),
    ):
        with pytest.raises(ccxt.ExchangeError, match=f'"code":{code}'):
            getattr(client, f"fapiPrivatePost{path}")({"symbol": "BTCUSDT", **query})
    client.add_margin(PAIR, 100)
    after = client.fetch_positions()[0]
    assert after["positionMargin"] == pytest.approx(before["positionMargin"] + 100)
    assert after["liquidationPrice"] == pytest.approx(before["liquidationPrice"] - 1000 / 0.996, rel=1e-4)


FIELDS = {
    "fapiPrivateV3GetAccount": (
        "totalInitialMargin totalMaintMargin totalWalletBalance totalUnrealizedProfit totalMarginBalance "
        "totalPositionInitialMargin totalOpenOrderInitialMargin totalCrossWalletBalance totalCrossUnPnl "
        "availableBalance maxWithdrawAmount assets positions"
    ),
    "fapiPrivateV2GetAccount": (
        "feeTier canTrade canDeposit canWithdraw updateTime multiAssetsMargin tradeGroupId "
        "totalInitialMargin totalMaintMargin totalWalletBalance totalUnrealizedProfit totalMarginBalance "
        "totalPositionInitialMargin totalOpenOrderInitialMargin totalCrossWalletBalance totalCrossUnPnl "
        "availableBalance maxWithdrawAmount assets positions"
    ),
    "fapiPrivateV3GetBalance": (
        "accountAlias asset balance crossWalletBalance crossUnPnl availableBalance maxWithdrawAmount "
        "marginAvailable updateTime"
    ),
    "fapiPrivateV3GetPositionRisk": (
        "symbol positionSide positionAmt entryPrice breakEvenPrice markPrice unRealizedProfit "
        "liquidationPrice isolatedMargin notional marginAsset isolatedWallet initialMargin maintMargin "
        "positionInitialMargin openOrderInitialMargin adl bidNotional askNotional updateTime"
    ),
    "fapiPrivateV2GetPositionRisk": (
        "entryPrice breakEvenPrice marginType isAutoAddMargin isolatedMargin leverage liquidationPrice "
        "markPrice maxNotionalValue positionAmt notional isolatedWallet symbol unRealizedProfit "
        "positionSide updateTime"
    ),
    "fapiPrivateGetIncome": ("symbol incomeType income asset info time tranId tradeId"),
    "fapiPrivateGetUserTrades": (
        "buyer commission commissionAsset id maker orderId price qty quoteQty realizedPnl side "
        "positionSide symbol time"
    ),
    "fapiPrivateGetAllOrders": (
        "avgPrice clientOrderId cumQuote executedQty orderId origQty origType price reduceOnly side "
        "positionSide status stopPrice closePosition symbol time timeInForce type updateTime workingType "
        "priceProtect priceMatch selfTradePreventionMode goodTillDate"
    ),
    "fapiPrivateGetOpenAlgoOrders": (
        "algoId clientAlgoId algoType orderType symbol side positionSide timeInForce quantity algoStatus "
        "actualOrderId actualPrice triggerPrice price icebergQuantity tpTriggerPrice tpPrice "
        "slTriggerPrice slPrice tpOrderType selfTradePreventionMode workingType priceMatch closePosition "
        "priceProtect reduceOnly createTime updateTime triggerTime goodTillDate"
    ),
    "fapiPrivateGetLeverageBracket": ("symbol notionalCoef brackets"),
}


@pytest.mark.parametrize("method", FIELDS)
def test_documented_fields_are_all_there(client: Any, method: str) -> None:
    prepare(client)
    client.create_order(PAIR, "market", "buy", 0.1)
    client.create_order(PAIR, "stop_market", "sell", 0.1, None, {"stopPrice": 28000, "reduceOnly": True})
    answer = getattr(client, method)({"symbol": "BTCUSDT"})
    text = answer[0] if isinstance(answer, list) else answer
    assert not set(FIELDS[method].split()) - set(text)


def test_the_books_show_what_ccxt_was_told(client: Any, world: World) -> None:
    prepare(client)
    client.create_order(PAIR, "market", "buy", 0.1)
    stop = client.create_order(
        PAIR, "stop_market", "sell", 0.1, None, {"stopPrice": 28000, "reduceOnly": True}
    )
    books = futures_books(world.venue)
    assert [trade["orderId"] for trade in books["trades"]] == [books["orders"][0]["orderId"]]
    assert books["positions"][0]["positionAmt"] == "0.10000000"
    assert str(books["algo_orders"][0]["algoId"]) == stop["id"]
    balance = client.fetch_balance()["USDT"]
    assert float(books["balances"]["USDT"]["free"]) == pytest.approx(balance["free"])
    with pytest.raises(ccxt.ExchangeError, match="-2019"):
        world.venue.futures_ledger.set_available("USDT", Decimal(10), world.now)
        client.create_order(PAIR, "market", "buy", 0.1)
