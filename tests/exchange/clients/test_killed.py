"""`auriga exchange --state` killed like a power cut and started again: nothing is lost."""

from typing import Any

import ccxt
import pytest

from rig import Exchange

MARKET = ("--market", "easy", "--until-now", "--timeframe", "1m", "--days", "2", "--live", "--no-limits")


def client(exchange: Exchange, market: str) -> Any:
    told = exchange.config["exchange"]
    options = {**told["ccxt_config"]["options"], "defaultType": market}
    keys = {"apiKey": told["key"], "secret": told["secret"]}
    return ccxt.binance({**told["ccxt_config"], **keys, "options": options})


def read(exchange: Exchange, trader: Any, pair: str) -> dict[str, Any]:
    """Everything about the account that does not move with the price."""
    books = exchange.control.books()["futures"]
    positions = [
        {name: position[name] for name in ("symbol", "positionAmt", "entryPrice", "isolatedWallet")}
        for position in books["positions"]
    ]
    income = trader.fapiPrivateGetIncome()
    return {
        **{name: books[name] for name in ("orders", "trades", "algo_orders")},
        "positions": positions,
        "income": income,
        "leverage": trader.fetch_positions([pair])[0]["info"]["isolatedWallet"],
        "wallet": trader.fetch_balance()["info"]["assets"][0]["walletBalance"],
    }


@pytest.mark.timeout(300)
def test_a_futures_account_is_the_same_after_a_power_cut(tmp_path) -> None:
    pair = "BTC/USDT:USDT"
    with Exchange(tmp_path, *MARKET, pairs=["BTC/USDT"], market="futures", state=True) as exchange:
        trader = client(exchange, "swap")
        price = trader.fetch_ticker(pair)["last"]
        trader.set_margin_mode("isolated", pair)
        trader.set_leverage(3, pair)
        amount = float(trader.amount_to_precision(pair, 600 / price))
        trader.create_order(pair, "market", "buy", amount)
        level = float(trader.price_to_precision(pair, 0.7 * price))
        stop = {"stopPrice": level, "reduceOnly": True}
        trader.create_order(pair, "stop_market", "sell", amount, None, stop)
        mine = {"newClientOrderId": "mine", "timeInForce": "GTC"}
        limit = (pair, "limit", "buy", amount, level, mine)
        trader.create_order(*limit)
        before = read(exchange, trader, pair)
        assert [len(before[name]) for name in ("orders", "algo_orders", "positions", "income")] == [
            2,
            1,
            1,
            1,
        ]
        port = exchange.port
        exchange.kill()
        exchange.restart()
        assert exchange.port == port
        assert read(exchange, trader, pair) == before  # with the keys of before
        with pytest.raises(ccxt.ExchangeError, match="-4116"):
            trader.create_order(*limit)
        trader.create_order(pair, "market", "sell", amount, None, {"reduceOnly": True})
        trader.cancel_order("", pair, {"origClientOrderId": "mine"})
        assert exchange.control.books()["futures"]["positions"] == []
        assert len(trader.fapiPrivateGetIncome()) == len(before["income"]) + 2
