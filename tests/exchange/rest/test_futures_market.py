"""Market data of futures: what was recorded, what is derived, and what ccxt makes of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ccxt
import numpy as np
import pandas as pd
import pytest
from tests.support.futures_world import (
    FIRST,
    HOUR,
    HOURS,
    MINUTE,
    START,
    World,
    build_store,
    futures_client,
    served,
    write_contracts,
)

from auriga.simulated import SimulationPlan, simulate_exchange
from auriga_exchange import CandleStore, Venue, create_app, read_recorded_market

NOON = FIRST + HOURS * HOUR


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_contracts(tmp_path_factory.mktemp("contracts"))


@pytest.fixture(scope="module")
def world(contracts: Path) -> World:
    world = World(read_recorded_market(contracts).futures_store)
    world.now = NOON
    return world


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[Any]:
    with served(world.venue) as address:
        client = futures_client(address, world)
        yield client
        client.session.close()


def test_ccxt_loads_perpetual_contracts(client: Any) -> None:
    markets = client.load_markets()
    assert set(markets) == {"BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT"}
    bitcoin = markets["BTC/USDT:USDT"]
    assert bitcoin["swap"] and bitcoin["linear"] and bitcoin["active"] and bitcoin["settle"] == "USDT"
    assert bitcoin["precision"] == {"amount": 0.0001, "price": 0.01, "base": 1e-8, "quote": 1e-8}
    assert (bitcoin["limits"]["cost"]["min"], bitcoin["created"]) == (5, FIRST)
    assert "STOP_MARKET" in bitcoin["info"]["orderTypes"]


def _pages(fetch: Any, first: int) -> np.ndarray:
    rows: list[list[float]] = []
    while page := fetch(rows[-1][0] + 1 if rows else first):
        rows += page
    return np.array(rows)


@pytest.mark.parametrize("pair", ["BTC/USDT:USDT", "SOL/USDT:USDT"])
def test_ccxt_receives_the_recorded_candles_bit_identical(client: Any, contracts: Path, pair: str) -> None:
    received = _pages(lambda since: client.fetch_ohlcv(pair, "5m", since=since, limit=1500), 0)
    name = pair.replace("/", "_").replace(":", "_")
    source = pd.read_feather(contracts / "futures" / f"{name}-5m-futures.feather")
    np.testing.assert_array_equal(received[:, 0], source["date"].astype("int64"))
    np.testing.assert_array_equal(received[:, 1:], source.iloc[:, 1:].to_numpy())


def test_ccxt_receives_the_recorded_mark_prices_bit_identical(client: Any, contracts: Path) -> None:
    def fetch(since: int) -> Any:
        return client.fetch_ohlcv("BTC/USDT:USDT", "1h", since=since, limit=499, params={"price": "mark"})

    received = _pages(fetch, 0)
    source = pd.read_feather(contracts / "futures" / "BTC_USDT_USDT-1h-mark.feather")
    np.testing.assert_array_equal(received[:, 1:5], source.iloc[:, 1:5].to_numpy())
    # Without recorded mark prices the contract's own candles take their place.
    own = client.fetch_ohlcv("SOL/USDT:USDT", "5m", limit=5, params={"price": "mark"})
    assert [row[:5] for row in own] == [row[:5] for row in client.fetch_ohlcv("SOL/USDT:USDT", "5m", limit=5)]


@pytest.mark.parametrize("base", ["BTC", "ETH"])
def test_ccxt_receives_the_recorded_funding_rates(client: Any, contracts: Path, base: str) -> None:
    pair = f"{base}/USDT:USDT"
    received = client.fetch_funding_rate_history(pair, since=FIRST, limit=1000)
    source = pd.read_feather(contracts / "futures" / f"{base}_USDT_USDT-1h-funding_rate.feather")
    np.testing.assert_array_equal([row["timestamp"] for row in received], source["date"].astype("int64"))
    np.testing.assert_array_equal([row["fundingRate"] for row in received], source.iloc[:, 1].to_numpy())
    assert len(client.fetch_funding_rate_history(pair, limit=3)) == 3


def test_ccxt_reads_every_other_public_answer(client: Any) -> None:
    ticker = client.fetch_tickers(["BTC/USDT:USDT"])["BTC/USDT:USDT"]
    best = client.fetch_bids_asks(["BTC/USDT:USDT"])["BTC/USDT:USDT"]
    book = client.fetch_order_book("BTC/USDT:USDT", 5)
    assert book["bids"][0][0] == best["bid"] < ticker["last"] < best["ask"] == book["asks"][0][0]
    assert client.fetch_last_prices()["BTC/USDT:USDT"]["price"] == ticker["last"]
    rate = client.fetch_funding_rates()["BTC/USDT:USDT"]
    assert abs(rate["markPrice"] / ticker["last"] - 1) < 0.01
    assert rate["fundingTimestamp"] % (8 * HOUR) == 0 < rate["fundingTimestamp"] - NOON <= 8 * HOUR
    assert client.fetch_funding_rate("ETH/USDT:USDT")["indexPrice"] > 0
    assert client.fetch_funding_intervals()["SOL/USDT:USDT"]["interval"] == "8h"
    trades = client.fetch_trades(
        "BTC/USDT:USDT", limit=20, params={"fetchTradesMethod": "fapiPublicGetAggTrades"}
    )
    assert len(trades) == 20 and trades[-1]["price"] == ticker["last"]
    assert client.fetch_open_interest("BTC/USDT:USDT")["openInterestAmount"] > 0
    assert client.fetch_time() == NOON
    premium = client.fetch_premium_index_ohlcv("BTC/USDT:USDT", "1h", limit=9)
    index = client.fetch_index_ohlcv("BTC/USDT:USDT", "1h", limit=9)
    assert len(premium) == len(index) == 9
    assert premium[0][4] == pytest.approx(1 / 1.0002 - 1, abs=1e-8)
    assert client.fapiPublicGetContinuousKlines(
        {"pair": "BTCUSDT", "contractType": "PERPETUAL", "interval": "5m", "limit": 2}
    )


def test_weights_are_those_of_binance(make_client: Any, world: World) -> None:
    client = make_client(create_app(world.venue))

    def cost(path: str, **query: Any) -> int:
        before, after = (
            int(client.get(each, params=extra).headers["X-MBX-USED-WEIGHT-1M"])
            for each, extra in (("/fapi/v1/ping", {}), (path, query))
        )
        return after - before

    candles = {"symbol": "BTCUSDT", "interval": "5m"}
    weights = [cost("/fapi/v1/klines", **candles, limit=limit) for limit in (99, 100, 499, 500, 1000, 1500)]
    assert weights == [1, 2, 2, 5, 5, 10]
    assert [cost("/fapi/v1/depth", symbol="BTCUSDT", limit=n) for n in (5, 50, 100, 500, 1000)] == [
        2,
        2,
        5,
        10,
        20,
    ]
    assert [cost("/fapi/v1/ticker/24hr"), cost("/fapi/v1/ticker/24hr", symbol="BTCUSDT")] == [40, 1]
    assert [cost("/fapi/v1/premiumIndex"), cost("/fapi/v1/premiumIndex", symbol="BTCUSDT")] == [10, 1]


def test_nothing_of_the_future_is_served(make_client: Any, contracts: Path) -> None:
    now = FIRST + 100 * HOUR + 30 * MINUTE
    futures = read_recorded_market(contracts).futures_store
    client = make_client(create_app(Venue(CandleStore({}), lambda: now, futures_store=futures)))
    rates = client.get("/fapi/v1/fundingRate", params={"symbol": "BTCUSDT", "limit": 1000}).json()
    assert rates[-1]["fundingTime"] == FIRST + 96 * HOUR
    for path in ("klines", "markPriceKlines"):
        query = {"symbol": "BTCUSDT", "interval": "1h", "limit": 1}
        assert client.get(f"/fapi/v1/{path}", params=query).json()[0][0] == FIRST + 100 * HOUR


def test_derived_rates_follow_the_trend_and_are_capped() -> None:
    plan = SimulationPlan(pairs=("BTC/USDT",), days=30)
    venue = Venue(simulate_exchange(plan))
    rates = venue.futures_store.funding("BTCUSDT")
    again = Venue(simulate_exchange(plan)).futures_store.funding("BTCUSDT")
    np.testing.assert_array_equal(rates.rates, again.rates)
    assert len(rates.rates) == 90 and np.abs(rates.rates).max() < 0.0075
    steep = build_store(list(np.geomspace(1e-3, 1e9, 3000)))
    assert steep.funding("BTCUSDT").rates.max() == 0.0075
    rising, falling = (build_store(list(np.linspace(1000, end, 3000))) for end in (1200, 800))
    assert rising.funding("BTCUSDT").rates[-1] > 0.0001 > falling.funding("BTCUSDT").rates[-1]
    assert rising.funding("BTCUSDT").paid_at[0] == START + 8 * HOUR


@pytest.mark.parametrize("damage", ["column", "zone", "repeated", "garbage"])
def test_damaged_funding_files_are_named(contracts: Path, tmp_path: Path, damage: str) -> None:
    (tmp_path / "futures").mkdir()
    for source in (contracts / "BTC_USDT-5m.feather", *contracts.glob("futures/BTC*")):
        (tmp_path / source.relative_to(contracts)).write_bytes(source.read_bytes())
    file = tmp_path / "futures" / "BTC_USDT_USDT-1h-funding_rate.feather"
    rates = pd.read_feather(file)
    damaged = {
        "column": rates.rename(columns={"funding_rate": "rate"}),
        "zone": rates.assign(date=rates["date"].dt.tz_localize(None)),
        "repeated": pd.concat([rates, rates[-1:]], ignore_index=True),
    }
    if damage == "garbage":
        file.write_bytes(b"no feather")
    else:
        damaged[damage].to_feather(file)
    market = read_recorded_market(tmp_path)
    (line,) = market.faulty
    assert line.startswith(str(file)) and "; " in line
    assert list(market.futures_store.symbols) == ["BTCUSDT"] and not market.futures_store.recorded_funding


def test_contracts_without_recordings_trade_at_the_spot_price(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "BTC_USDT-5m.feather").write_bytes((recording / "BTC_USDT-5m.feather").read_bytes())
    market = read_recorded_market(tmp_path)
    assert market.futures_store.native("BTCUSDT") == market.store.native("BTCUSDT")
    assert market.futures_store.symbols["BTCUSDT"].pair == "BTC/USDT:USDT"


def test_ccxt_understands_refusals(client: Any) -> None:
    client.load_markets()
    with pytest.raises(ccxt.BadRequest, match="-1120"):
        client.fapiPublicGetKlines({"symbol": "BTCUSDT", "interval": "7m"})
    with pytest.raises(ccxt.BadSymbol, match="-1121"):
        client.fapiPublicGetMarkPriceKlines({"symbol": "NOUSDT", "interval": "1h"})
