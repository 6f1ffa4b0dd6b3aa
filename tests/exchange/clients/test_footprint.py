"""What the exchange costs: its CPU seconds until it answers and for candles, memory with streams subscribed.

CPU seconds of the process, not time on the wall: whatever else the machine does does not count.
"""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import psutil
import pytest
import websockets
from tests.support.streaming import collect

PAIRS = ("BTC", "ETH", "SOL", "BNB")
TIMEFRAMES = ("5m", "15m", "1h", "4h", "1d")
YEAR = 365 * 288
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, make_frame: Callable[..., pd.DataFrame]) -> Path:
    folder = tmp_path_factory.mktemp("year")
    start = (pd.Timestamp.now("UTC") - pd.Timedelta(days=364)).strftime("%Y-%m-%d")
    for seed, base in enumerate(PAIRS):
        make_frame(start, YEAR, "5min", price=100.0, seed=seed).to_feather(folder / f"{base}_USDT-5m.feather")
    return folder


@pytest.mark.timeout(300)
def test_four_pairs_of_a_year(year: Path, tmp_path: Path, exchange_process: Callable[..., Any]) -> None:
    with exchange_process(tmp_path / "overlay.json", "--candles", str(year), "--no-limits") as running:
        server = psutil.Process(running.process.pid)
        start = _cpu_seconds(server)
        asyncio.run(_hundred_requests(running.url))
        klines = _cpu_seconds(server) - start
        asyncio.run(_subscribe_to_all(running.url))
        memory = server.memory_info().rss / MEGABYTE
    print(f"start {start:.2f} CPU s, 100 requests {klines:.2f} CPU s, {memory:.0f} MB")
    assert memory < 200
    # About three times what they take: a neighbour on the same core makes CPU seconds longer, too.
    assert start < 5 and klines < 4


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def _hundred_requests(url: str) -> None:
    async with httpx.AsyncClient() as client:
        for number in range(100):
            query = {"symbol": f"{PAIRS[number % 4]}USDT", "interval": "5m", "limit": "1000"}
            answer = await client.get(f"{url}/klines", params=query)
            assert len(answer.json()) == 1000


async def _subscribe_to_all(url: str) -> None:
    """Every pair and timeframe on five connections, until each stream has sent something."""
    names = [f"{base.lower()}usdt@kline_{timeframe}" for base in PAIRS for timeframe in TIMEFRAMES]
    address = url.replace("http", "ws").replace("/api/v3", "/stream")
    connections = [await websockets.connect(address) for _ in range(5)]
    for connection in connections:
        await connection.send(json.dumps({"method": "SUBSCRIBE", "params": names, "id": 1}))
    for connection in connections:
        seen = {event["stream"] for event in await collect(connection, 60) if "stream" in event}
        assert seen == set(names)
        await connection.close()
