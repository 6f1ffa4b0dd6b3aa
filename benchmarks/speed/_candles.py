"""Candles for the measurements: recorded ones where they exist, else simulated ones."""

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from auriga.candles import resample_candles
from auriga.datasets import simulate_market
from benchmarks.speed._overlays import ROOT

TIMEFRAMES = ("5m", "15m", "1h", "4h", "1d")
RECORDED = ROOT / os.environ.get("AURIGA_REAL_DATA", "../shared/data") / "binance"
_SIMULATED_START = "2023-04-01"


@dataclass(frozen=True)
class Candles:
    """A folder of candles in Freqtrade's layout, the day after its last candle, and what they are."""

    folder: Path
    end: pd.Timestamp
    source: str

    def timerange(self, days: int) -> str:
        """Range of the last `days` days in Freqtrade's notation."""
        return f"{self.end - pd.Timedelta(days=days):%Y%m%d}-{self.end:%Y%m%d}"


def write_candles(folder: Path, pair: str, candles: pd.DataFrame, daily: pd.DataFrame | None = None) -> None:
    """Write a pair's 5m candles and everything slower; `daily` replaces the resampled 1d candles."""
    folder.mkdir(parents=True, exist_ok=True)
    for timeframe in TIMEFRAMES:
        frame = candles if timeframe == "5m" else resample_candles(candles, timeframe)
        if timeframe == "1d" and daily is not None:
            frame = daily
        path = folder / f"{pair.replace('/', '_')}-{timeframe}.feather"
        frame.reset_index(drop=True).to_feather(path)


def _recorded(folder: Path, pairs: list[str], history_days: int) -> Candles:
    frames = {pair: pd.read_feather(RECORDED / f"{pair.replace('/', '_')}-5m.feather") for pair in pairs}
    end = min(frame["date"].iloc[-1] for frame in frames.values()).ceil("D")
    start = end - pd.Timedelta(days=history_days)
    for pair, frame in frames.items():
        daily = pd.read_feather(RECORDED / f"{pair.replace('/', '_')}-1d.feather")
        write_candles(folder, pair, frame[(frame["date"] >= start) & (frame["date"] < end)], daily)
    return Candles(folder, end, f"recorded Binance candles up to {end:%Y-%m-%d}")


def _simulated(folder: Path, pairs: list[str], history_days: int) -> Candles:
    days = history_days + 260  # daily candles for the 200-day average
    for seed, pair in enumerate(pairs):
        market = simulate_market(days * 288, market="standard", seed=seed, start=_SIMULATED_START)
        write_candles(folder, pair, market.candles)
    end = pd.Timestamp(_SIMULATED_START, tz="UTC") + pd.Timedelta(days=days)
    return Candles(folder, end, "SIMULATED candles (market 'standard'); no recorded ones were found")


def prepare_candles(folder: Path, pairs: list[str], history_days: int) -> Candles:
    """Write candles of every timeframe: 5m recorded or simulated, slower ones resampled.

    Parameters
    ----------
    folder : Path
        Made if it does not exist; outside the repository, since recorded candles must not enter it.
    pairs : list of str
    history_days : int
        Days of 5m candles; daily candles begin earlier.
    """
    found = all((RECORDED / f"{pair.replace('/', '_')}-5m.feather").exists() for pair in pairs)
    return (_recorded if found else _simulated)(folder, pairs, history_days)


def read_candles(folder: Path, pair: str) -> pd.DataFrame:
    """Read the 5m candles of a pair."""
    return pd.read_feather(folder / f"{pair.replace('/', '_')}-5m.feather")
