"""Candles that the rooms are measured on: simulated, or real ones where AURIGA_REAL_DATA names them."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.candles import resample_candles
from auriga.datasets import simulate_market
from auriga.features import PairInputs
from benchmarks.speed._overlays import ROOT

YEAR = 105_120
"""Candles of 5m in a year of 365 days."""

TIMEFRAMES = ("5m", "15m", "1h")
PAIR, LEADERS = "SOL/USDT", ("BTC/USDT", "ETH/USDT")

Frames = dict[str, pd.DataFrame]
"""Candles by timeframe."""


@dataclass(frozen=True)
class Market:
    """Base candles of a pair and of its leaders, and where they are from."""

    pair: pd.DataFrame
    leaders: Frames
    source: str

    def frames(self) -> Frames:
        """Candles of the pair at every timeframe."""
        slow = {name: resample_candles(self.pair, name) for name in TIMEFRAMES[1:]}
        return {TIMEFRAMES[0]: self.pair, **slow}

    def inputs(self) -> PairInputs:
        """Everything that any feature reads; funding, mark price and public trades are made up."""
        rng = np.random.default_rng(5)
        dates = self.pair["date"][:: 8 * 12].reset_index(drop=True)
        funding = pd.DataFrame({"date": dates, "funding_rate": rng.normal(0, 1e-4, len(dates))})
        mark = self.pair.copy()
        mark[["open", "high", "low", "close"]] *= 1 + rng.normal(0, 1e-4, (len(mark), 1))
        bought = rng.random(len(self.pair)) * self.pair["volume"]
        sold = self.pair["volume"] - bought
        traded = self.pair.assign(bid=sold, ask=bought, delta=bought - sold, total_trades=100)
        return PairInputs(traded, self.leaders, funding, mark)


def load_market(candles: int = YEAR) -> Market:
    """The newest real candles if `AURIGA_REAL_DATA` is set, else simulated ones."""
    folder = os.environ.get("AURIGA_REAL_DATA")
    if folder:
        return _recorded((ROOT / folder).resolve(), candles)
    frames = {
        pair: simulate_market(candles, market="standard", seed=seed).candles
        for seed, pair in enumerate((PAIR, *LEADERS))
    }
    return Market(frames[PAIR], {pair: frames[pair] for pair in LEADERS}, "simulated candles")


def _recorded(folder: Path, candles: int) -> Market:
    folder = folder / "binance" if (folder / "binance").is_dir() else folder
    frames = {
        pair: pd.read_feather(folder / f"{pair.replace('/', '_')}-5m.feather").tail(candles)
        for pair in (PAIR, *LEADERS)
    }
    frames = {pair: frame.reset_index(drop=True) for pair, frame in frames.items()}
    end = frames[PAIR]["date"].iloc[-1]
    return Market(
        frames[PAIR], {p: frames[p] for p in LEADERS}, f"recorded candles of {PAIR} up to {end:%Y-%m-%d}"
    )
