"""Market streams of a real server, asked with a plain websocket client."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import websockets
from tests.support.streaming import MINUTE, QUICK, START, Server, Stopwatch, ask, collect, market, serving

from auriga_exchange import SpeedClock, Venue


@pytest.fixture(scope="module")
def quick() -> Iterator[Server]:
    with serving(Venue(market(), SpeedClock(QUICK, source=Stopwatch()), limited=False)) as server:
        yield server


def test_closed_candles_are_those_of_rest(quick: Server) -> None:
    """Every candle closes once, with the values klines answers, and is seen running before that."""

    async def watch() -> tuple[list[Any], list[Any], list[Any]]:
        async with quick.connect("/stream?streams=btcusdt@kline_1m/btcusdt@kline_5m") as connection:
            events = [event["data"] for event in await collect(connection, 400)]
        return events, await quick.klines("1m"), await quick.klines("5m")

    events, *rest = asyncio.run(watch())
    for interval, rows in zip(("1m", "5m"), rest, strict=True):
        by_opening = {row[0]: row for row in rows}
        candles = [event["k"] for event in events if event["k"]["i"] == interval]
        closed = [candle for candle in candles if candle["x"]]
        assert len(closed) > 2
        step = closed[1]["t"] - closed[0]["t"]
        assert [candle["t"] for candle in closed] == [closed[0]["t"] + step * i for i in range(len(closed))]
        for candle in closed:
            row = by_opening[candle["t"]]
            assert [candle[field] for field in ("o", "h", "l", "c", "v", "T", "q")] == [*row[1:6], *row[6:8]]
        for candle in candles:
            assert float(candle["l"]) <= float(candle["c"]) <= float(candle["h"])
        assert any(not candle["x"] for candle in candles)
    assert all(event["e"] == "kline" and event["s"] == "BTCUSDT" for event in events)


def test_running_candle_comes_every_two_seconds_of_the_clock(quick: Server) -> None:
    async def watch() -> list[Any]:
        async with quick.connect("/ws/btcusdt@kline_1h") as connection:
            return await collect(connection, 20)

    moments = [event["E"] for event in asyncio.run(watch())]
    # One pass of the machine may swallow beats of so fast a clock, but never doubles one.
    beats = [moment // 2000 for moment in moments]
    assert beats == sorted(set(beats))


def test_raw_and_combined_events(quick: Server) -> None:
    async def watch(path: str) -> Any:
        async with quick.connect(path) as connection:
            return (await collect(connection, 1))[0]

    for path in ("/ws/btcusdt@bookTicker", "/_ws/ws/btcusdt@bookTicker"):
        assert set(asyncio.run(watch(path))) == {"u", "s", "b", "B", "a", "A"}
    for path in ("/stream?streams=btcusdt@depth5", "/_ws/stream/0?streams=btcusdt@depth5"):
        event = asyncio.run(watch(path))
        assert event["stream"] == "btcusdt@depth5"
        assert len(event["data"]["bids"]) == len(event["data"]["asks"]) == 5
    mini = asyncio.run(watch("/ws/ethusdt@miniTicker"))
    assert mini["e"] == "24hrMiniTicker" and set(mini) == set("eEscohlvq")


def test_subscriptions_come_and_go(quick: Server) -> None:
    async def talk() -> None:
        async with quick.connect("/ws") as connection:
            names = ["btcusdt@kline_1m", "ethusdt@kline_1m", "nopeusdt@kline_1m"]
            assert await ask(connection, "SUBSCRIBE", *names, request_id=7) == {"result": None, "id": 7}
            assert (await ask(connection, "LIST_SUBSCRIPTIONS"))["result"] == names
            assert await ask(connection, "UNSUBSCRIBE", names[0], request_id="a1") == {
                "result": None,
                "id": "a1",
            }
            assert {event["s"] for event in await collect(connection, 30)} == {"ETHUSDT"}
            assert (await ask(connection, "GET_PROPERTY", "combined"))["result"] is False
            assert (await ask(connection, "SET_PROPERTY", "combined", True))["result"] is None
            assert (await collect(connection, 1))[0]["stream"] == "ethusdt@kline_1m"

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("nonsense", 3, "Invalid JSON"),
        ("[" * 100_000, 3, "Invalid JSON"),
        ("[]", 2, "expected an object"),
        ("{}", 2, "missing field `method`"),
        ('{"method": "BUY", "id": 1}', 2, "unknown variant `BUY`, expected one of `SUBSCRIBE`"),
        ('{"method": "SUBSCRIBE", "id": 1}', 2, "list of stream names"),
        ('{"method": "SUBSCRIBE", "params": "btcusdt@kline_1m", "id": 1}', 2, "must be an array"),
        ('{"method": "SUBSCRIBE", "params": [["x"]], "id": 1}', 2, "list of stream names"),
        ('{"method": "SUBSCRIBE", "params": ["BTCUSDT"], "id": 1}', 2, "invalid stream"),
        ('{"method": "SUBSCRIBE", "params": ["btcusdt@kline_1m"], "id": {}}', 2, "request ID"),
        ('{"method": ["SUBSCRIBE"], "params": ["btcusdt@kline_1m"]}', 2, "unknown variant"),
        ('{"method": "GET_PROPERTY", "params": ["speed"]}', 0, "Unknown property"),
        ('{"method": "SET_PROPERTY", "params": ["combined", 1]}', 1, "expected Boolean"),
        ('{"method": "SET_PROPERTY", "params": ["combined", true, 2]}', 2, "too many parameters"),
        ('{"method": "GET_PROPERTY", "params": []}', 2, "property name must be a string"),
    ],
)
def test_malformed_requests_are_answered(quick: Server, text: str, code: int, message: str) -> None:
    async def talk() -> Any:
        async with quick.connect() as connection:
            await connection.send(text)
            error = (await collect(connection, 1))[0]["error"]
            assert (await ask(connection, "LIST_SUBSCRIPTIONS"))["result"] == []
            return error

    error = asyncio.run(talk())
    assert error["code"] == code and message in error["msg"]


def test_limits_of_a_connection() -> None:
    async def talk(server: Server) -> None:
        async with server.connect() as connection:
            for _ in range(5):
                await ask(connection, "LIST_SUBSCRIPTIONS")
            await connection.send("{}")
            with pytest.raises(websockets.ConnectionClosedError, match="1008"):
                await collect(connection, 1)
        async with server.connect() as connection:
            names = [f"coin{number}@kline_1m" for number in range(1025)]
            assert (await ask(connection, "SUBSCRIBE", *names[:1024]))["result"] is None
            await ask(connection, "SUBSCRIBE", names[1024])
            with pytest.raises(websockets.ConnectionClosedError, match="1008"):
                await collect(connection, 1)

    with serving(Venue(market(), clock=lambda: START)) as server:
        asyncio.run(talk(server))


def test_connection_ends_after_a_day() -> None:
    now = [START]

    async def talk(server: Server) -> None:
        async with server.connect() as connection:
            await ask(connection, "LIST_SUBSCRIPTIONS")
            now[0] += 24 * 60 * MINUTE
            with pytest.raises(websockets.ConnectionClosed):
                await collect(connection, 1)

    with serving(Venue(market(), clock=lambda: now[0])) as server:
        asyncio.run(talk(server))


def test_pages_of_a_browser_are_refused(quick: Server) -> None:
    async def talk() -> None:
        async with quick.connect("/ws", origin="http://evil.example"):
            pass

    with pytest.raises(websockets.InvalidStatus, match="403"):
        asyncio.run(talk())
    with pytest.raises(websockets.InvalidStatus, match="400"):
        asyncio.run(_with_host(quick))


async def _with_host(server: Server) -> None:
    # A name that resolves to this machine, as DNS rebinding makes it.
    uri = f"ws://evil.example:{server.port}/ws"
    async with websockets.connect(uri, host="127.0.0.1", port=server.port):
        pass
