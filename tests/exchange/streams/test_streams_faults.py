"""Faults of the streams, from the same plan as those of requests."""

import asyncio
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import websockets
from tests.support.streaming import QUICK, Server, Stopwatch, ask, collect, market, serving

from auriga_exchange import FaultRule, SpeedClock, Venue

STREAM = "btcusdt@kline_1m"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Venue(market(), SpeedClock(QUICK, source=Stopwatch()), limited=False)) as running:
        yield running


def watch(server: Server, count: int, rule: FaultRule, streams: str = STREAM) -> list[Any]:
    """Events from the moment that a fault stands."""

    async def run() -> list[Any]:
        async with server.connect(f"/stream?streams={streams}") as connection:
            await collect(connection, 3)
            server.venue.faults.add(rule)
            return [event["data"]["k"] for event in await collect(connection, count)]

    return asyncio.run(run())


def test_drop_ends_without_a_close_frame(server: Server) -> None:
    async def run() -> None:
        async with (
            server.connect(f"/ws/{STREAM}") as connection,
            server.connect("/ws/ethusdt@kline_1m") as other,
        ):
            await collect(connection, 1)
            server.venue.faults.add(FaultRule(kind="ws_drop", endpoint="WS btcusdt@*", count=1))
            with pytest.raises(websockets.ConnectionClosedError) as end:
                await collect(connection, 100)
            assert end.value.rcvd is None
            await collect(other, 30)
        async with server.connect(f"/ws/{STREAM}") as connection:
            await collect(connection, 3)

    asyncio.run(run())
    assert server.venue.faults.counts == {"ws_drop": 1}


def test_refused_handshake(server: Server) -> None:
    async def run() -> None:
        server.venue.faults.add(FaultRule(kind="ws_refuse", count=2))
        for path in ("/ws", "/_ws/linear/market/ws/0"):
            with pytest.raises(websockets.InvalidStatus, match="503"):
                async with server.connect(path):
                    pass
        async with server.connect("/ws") as connection:
            assert (await ask(connection, "LIST_SUBSCRIPTIONS"))["result"] == []

    asyncio.run(run())


def test_silence_loses_events_for_good(server: Server) -> None:
    rule = FaultRule(kind="ws_silence", symbol="BTCUSDT", seconds=180)
    candles = watch(server, 200, rule, f"{STREAM}/ethusdt@kline_1m")
    closed = {
        s: [each["t"] for each in candles if each["s"] == s and each["x"]] for s in ("BTCUSDT", "ETHUSDT")
    }
    assert len(set(closed["ETHUSDT"]) - set(closed["BTCUSDT"])) >= 2
    both = [opened for opened in closed["BTCUSDT"] if opened <= max(closed["ETHUSDT"])]
    assert set(both) < set(closed["ETHUSDT"])
    assert server.venue.faults.counts["ws_silence"] > 1


def test_stale_candle_repeats(server: Server) -> None:
    candles = watch(server, 30, FaultRule(kind="ws_stale", count=10))
    stale = [each for each in candles if each["x"] and candles.count(each) > 1]
    assert len(stale) >= 2
    assert any(not each["x"] for each in candles[-10:])


def test_duplicates_and_late_candles(server: Server) -> None:
    candles = watch(server, 12, FaultRule(kind="ws_duplicate", count=4))
    texts = [json.dumps(each) for each in candles]
    assert sum(a == b for a, b in pairwise(texts)) >= 4
    openings = [each["t"] for each in watch(server, 12, FaultRule(kind="ws_out_of_order", count=2))]
    assert openings != sorted(openings)
    assert server.venue.faults.counts == {"ws_duplicate": 4, "ws_out_of_order": 2}
