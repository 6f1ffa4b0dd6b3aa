"""ccxt itself against a real server: every unified method that Freqtrade uses on a spot account."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import ccxt
import pytest
from tests.support.keyed_exchange import KEY, SECRET
from tests.support.spot_exchange import MovedClock

from auriga_exchange import offline_config

PAIR = "BTC/USDT"


class Trader:
    """ccxt and the exchange it trades on, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = MovedClock(folder / "clock")
        self.clock.start()
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.support.spot_exchange", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        config = offline_config(self.port)["exchange"]["ccxt_config"]
        self.ccxt = ccxt.binance({**config, "apiKey": KEY, "secret": SECRET})
        self.ccxt.load_time_difference()

    def stop(self) -> None:
        self.ccxt.session.close()
        self.process.kill()
        self.process.communicate()

    def wait(self, minutes: int) -> None:
        self.clock.pass_minutes(minutes)
        self.ccxt.load_time_difference()

    def last(self, factor: float = 1.0) -> float:
        return float(self.ccxt.price_to_precision(PAIR, self.ccxt.fetch_ticker(PAIR)["last"] * factor))


@pytest.fixture(scope="module")
def trader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trader]:
    trader = Trader(tmp_path_factory.mktemp("spot"))
    trader.ccxt.load_markets()
    yield trader
    trader.stop()


def test_a_market_order_round_trips(trader: Trader) -> None:
    before = trader.ccxt.fetch_balance()
    order = trader.ccxt.create_order(PAIR, "market", "buy", 20, params={"clientOrderId": "round-trip"})
    assert (order["status"], order["filled"], order["remaining"]) == ("closed", 20, 0)
    assert (order["clientOrderId"], order["type"], order["side"]) == ("round-trip", "market", "buy")
    assert order["cost"] == pytest.approx(order["average"] * 20) and order["fee"]["currency"] == "BTC"
    assert order["fee"]["cost"] == pytest.approx(0.02)
    fetched = trader.ccxt.fetch_order(order["id"], PAIR)
    for field in (
        "id",
        "clientOrderId",
        "amount",
        "filled",
        "cost",
        "average",
        "status",
        "timestamp",
        "type",
    ):
        assert fetched[field] == order[field], field
    trades = trader.ccxt.fetch_my_trades(PAIR, since=order["timestamp"])
    assert sum(trade["amount"] for trade in trades) == 20
    assert sum(trade["cost"] for trade in trades) == pytest.approx(order["cost"])
    assert {trade["order"] for trade in trades} == {order["id"]}
    assert {trade["takerOrMaker"] for trade in trades} == {"taker"}
    after = trader.ccxt.fetch_balance()
    assert after["BTC"]["free"] == pytest.approx(before.get("BTC", {"free": 0})["free"] + 19.98)
    assert after["USDT"]["total"] == pytest.approx(before["USDT"]["total"] - order["cost"])


def test_a_limit_order_waits_fills_and_is_listed(trader: Trader) -> None:
    price = trader.last(0.9995)
    order = trader.ccxt.create_order(PAIR, "limit", "buy", 4, price, {"timeInForce": "GTC"})
    assert (order["status"], order["price"], order["remaining"]) == ("open", price, 4)
    assert [open_["id"] for open_ in trader.ccxt.fetch_open_orders(PAIR)] == [order["id"]]
    assert trader.ccxt.fetch_balance()["USDT"]["used"] == pytest.approx(4 * price)
    trader.wait(300)
    done = trader.ccxt.fetch_order(order["id"], PAIR)
    assert (done["status"], done["filled"], done["average"]) == ("closed", 4, price)
    assert done["lastTradeTimestamp"] > done["timestamp"]
    assert order["id"] in {closed["id"] for closed in trader.ccxt.fetch_closed_orders(PAIR)}
    orders = trader.ccxt.fetch_orders(PAIR, since=order["timestamp"])
    assert [one["id"] for one in orders] == [order["id"]]
    (trade,) = trader.ccxt.fetch_order_trades(order["id"], PAIR)
    assert (trade["takerOrMaker"], trade["fee"]["currency"]) == ("maker", "BTC")


def test_cancelling(trader: Trader) -> None:
    order = trader.ccxt.create_order(PAIR, "limit", "buy", 1, trader.last(0.5))
    ended = trader.ccxt.cancel_order(order["id"], PAIR)
    assert (ended["id"], ended["status"], ended["filled"]) == (order["id"], "canceled", 0)
    assert trader.ccxt.fetch_order(order["id"], PAIR)["status"] == "canceled"
    assert order["id"] in {one["id"] for one in trader.ccxt.fetch_canceled_orders(PAIR)}
    with pytest.raises(ccxt.OrderNotFound, match="-2011"):
        trader.ccxt.cancel_order(order["id"], PAIR)
    with pytest.raises(ccxt.OrderNotFound, match="-2013"):
        trader.ccxt.fetch_order("987654", PAIR)
    trader.ccxt.create_order(PAIR, "limit", "buy", 1, trader.last(0.5))
    assert [one["status"] for one in trader.ccxt.cancel_all_orders(PAIR)] == ["canceled"]


def test_editing_replaces_the_order(trader: Trader) -> None:
    order = trader.ccxt.create_order(PAIR, "limit", "buy", 1, trader.last(0.5))
    edited = trader.ccxt.edit_order(order["id"], PAIR, "limit", "buy", 2, trader.last(0.6))
    assert edited["id"] != order["id"] and (edited["amount"], edited["status"]) == (2, "open")
    assert trader.ccxt.fetch_order(order["id"], PAIR)["status"] == "canceled"
    trader.ccxt.cancel_order(edited["id"], PAIR)


def test_a_stop_loss_limit(trader: Trader) -> None:
    trader.ccxt.create_order(PAIR, "market", "buy", 3)
    prices = trader.last(0.9), trader.last(0.89)
    order = trader.ccxt.create_order(PAIR, "stop_loss_limit", "sell", 2, prices[1], {"stopPrice": prices[0]})
    fetched = trader.ccxt.fetch_order(order["id"], PAIR)
    assert (fetched["triggerPrice"], fetched["price"], fetched["type"]) == (*prices, "limit")
    assert fetched["info"]["type"] == "STOP_LOSS_LIMIT" and fetched["info"]["isWorking"] is False
    assert trader.ccxt.fetch_balance()["BTC"]["used"] == 2
    trader.ccxt.cancel_order(order["id"], PAIR)
    with pytest.raises(ccxt.OrderImmediatelyFillable, match="trigger immediately"):
        high = trader.last(1.1)
        trader.ccxt.create_order(PAIR, "stop_loss_limit", "sell", 2, high, {"stopPrice": high})


def test_refusals_have_their_classes(trader: Trader) -> None:
    with pytest.raises(ccxt.InsufficientFunds):
        trader.ccxt.create_order(PAIR, "limit", "buy", 1000, trader.last(0.9))
    with pytest.raises(ccxt.BadRequest, match="NOTIONAL"):
        trader.ccxt.create_order(PAIR, "limit", "buy", 0.02, trader.last(0.9))
    trader.ccxt.create_order(PAIR, "limit", "buy", 1, trader.last(0.5), {"clientOrderId": "twice"})
    with pytest.raises(ccxt.InvalidOrder, match="Duplicate order sent"):
        trader.ccxt.create_order(PAIR, "limit", "buy", 1, trader.last(0.5), {"clientOrderId": "twice"})
    trader.ccxt.cancel_all_orders(PAIR)
    with pytest.raises(ccxt.OrderImmediatelyFillable):
        trader.ccxt.create_order(PAIR, "limit", "buy", 1, trader.last(1.1), {"postOnly": True})


def test_immediate_or_cancel(trader: Trader) -> None:
    ask = trader.ccxt.fetch_order_book(PAIR, 5)["asks"][0]
    order = trader.ccxt.create_order(PAIR, "limit", "buy", ask[1] + 1, ask[0], {"timeInForce": "IOC"})
    assert order["status"] == "expired" and order["filled"] == pytest.approx(ask[1], rel=0.01)
    trader.ccxt.create_order(PAIR, "market", "sell", order["filled"] * 0.9)


def test_fees_and_public_trades(trader: Trader) -> None:
    assert trader.ccxt.fetch_trading_fee(PAIR)["taker"] == 0.001
    assert set(trader.ccxt.fetch_trading_fees()) == {PAIR, "ETH/USDT"}
    assert trader.ccxt.sapi_get_spot_delist_schedule() == []
    trades = trader.ccxt.fetch_trades(PAIR, limit=9)
    assert len(trades) == 9 and all(t["cost"] == pytest.approx(t["price"] * t["amount"]) for t in trades)


def test_a_killed_exchange_knows_its_orders(trader: Trader) -> None:
    price = trader.last(0.5)
    standing = trader.ccxt.create_order(PAIR, "limit", "buy", 1, price, {"clientOrderId": "survivor"})
    before = trader.ccxt.fetch_orders(PAIR), trader.ccxt.fetch_my_trades(PAIR)
    balance = trader.ccxt.fetch_balance()
    trader.stop()
    trader.start()
    orders = trader.ccxt.fetch_orders(PAIR)
    for field in ("id", "clientOrderId", "timestamp", "type", "timeInForce", "side", "amount", "status"):
        assert all(order[field] is not None for order in orders), field
    assert (orders, trader.ccxt.fetch_my_trades(PAIR)) == before
    assert trader.ccxt.fetch_balance()["total"] == balance["total"]
    assert trader.ccxt.cancel_order(standing["id"], PAIR)["clientOrderId"]
