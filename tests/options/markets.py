"""Candle folders that the options are tried on: random walks with the trouble that is wanted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.data.history import get_datahandler
from freqtrade.enums import CandleType
from tests.conftest import random_walk

from auriga.candles import resample_candles, timeframe_delta

PRICES = ["open", "high", "low", "close"]

SMALL: dict[str, Any] = {
    "dry_run_wallet": 1000,
    "regime": {
        "timeframe": "4h",
        "moving_average": {"period": 20, "enter_level": 0.01, "exit_level": 0.005},
        "price_change": {"period": 10, "enter_level": 0.02, "exit_level": 0.01},
        "min_samples": 100,
        "features": {"groups": ["momentum", "volatility"]},
    },
    "freqai": {
        "train_period_days": 10,
        "backtest_period_days": 3,
        "feature_parameters": {
            "include_timeframes": ["5m", "1h"],
            "include_corr_pairlist": [],
            "indicator_periods_candles": [10],
        },
        "model_training_parameters": {"n_estimators": 10, "min_child_samples": 20, "learning_rate": 0.3},
    },
}
"""What makes a backtest of seconds of the shipped configuration."""


@dataclass(frozen=True)
class Market:
    """A candle folder, the settings that fit it, and where its backtest and its bot begin."""

    name: str
    pairs: tuple[str, ...]
    make: Callable[[], Mapping[str, pd.DataFrame]] = field(repr=False)
    timeframes: tuple[str, ...] = ("5m", "1h", "4h")
    timerange: str = "20240201-20240207"
    live_at: str = "2024-02-01"
    settings: Mapping[str, Any] = field(default_factory=dict)
    data_format: str = "feather"

    def write(self, folder: Path) -> Path:
        """Write the candles in Freqtrade's layout, once."""
        folder = folder / self.name
        if folder.is_dir():
            return folder
        (folder / "futures").mkdir(parents=True)
        handler = get_datahandler(folder, self.data_format)
        for pair, fast in self.make().items():
            kind = CandleType.FUTURES if ":" in pair else CandleType.SPOT
            for timeframe in self.timeframes:
                same = timeframe_delta(timeframe) == fast["date"].diff().min()
                frame = fast if same else resample_candles(fast, timeframe)
                handler.ohlcv_store(pair, timeframe, frame.reset_index(drop=True), kind)
            if kind == CandleType.FUTURES:
                _write_funding(handler, pair, fast)
                handler.ohlcv_store(pair.split(":")[0], self.timeframes[0], fast, CandleType.SPOT)
        return folder


def _write_funding(handler: Any, pair: str, fast: pd.DataFrame) -> None:
    hours = resample_candles(fast, "1h")
    handler.ohlcv_store(pair, "1h", hours, CandleType.MARK)
    rates = hours[hours["date"].dt.hour % 8 == 0].reset_index(drop=True)
    rates = rates[["date"]].assign(funding_rate=1e-4)
    handler.ohlcv_store(pair, "1h", rates, CandleType.FUNDING_RATE)


def walks(*pairs: str, days: int = 40, timeframe: str = "5m", daily: float = 0.04) -> dict[str, pd.DataFrame]:
    """Sound candles of some pairs, of seeds of their own."""
    n_candles = int(pd.Timedelta(days=days) / timeframe_delta(timeframe))
    return {
        pair: random_walk(n_candles, timeframe, seed=seed, daily=daily) for seed, pair in enumerate(pairs, 1)
    }


def priced(frame: pd.DataFrame, price: float, tick: float) -> pd.DataFrame:
    """Candles that begin at a price, on a grid of ticks."""
    scaled = frame[PRICES] * (price / frame["open"].iloc[0])
    return frame.assign(**(np.maximum(1, (scaled / tick).round()) * tick).round(12))


def stable(frame: pd.DataFrame) -> pd.DataFrame:
    """A stablecoin: a tick of 0.0001 around 1, and whole days on which nothing moves."""
    rng = np.random.default_rng(11)
    step = np.cumsum(rng.choice([-1, 0, 0, 0, 0, 0, 0, 1], size=len(frame)))
    mean = pd.Series(step).ewm(span=288).mean().to_numpy()
    close = 1 + 1e-4 * np.clip(step - np.round(mean), -3, 3)
    close[frame["date"].dt.day.to_numpy() % 5 == 0] = 1.0
    open_ = np.r_[1.0, close[:-1]]
    return frame.assign(open=open_, close=close, high=np.maximum(open_, close), low=np.minimum(open_, close))


def frozen(frame: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """A pause that the exchange fills: the last close over and over, without volume."""
    inside: Any = frame["date"].between(pd.Timestamp(first, tz="UTC"), pd.Timestamp(last, tz="UTC"))
    last_close = frame["close"][inside.idxmax() - 1]
    still = frame.copy()
    still.loc[inside, PRICES] = last_close
    still.loc[inside, "volume"] = 0.0
    return still


def cut(frame: pd.DataFrame, first: str | None = None, last: str | None = None) -> pd.DataFrame:
    """Candles of a part of the time, as a listing late or a delisting leaves them."""
    keep = pd.Series(True, index=frame.index)
    if first:
        keep &= frame["date"] >= pd.Timestamp(first, tz="UTC")
    if last:
        keep &= frame["date"] < pd.Timestamp(last, tz="UTC")
    return frame[keep].reset_index(drop=True)


def hole(frame: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """Without the candles of a pause, as a download has it."""
    inside = frame["date"].between(pd.Timestamp(first, tz="UTC"), pd.Timestamp(last, tz="UTC"))
    return frame[~inside].reset_index(drop=True)


def _quoted(stake: str, prices: Mapping[str, tuple[float, float]]) -> Callable[[], dict[str, pd.DataFrame]]:
    """Coins of a stake currency at their prices and ticks."""

    def make() -> dict[str, pd.DataFrame]:
        made = walks(*(f"{coin}/{stake}" for coin in prices))
        return {
            pair: priced(frame, *told)
            for (pair, frame), told in zip(made.items(), prices.values(), strict=True)
        }

    return make


def _with(pair: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[], dict[str, pd.DataFrame]]:
    """BTC/USDT and ETH/USDT as they are, and one pair more that something is done to."""

    def make() -> dict[str, pd.DataFrame]:
        made = walks("BTC/USDT", "ETH/USDT", pair)
        return made | {pair: change(made[pair])}

    return make


THREE = ("BTC/USDT", "ETH/USDT", "SOL/USDT")
CURRENCIES: dict[str, dict[str, tuple[float, float]]] = {
    "USDT": {"BTC": (100_000.0, 0.01), "ETH": (3000.0, 0.01)},
    "USDC": {"BTC": (100_000.0, 0.01), "ETH": (3000.0, 0.01)},
    "FDUSD": {"BTC": (100_000.0, 0.01), "ETH": (3000.0, 0.01)},
    "BTC": {"ETH": (0.03, 1e-5), "SOL": (0.0015, 1e-7)},
    "ETH": {"SOL": (0.05, 1e-5), "LINK": (0.005, 1e-6)},
    "EUR": {"BTC": (90_000.0, 0.01), "ETH": (2700.0, 0.01)},
    "TRY": {"BTC": (4_000_000.0, 1.0), "ETH": (120_000.0, 1.0)},
}


def _markets() -> Iterator[Market]:
    yield Market("usual", THREE, lambda: walks(*THREE))
    for data_format in ("parquet", "json", "jsongz"):
        yield Market(f"usual-{data_format}", THREE, lambda: walks(*THREE), data_format=data_format)
    yield Market(
        "minutes", ("BTC/USDT", "ETH/USDT"),
        lambda: walks("BTC/USDT", "ETH/USDT", days=24, timeframe="1m"),
        timeframes=("1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h"),
        timerange="20240120-20240122", live_at="2024-01-20",
        settings={"freqai": {"train_period_days": 3, "backtest_period_days": 1}},
    )  # fmt: skip
    yield Market(
        "years", ("BTC/USDT", "ETH/USDT"),
        lambda: walks("BTC/USDT", "ETH/USDT", days=1400, timeframe="1h"),
        timeframes=("1h", "2h", "4h", "6h", "8h", "12h", "1d", "1w"),
        timerange="20270601-20270801", live_at="2027-06-01",
        settings={
            "freqai": {"train_period_days": 300, "backtest_period_days": 30}, "regime": {"timeframe": "1d"}
        },
    )  # fmt: skip
    for stake, prices in CURRENCIES.items():
        pairs = tuple(f"{coin}/{stake}" for coin in prices)
        wallet = {"BTC": 0.5, "ETH": 10, "TRY": 100_000}.get(stake, 1000)
        settings = {"stake_currency": stake, "dry_run_wallet": wallet}
        yield Market(f"in-{stake}", pairs, _quoted(stake, prices), settings=settings)
    for name, price, tick in (
        ("tiny", 1.2e-7, 1e-8), ("small", 0.00002345, 1e-8), ("cents", 0.1234, 1e-4),
        ("large", 98_765.0, 0.1),
    ):  # fmt: skip
        pairs = ("COIN/USDT", "BTC/USDT")
        prices = {"COIN": (price, tick), "BTC": (100_000.0, 0.01)}
        yield Market(f"coin-{name}", pairs, _quoted("USDT", prices))
    yield Market("stablecoin", ("BTC/USDT", "ETH/USDT", "USDC/USDT"), _with("USDC/USDT", stable))
    one_more = {
        "young": lambda f: cut(f, first="2024-01-28"),
        "listed-within": lambda f: cut(f, first="2024-02-04"),
        "ended-within": lambda f: cut(f, last="2024-02-04"),
        "ended-before": lambda f: cut(f, last="2024-01-20"),
        "paused-before": lambda f: hole(f, "2024-01-24", "2024-01-29"),
        "paused-within": lambda f: hole(f, "2024-02-02", "2024-02-04"),
        "frozen-before": lambda f: frozen(f, "2024-01-24", "2024-01-30"),
        "frozen-to-the-end": lambda f: frozen(f, "2024-01-28", "2024-03-01"),
    }
    for name, change in one_more.items():
        yield Market(f"pair-{name}", ("BTC/USDT", "ETH/USDT", "ODD/USDT"), _with("ODD/USDT", change))
    contracts = ("BTC/USDT:USDT", "ETH/USDT:USDT")
    yield Market("futures", contracts, lambda: walks(*contracts))


MARKETS = {market.name: market for market in _markets()}
