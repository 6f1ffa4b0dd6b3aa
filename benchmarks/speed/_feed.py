"""Twenty simulated pairs that stand in for the exchange of a live bot, advanced by hand."""

from pathlib import Path
from typing import Any

import pandas as pd

from auriga.candles import close_times, resample_candles, timeframe_delta
from auriga.datasets import simulate_market
from benchmarks.speed._candles import TIMEFRAMES

_CALL = 1000
"""Candles that one request to the exchange returns."""


def live_pairs(count: int) -> list[str]:
    """Names of the pairs; the first two are the leading ones of `config.json`.

    Examples
    --------
    >>> live_pairs(3)
    ['BTC/USDT', 'ETH/USDT', 'P02/USDT']
    """
    return ["BTC/USDT", "ETH/USDT", *(f"P{number:02d}/USDT" for number in range(2, count))][:count]


class Feed:
    """Closed candles as of a moment, under the names that Freqtrade asks an exchange and a pairlist for.

    Parameters
    ----------
    pairs : list of str
    days : int
        Days of candles before the first moment.
    steps : int
        Base candles that `advance` can add.
    """

    def __init__(self, pairs: list[str], days: int, steps: int) -> None:
        self.whitelist = pairs
        self.now = pd.Timestamp.now("UTC").floor("5min")
        start = self.now.floor("D") - pd.Timedelta(days=days)
        n_candles = int((self.now - start) / timeframe_delta("5m")) + steps
        self._frames = {}
        for seed, pair in enumerate(pairs):
            base = simulate_market(n_candles, seed=seed, start=start).candles
            for timeframe in TIMEFRAMES:
                frame = base if timeframe == "5m" else resample_candles(base, timeframe)
                self._frames[pair, timeframe] = frame.assign(closes=close_times(frame["date"], timeframe))

    def advance(self) -> None:
        """Close one base candle of every pair."""
        self.now += timeframe_delta("5m")

    def _closed(self, pair: str, timeframe: str) -> pd.DataFrame:
        frame = self._frames[pair, timeframe]
        stop = int(frame["closes"].searchsorted(self.now, side="right"))
        return frame.iloc[:stop].drop(columns="closes")

    def klines(self, pair_interval: tuple[str, str, Any], copy: bool = True) -> pd.DataFrame:
        """Return the last closed candles; Freqtrade's name for it."""
        pair, timeframe, _ = pair_interval
        return self._closed(pair, timeframe).iloc[-_CALL:].reset_index(drop=True)

    def write(self, folder: Path) -> None:
        """Write what was closed at the first moment, as a download before the start would."""
        folder.mkdir(parents=True, exist_ok=True)
        for pair, timeframe in self._frames:
            file = folder / f"{pair.replace('/', '_')}-{timeframe}.feather"
            self._closed(pair, timeframe).reset_index(drop=True).to_feather(file)
