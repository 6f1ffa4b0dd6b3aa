"""A server for websocket tests: a small market, a quick clock, and clients that talk to it."""

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
import websockets

from auriga_exchange import CandleSeries, CandleStore, Venue, bind_loopback, create_app, serve
from auriga_exchange.trading import OrderDesk

MINUTE = 60_000
PATIENCE = 60.0  # real seconds for one answer; nothing takes that long, whatever else the machine does
START = 1_750_000_020_000 // MINUTE * MINUTE
QUICK = 240.0  # venue time per real time: a minute takes a quarter of a second


def market(n_candles: int = 2000, now: int = START) -> CandleStore:
    """Two pairs with one-minute candles, half of them in the future."""
    rng = np.random.default_rng(7)
    close = (100 * np.exp(np.cumsum(rng.normal(scale=1e-3, size=n_candles)))).round(2)
    open_ = np.r_[100.0, close[:-1]]
    high, low = np.maximum(open_, close) + 0.05, np.minimum(open_, close) - 0.05
    values = np.column_stack([open_, high.round(2), low.round(2), close, rng.lognormal(3, 1, n_candles)])
    opens_at = now // MINUTE * MINUTE + MINUTE * (np.arange(n_candles) - n_candles // 2)
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
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            return list((await client.get(url)).json())


@contextmanager
def serving(venue: Venue) -> Iterator[Server]:
    """Serve from a thread, as nothing here needs signals, and end with the loop it runs in."""
    ready, loops = threading.Event(), []

    def on_ready() -> None:
        loops.append(asyncio.get_running_loop())
        ready.set()

    app = create_app(venue)
    with bind_loopback(0) as listener:
        thread = threading.Thread(target=partial(_serve_until_cancelled, app, listener, on_ready))
        thread.start()
        assert ready.wait(PATIENCE)
        try:
            yield Server(venue, listener.getsockname()[1])
        finally:
            loops[0].call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks()])
            thread.join(PATIENCE)
            assert not thread.is_alive()


def _serve_until_cancelled(*arguments: Any) -> None:
    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
        serve(*arguments)


class Stopwatch:
    """Real time since the first look, from `START` on."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self) -> int:
        return START + int((time.monotonic() - self._began) * 1000)


async def heard(desk: OrderDesk, count: int = 1) -> None:
    """Wait until so many connections listen to what happens to an account's orders."""
    async with asyncio.timeout(PATIENCE):
        while len(desk.listeners) < count:
            await asyncio.sleep(0.01)


async def ask(connection: Any, method: str, *params: Any, request_id: Any = 1) -> Any:
    await connection.send(json.dumps({"method": method, "params": params, "id": request_id}))
    while "id" not in (answer := json.loads(await asyncio.wait_for(connection.recv(), PATIENCE))):
        pass
    return answer


async def collect(connection: Any, count: int) -> list[Any]:
    return [json.loads(await asyncio.wait_for(connection.recv(), PATIENCE)) for _ in range(count)]
