"""A small futures market whose prices are chosen by the tests, and a real server in front of it."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import ccxt
import numpy as np
import pandas as pd
import uvicorn

from auriga_exchange import ApiKeys, CandleSeries, CandleStore, FundingRates, FuturesStore, Venue, create_app
from auriga_exchange.markets._funding import FUNDING_STEP
from auriga_exchange.trading import OrderRequest, Side

START = 1_700_006_400_000  # 2023-11-15 00:00 UTC, a time of funding
MINUTE = 60_000
HOUR = 60 * MINUTE
FIRST = 1_735_689_600_000  # 2025-01-01
HOURS = 1200
BITCOIN = ("BTC", "USDT")
KEY, SECRET = "k" * 64, "s" * 64


def minutes(closes: Sequence[float], volume: float = 1000.0) -> CandleSeries:
    """Candles of a minute that go straight from one close to the next."""
    close = np.array(closes, dtype=float)
    open_ = np.r_[close[0], close[:-1]]
    values = np.column_stack(
        [open_, np.maximum(open_, close), np.minimum(open_, close), close, np.full(len(close), volume)]
    )
    return CandleSeries("1m", START + np.arange(len(close)) * MINUTE, values)


def build_store(
    closes: Sequence[float], *, marks: Sequence[float] | None = None, rate: float | None = None
) -> FuturesStore:
    """One contract, its mark price and the rate of every funding payment."""
    funding = None
    if rate is not None:
        paid_at = START + np.arange(9) * FUNDING_STEP
        funding = {BITCOIN: FundingRates(paid_at, np.full(9, rate))}
    return FuturesStore(
        {BITCOIN: {"1m": minutes(closes)}},
        marks=None if marks is None else {BITCOIN: {"1m": minutes(marks)}},
        funding=funding,
    )


@dataclass
class World:
    """A venue whose clock the test turns."""

    store: FuturesStore
    now: int = START + MINUTE + MINUTE // 2  # at an opening nothing has been traded and the book is thin
    balance: Decimal = Decimal(1000)
    venue: Venue = field(init=False)

    def __post_init__(self) -> None:
        self.venue = Venue(
            CandleStore({}),
            lambda: self.now,
            futures_store=self.store,
            futures_balances={"USDT": self.balance},
            keys=ApiKeys({KEY: SECRET}),
        )

    def go_to(self, now: int) -> None:
        self.now = now
        self.venue.futures.advance(now)

    def isolate(self, leverage: int) -> None:
        self.venue.futures_ledger.set_isolated("BTCUSDT", True, self.now)
        self.venue.futures_ledger.set_leverage("BTCUSDT", leverage, self.now)

    def order(self, side: Side, amount: str, **options: Any) -> Any:
        request = self.request(side, amount, **options)
        return self.venue.futures.place(request, self.now)

    def request(self, side: Side, amount: str, **options: Any) -> OrderRequest:
        fields = {"kind": "MARKET", "client_id": self.venue.futures.new_client_id(), **options}
        return OrderRequest(symbol="BTCUSDT", side=side, amount=Decimal(amount), **fields)


def order_options(price: str) -> dict[str, Any]:
    return {"kind": "LIMIT", "price": Decimal(price)}


@contextmanager
def served(venue: Venue) -> Iterator[str]:
    """Run a server in front of a venue; yields its address."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(venue), lifespan="off", log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


def futures_urls(address: str) -> dict[str, Any]:
    """Addresses of ccxt; everything that is not served ends on this machine too."""
    paths = {"public": "api/v3", "private": "api/v3", "sapi": "sapi/v1", "fapiData": "futures/data"}
    for group in ("fapiPublic", "fapiPrivate"):
        paths |= {group: "fapi/v1", f"{group}V2": "fapi/v2", f"{group}V3": "fapi/v3"}
    return {key: f"{address}/{path}" for key, path in paths.items()}


def futures_client(address: str, world: World) -> Any:
    """A ccxt client as Freqtrade builds it for futures, on the time of the world."""
    client = ccxt.binance(
        {
            "apiKey": KEY,
            "secret": SECRET,
            "enableRateLimit": False,
            "options": {
                "defaultType": "swap",
                "fetchMarkets": {"types": ["linear"]},
                "fetchCurrencies": False,
                "fetchMargins": False,
            },
            "urls": {"api": futures_urls(address)},
        }
    )
    client.milliseconds = lambda: world.now  # the signed timestamp follows the exchange's clock
    return client


def write_contracts(folder: Path) -> Path:
    """Bitcoin and Ether with mark prices and both layouts of funding rates; Solana with candles alone."""
    (folder / "futures").mkdir()
    _candles(60000, 12 * HOURS, "5min", 0).to_feather(folder / "BTC_USDT-5m.feather")
    for seed, (base, price) in enumerate({"BTC": 60000, "ETH": 3000, "SOL": 200}.items()):
        candles = _candles(price, 12 * HOURS, "5min", seed)
        candles.to_feather(folder / "futures" / f"{base}_USDT_USDT-5m-futures.feather")
        hourly = candles.resample("1h", on="date").agg(
            {"open": "first", "high": "max", "low": "min", "close": "last"}
        )
        marks = (hourly * 1.0002).assign(volume=0.0).reset_index()
        marks["date"] = marks["date"].astype("datetime64[ms, UTC]")
        times = marks["date"][::8].reset_index(drop=True)
        rates = np.random.default_rng(seed).normal(scale=1e-4, size=len(times)).round(8)
        funding = pd.DataFrame({"date": times, "funding_rate": rates})
        if base == "ETH":
            funding = funding.rename(columns={"funding_rate": "open"}).assign(
                high=0.0, low=0.0, close=0.0, volume=0.0
            )
        if base != "SOL":
            marks.to_feather(folder / "futures" / f"{base}_USDT_USDT-1h-mark.feather")
            funding.to_feather(folder / "futures" / f"{base}_USDT_USDT-1h-funding_rate.feather")
    return folder


def _candles(price: float, n_candles: int, timeframe: str, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    close = price * np.exp(np.cumsum(rng.normal(scale=2e-3, size=n_candles)))
    open_ = np.r_[price, close[:-1]]
    return pd.DataFrame(
        {
            "date": pd.date_range("2025-01-01", periods=n_candles, freq=timeframe, tz="UTC", unit="ms"),
            "open": open_,
            "high": np.maximum(open_, close) * 1.001,
            "low": np.minimum(open_, close) * 0.999,
            "close": close,
            "volume": rng.lognormal(3, 1, n_candles),
        }
    )
