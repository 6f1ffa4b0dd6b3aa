"""Public trades: they explain the candles, whoever pages through them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from tests.support.keyed_exchange import NOON, simulated_store
from tests.support.spot_exchange import SpotAccount

from auriga_exchange import CandleStore

PAIR = {"symbol": "BTCUSDT"}
STEP = 300_000


@pytest.fixture(scope="module")
def store() -> CandleStore:
    return simulated_store()


@pytest.fixture(scope="module")
def account(make_client: Callable[..., Any], store: CandleStore) -> SpotAccount:
    return SpotAccount(make_client, store)


def pages(account: SpotAccount, limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.get("aggTrades", **PAIR, startTime=0, limit=limit)
    while page := account.get("aggTrades", **PAIR, fromId=found[-1]["a"] + 1, limit=limit):
        found += page
    return found


def test_trades_add_up_to_the_candles(account: SpotAccount, store: CandleStore) -> None:
    trades = pages(account, 1000)
    candles = store.native("BTCUSDT")["5m"]
    closed = candles.closed(NOON)
    assert len(trades) == 4 * closed + 1  # noon is an opening, with a trade of its own
    opened = np.array([trade["T"] // STEP * STEP for trade in trades])
    for index in (0, 1, 77, closed - 1):
        parts = [trade for trade, at in zip(trades, opened, strict=True) if at == candles.opens_at[index]]
        prices = [float(trade["p"]) for trade in parts]
        open_, high, low, close, volume = candles.values[index]
        assert [prices[0], max(prices), min(prices), prices[-1]] == [open_, high, low, close]
        assert float(sum(Decimal(trade["q"]) for trade in parts)) == volume
    assert [trade["a"] for trade in trades] == list(range(1, len(trades) + 1))


def test_pages_of_any_size_tell_the_same(account: SpotAccount) -> None:
    assert pages(account, 97) == pages(account, 1000)


def test_the_latest_and_a_span(account: SpotAccount) -> None:
    every = pages(account, 1000)
    assert account.get("aggTrades", **PAIR, limit=7) == every[-7:]
    assert len(account.get("trades", **PAIR)) == 500
    span = account.get("aggTrades", **PAIR, startTime=every[9]["T"], endTime=every[20]["T"])
    assert span == every[9:21]
    (trade,) = account.get("historicalTrades", **PAIR, fromId=11, limit=1)
    assert set(trade) == {"id", "price", "qty", "quoteQty", "time", "isBuyerMaker", "isBestMatch"}
    assert (trade["id"], trade["price"], trade["time"]) == (11, every[10]["p"], every[10]["T"])


def test_average_and_rolling_window(account: SpotAccount) -> None:
    average = account.get("avgPrice", **PAIR)
    day = account.get("ticker/24hr", **PAIR)
    assert average["mins"] == 5 and float(day["lowPrice"]) < float(average["price"]) < float(day["highPrice"])
    rolling = account.get("ticker", **PAIR)
    assert {field: day[field] for field in rolling} == rolling and "bidPrice" not in rolling
    hour = account.get("ticker", symbols='["BTCUSDT"]', windowSize="1h", type="MINI")[0]
    assert hour["closeTime"] + 1 - hour["openTime"] == 3_600_000 and "priceChange" not in hour
    assert account.get("ticker")["code"] == -1102
    assert account.get("ticker", **PAIR, windowSize="8d")["code"] == -1100


def test_user_interface_klines_are_klines(account: SpotAccount) -> None:
    query = {**PAIR, "interval": "15m", "limit": 9}
    assert account.get("uiKlines", **query) == account.get("klines", **query)
