"""Market streams of a real server, asked with a plain websocket client."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import numpy as np
import pytest
import websockets

from auriga.exchange import CandleSeries, CandleStore, SpeedClock, Venue, bind_loopback, create_app, serve

MINUTE = 60_000
START = 1_750_000_020_000 // MINUTE * MINUTE
QUICK = 240.0  # venue time per real time: a minute takes a quarter of a second


def market(n_candles: int = 2000) -> CandleStore:
    rng = np.random.default_rng(7)
    close = (100 * np.exp(np.cumsum(rng.normal(scale=1e-3, size=n_candles)))).round(2)
    open_ = np.r_[100.0, close[:-1]]
    high, low = np.maximum(open_, close) + 0.05, np.minimum(open_, close) - 0.05
    values = np.column_stack([open_, high.round(2), low.round(2), close, rng.lognormal(3, 1, n_candles)])
    opens_at = START + MINUTE * (np.arange(n_candles) - n_candles // 2)
    series = {"1m": CandleSeries("1m", opens_at, values, decimals=2)}
    return CandleStore({("BTC", "USDT"): series, ("ETH", "USDT"): series}, simulated=True)


@dataclass(frozen=True)
class Server:
    venue: Venue
    port: int

    @asynccontextmanager
    async def connect(self, path: str = "/ws", **options: Any) -> AsyncIterator[Any]:
        async with websockets.connect(f"ws://127.0.0.1:{self.port}{path}", **options) as connection:
            yield connection

    async def klines(self, interval: str) -> list[list[Any]]:
        url = f"http://127.0.0.1:{self.port}/api/v3/klines?symbol=BTCUSDT&interval={interval}"
        async with httpx.AsyncClient() as client:
            return list((await client.get(url)).json())


@contextmanager
def serving(venue: Venue) -> Iterator[Server]:
    """Serve from a thread, as nothing here needs signals, and end with the loop it runs in."""
    ready, loops = threading.Event(), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await inner(scope, receive, send)

    def on_ready() -> None:
        loops.append(asyncio.get_running_loop())
        ready.set()

    inner = create_app(venue)
    with bind_loopback(0) as listener:
        thread = threading.Thread(target=partial(_serve_until_cancelled, app, listener, on_ready))
        thread.start()
        assert ready.wait(20)
        try:
            yield Server(venue, listener.getsockname()[1])
        finally:
            loops[0].call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks()])
            thread.join(20)
            assert not thread.is_alive()


def _serve_until_cancelled(*arguments: Any) -> None:
    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
        serve(*arguments)


@pytest.fixture(scope="module")
def quick() -> Iterator[Server]:
    with serving(Venue(market(), SpeedClock(QUICK, source=Stopwatch()), limited=False)) as server:
        yield server


class Stopwatch:
    """Real time since the first look, from `START` on."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self) -> int:
        return START + int((time.monotonic() - self._began) * 1000)


async def ask(connection: Any, method: str, *params: Any, request_id: Any = 1) -> Any:
    await connection.send(json.dumps({"method": method, "params": params, "id": request_id}))
    while "id" not in (answer := json.loads(await asyncio.wait_for(connection.recv(), 10))):
        pass
    return answer


async def collect(connection: Any, count: int) -> list[Any]:
    return [json.loads(await asyncio.wait_for(connection.recv(), 10)) for _ in range(count)]


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
