"""The spans of a walk-forward."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from auriga.host.seals._protocols import Kitchen
from auriga.typing import IntArray

DAY = 86_400_000
"""A day in ms."""


def opening_times(dates: pd.Series) -> IntArray:
    """Dates as ms since 1970, shape (n,)."""
    times: IntArray = dates.to_numpy(dtype="datetime64[ms]").astype(np.int64)
    return times


@dataclass(frozen=True)
class Window:
    """One training span and the test span that follows it; moments in ms, ends excluded."""

    train_start: int
    train_stop: int
    test_start: int
    test_stop: int

    @property
    def trained_on(self) -> str:
        """Training span for messages."""
        first, last = (pd.Timestamp(moment, unit="ms") for moment in (self.train_start, self.train_stop))
        return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"

    @property
    def stamp(self) -> int:
        """FreqAI's number of the window: the end of training in seconds."""
        return self.train_stop // 1000


def backtest_windows(dk: Kitchen, buffer: int) -> list[Window]:
    """FreqAI's walk-forward of a data kitchen; `buffer` (ms) is cut off both ends of each training span."""
    return [
        Window(
            train.startts * 1000 + buffer,
            train.stopts * 1000 - buffer,
            test.startts * 1000,
            test.stopts * 1000,
        )
        for train, test in zip(dk.training_timeranges, dk.backtesting_timeranges, strict=False)
    ]


def pair_slug(pair: str) -> str:
    """Name of a pair in file names: all of it, or `BTC/USDT` and `BTC/USDC` would share files (T7).

    Examples
    --------
    >>> pair_slug("BTC/USDT:USDT")
    'BTC_USDT_USDT'
    """
    return pair.replace("/", "_").replace(":", "_")
