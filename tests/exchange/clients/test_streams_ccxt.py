"""ccxt's own websocket client: candles, and the orders of an account."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import ccxt.pro
import pytest
from tests.support.streaming import PATIENCE, Server, heard, market, serving

from auriga_exchange import ApiKeys, Venue, offline_config, wall_clock

KEY, SECRET = "a-key-for-tests", "a-secret-for-tests"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    venue = Venue(market(now=wall_clock()), keys=ApiKeys({KEY: SECRET}), limited=False)
    with serving(venue) as running:
        yield running


def talk(server: Server, mode: str, use: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    async def run() -> Any:
        config = offline_config(server.port, mode=mode)["exchange"]["ccxt_config"]
        options = {**config["options"], "defaultType": "spot" if mode == "spot" else "swap"}
        client = ccxt.pro.binance({**config, "options": options, "apiKey": KEY, "secret": SECRET})
        try:
            await client.load_markets()
            return await asyncio.wait_for(use(client), PATIENCE)
        finally:
            await client.close()

    return asyncio.run(run())


@pytest.mark.parametrize(("mode", "pair"), [("spot", "BTC/USDT"), ("futures", "BTC/USDT:USDT")])
def test_candles_are_those_of_rest(server: Server, mode: str, pair: str) -> None:
    async def use(client: Any) -> None:
        seen = await client.watch_ohlcv(pair, "1m")
        several = await client.watch_ohlcv_for_symbols([[pair, "5m"], [pair.replace("BTC", "ETH"), "5m"]])
        assert {candles for each in several.values() for candles in each} == {"5m"}
        rows = {row[0]: row for row in await client.fetch_ohlcv(pair, "1m", limit=3)}
        assert seen[-1][:2] == rows[seen[-1][0]][:2]
        assert await client.un_watch_ohlcv_for_symbols([[pair, "5m"]])

    talk(server, mode, use)


def test_spot_orders_are_reported(server: Server) -> None:
    async def use(client: Any) -> None:
        # ccxt waits for the next change, so the order comes once it listens.
        waiting = asyncio.create_task(client.watch_orders("BTC/USDT"))
        balance = asyncio.create_task(client.watch_balance())
        await heard(server.venue.spot)
        await asyncio.sleep(0.2)  # for ccxt itself to know
        placed = await client.create_order("BTC/USDT", "limit", "buy", 1, 50)
        new = (await waiting)[-1]
        assert (new["id"], new["status"], new["price"], new["amount"]) == (placed["id"], "open", 50, 1)
        assert new["clientOrderId"] == placed["clientOrderId"]
        assert (await balance)["USDT"]["used"] == 50
        waiting = asyncio.create_task(client.watch_orders("BTC/USDT"))
        await asyncio.sleep(0.2)
        await client.cancel_order(placed["id"], "BTC/USDT")
        ended = (await waiting)[-1]
        assert (ended["status"], ended["clientOrderId"]) == ("canceled", placed["clientOrderId"])
        trades = asyncio.create_task(client.watch_my_trades("BTC/USDT"))
        await asyncio.sleep(0.2)
        bought = await client.create_order("BTC/USDT", "market", "buy", 2)
        trade = (await trades)[-1]
        assert trade["order"] == bought["id"] and trade["fee"]["currency"] == "BTC"
        by_rest = {each["id"]: each for each in await client.fetch_my_trades("BTC/USDT")}
        assert trade["price"] == by_rest[trade["id"]]["price"]

    talk(server, "spot", use)


def test_futures_orders_are_reported(server: Server) -> None:
    async def use(client: Any) -> None:
        waiting = asyncio.create_task(client.watch_orders("BTC/USDT:USDT"))
        assert await client.watch_positions(["BTC/USDT:USDT"]) == []  # as ccxt fetched them itself
        positions = asyncio.create_task(client.watch_positions(["BTC/USDT:USDT"]))
        await heard(server.venue.futures)
        await asyncio.sleep(0.2)  # for ccxt itself to know
        placed = await client.create_order("BTC/USDT:USDT", "market", "sell", 2)
        orders = await waiting
        while orders[-1]["status"] != "closed":
            orders = await client.watch_orders("BTC/USDT:USDT")
        assert (orders[-1]["id"], orders[-1]["filled"], orders[-1]["side"]) == (placed["id"], 2, "sell")
        position = (await positions)[-1]
        assert (position["side"], position["contracts"]) == ("short", 2)

    talk(server, "futures", use)
