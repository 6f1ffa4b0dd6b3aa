"""A small recording with holes and awkward numbers, and servers in front of it."""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from starlette.types import ASGIApp

from auriga_exchange import Venue, create_app, read_recorded_market

NOON = 1_750_000_000_000


def make_candles(start: str, n_candles: int, timeframe: str, *, price: float, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    close = price * np.exp(np.cumsum(rng.normal(scale=1e-3, size=n_candles)))
    open_ = np.r_[price, close[:-1]]
    dates = pd.date_range(start, periods=n_candles, freq=pd.Timedelta(timeframe), tz="UTC", unit="ms")
    return pd.DataFrame(
        {
            "date": dates,
            "open": open_,
            "high": np.maximum(open_, close) * (1 + rng.random(n_candles) * 1e-3),
            "low": np.minimum(open_, close) * (1 - rng.random(n_candles) * 1e-3),
            "close": close,
            "volume": rng.lognormal(3, 1, n_candles),
        }
    )


@pytest.fixture(scope="session")
def make_frame() -> Callable[..., pd.DataFrame]:
    return make_candles


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """BTC in 5m (with a hole) and 1d (further back), a coin with tiny prices, a futures file."""
    folder = tmp_path_factory.mktemp("recording")
    five = make_candles("2025-01-01", 3000, "5min", price=95000.0, seed=1).drop(index=range(1200, 1210))
    frames = {
        "BTC_USDT-5m": five.reset_index(drop=True),
        "BTC_USDT-1d": make_candles("2024-11-01", 70, "1D", price=70000.0, seed=2),
        "PEPE_USDT-5m": make_candles("2025-01-01", 3000, "5min", price=1.1e-7, seed=3),
        "futures/BTC_USDT_USDT-1h-futures": make_candles("2025-01-01", 9, "1h", price=95000.0, seed=4),
    }
    (folder / "futures").mkdir()
    for name, frame in frames.items():
        frame.to_feather(folder / f"{name}.feather")
    return folder


@pytest.fixture(scope="session")
def bitcoin(recording: Path) -> pd.DataFrame:
    return pd.read_feather(recording / "BTC_USDT-5m.feather")


@dataclass(frozen=True)
class Client:
    """Requests to an application without a network; Starlette's own client warns about httpx."""

    app: ASGIApp

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8118") as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())


@pytest.fixture(scope="session")
def make_client() -> Callable[[ASGIApp], Client]:
    return Client


@pytest.fixture(scope="session")
def client(recording: Path) -> Client:
    return Client(create_app(Venue(read_recorded_market(recording).store, clock=lambda: NOON)))


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[str]
    overlay: Path

    @property
    def config(self) -> dict[str, object]:
        return dict(json.loads(self.overlay.read_text()))

    @property
    def url(self) -> str:
        return str(self.config["exchange"]["ccxt_config"]["urls"]["api"]["public"])  # type: ignore[index]


@contextmanager
def run_exchange(overlay: Path, *options: str) -> Iterator[Running]:
    command = [sys.executable, "-m", "auriga.cli", "exchange", "--port", "0", "--overlay", str(overlay)]
    before = overlay.read_bytes() if overlay.exists() else None
    process = subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    try:
        running = Running(process, overlay)
        _wait_until_ready(running, before)
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def _wait_until_ready(running: Running, before: bytes | None) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert running.process.poll() is None, running.process.communicate()[0]
        if running.overlay.exists() and running.overlay.read_bytes() != before:
            try:
                urllib.request.urlopen(f"{running.url}/ping", timeout=5).close()
                return
            except OSError:
                pass
        time.sleep(0.05)
    raise TimeoutError("the exchange did not start within 120 s")


@pytest.fixture(scope="session")
def exchange_process() -> Callable[..., object]:
    return run_exchange


@pytest.fixture(scope="session")
def server(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    overlay = tmp_path_factory.mktemp("overlay") / "offline.json"
    with run_exchange(overlay, "--candles", str(recording)) as running:
        yield running
