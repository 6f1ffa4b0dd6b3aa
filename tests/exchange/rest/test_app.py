"""The other endpoints, and what is refused."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from auriga.simulated import SimulationPlan, simulate_exchange
from auriga_exchange import Venue, create_app


def test_ping_and_time(client: Any) -> None:
    assert client.get("/api/v3/ping").json() == {}
    assert client.get("/api/v3/time").json() == {"serverTime": 1_750_000_000_000}


def test_exchange_info_has_what_ccxt_reads(client: Any) -> None:
    symbols = {entry["symbol"]: entry for entry in client.get("/api/v3/exchangeInfo").json()["symbols"]}
    assert set(symbols) == {"BTCUSDT", "PEPEUSDT"}
    filters = {entry["filterType"] for entry in symbols["BTCUSDT"]["filters"]}
    assert filters == {"PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "NOTIONAL"}
    assert "STOP_LOSS_LIMIT" in symbols["BTCUSDT"]["orderTypes"]
    assert "contractType" not in symbols["BTCUSDT"]


def test_day_ticker_covers_24_hours(client: Any, bitcoin: pd.DataFrame) -> None:
    ticker = client.get("/api/v3/ticker/24hr", params={"symbol": "BTCUSDT"}).json()
    # The daily file of the recording ends at 2025-01-10, before the 5m file.
    day = bitcoin.iloc[-288:]
    assert float(ticker["lastPrice"]) == day["close"].iloc[-1]
    assert float(ticker["highPrice"]) == day["high"].max()
    assert float(ticker["volume"]) == pytest.approx(day["volume"].sum())
    assert ticker["openTime"] == day["date"].iloc[0].value // 10**6
    assert float(ticker["bidPrice"]) < float(ticker["lastPrice"]) < float(ticker["askPrice"])


@pytest.mark.parametrize("path", ["ticker/24hr", "ticker/price", "ticker/bookTicker"])
def test_tickers_come_one_some_or_all(client: Any, path: str) -> None:
    one = client.get(f"/api/v3/{path}", params={"symbol": "PEPEUSDT"}).json()
    some = client.get(f"/api/v3/{path}", params={"symbols": '["PEPEUSDT"]'}).json()
    every = client.get(f"/api/v3/{path}").json()
    assert some == [one]
    assert [entry["symbol"] for entry in every] == ["BTCUSDT", "PEPEUSDT"]


@pytest.mark.parametrize("symbols", ["[]", "BTCUSDT", '{"a": 1}', '["btcusdt"]'])
def test_malformed_symbols_are_refused(client: Any, symbols: str) -> None:
    answer = client.get("/api/v3/ticker/price", params={"symbols": symbols})
    assert (answer.status_code, answer.json()["code"]) == (400, -1100)


@pytest.mark.parametrize("symbol", ["BTCUSDT", "PEPEUSDT"])
def test_order_book_is_sorted_and_on_the_tick(client: Any, symbol: str) -> None:
    book = client.get("/api/v3/depth", params={"symbol": symbol, "limit": 20}).json()
    info = client.get("/api/v3/exchangeInfo", params={"symbol": symbol}).json()["symbols"][0]
    filters = {entry["filterType"]: entry for entry in info["filters"]}
    tick, step = Decimal(filters["PRICE_FILTER"]["tickSize"]), Decimal(filters["LOT_SIZE"]["stepSize"])
    bids, asks = ([Decimal(price) for price, _ in book[side]] for side in ("bids", "asks"))
    assert bids == sorted(bids, reverse=True) and asks == sorted(asks) and 0 < bids[0] < asks[0]
    assert all(price % tick == 0 for price in bids + asks)
    assert all(Decimal(amount) % step == 0 and Decimal(amount) > 0 for _, amount in book["bids"])


def test_unknown_paths_and_methods_are_not_served(client: Any) -> None:
    assert client.get("/api/v3/nothing").status_code == 404
    assert client.get("/dapi/v1/exchangeInfo").status_code == 404
    assert client.request("POST", "/sapi/v1/asset/transfer").status_code == 404
    assert client.request("POST", "/api/v3/klines").status_code == 405
    assert "offline exchange" in client.get("/sapi/v1/anything").json()["msg"]


@pytest.mark.parametrize(
    ("host", "status"), [("localhost:8118", 200), ("api.binance.com", 400), ("127.0.0.1.evil.example", 400)]
)
def test_foreign_hosts_are_refused(client: Any, host: str, status: int) -> None:
    assert client.get("/api/v3/ping", headers={"host": host}).status_code == status


def test_before_the_first_candle_a_pair_is_not_listed(make_client: Callable[..., Any]) -> None:
    store = simulate_exchange(SimulationPlan(pairs=("BTC/USDT",), days=1))
    early = make_client(create_app(Venue(store, clock=lambda: 0)))
    assert early.get("/api/v3/ticker/24hr").json() == []
    assert early.get("/api/v3/depth", params={"symbol": "BTCUSDT"}).json()["code"] == -1121
    assert early.get("/api/v3/klines", params={"symbol": "BTCUSDT", "interval": "5m"}).json() == []
