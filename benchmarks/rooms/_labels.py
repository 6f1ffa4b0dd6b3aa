"""What a label costs on a million candles."""

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from auriga.indicators import atr, natr
from auriga.labels import direction, future_return, meta_label, scaled_return, triple_barrier
from benchmarks.rooms._rows import Row

TARGET = 2.0
"""Seconds a million candles may take; FreqAI's own way of making labels grows with their square (T9)."""
HORIZON = 12
LONG_HORIZON = 2016
REPEATS = 3


def random_walk(rows: int) -> pd.DataFrame:
    """Sound 5m candles; the ATR is about 0.3 % of the price."""
    rng = np.random.default_rng(1)
    path = 100 * np.exp(np.cumsum(rng.normal(0, 0.002, rows + 1)))
    open_, close = path[:-1], path[1:]
    wicks = close * rng.exponential(0.001, (2, rows))
    return pd.DataFrame(
        {
            "date": pd.date_range("2015-01-01", periods=rows, freq="5min", tz="UTC"),
            "open": open_,
            "high": np.maximum(open_, close) + wicks[0],
            "low": np.minimum(open_, close) - wicks[1],
            "close": close,
            "volume": 1.0,
        }
    )


def measure(rows: int = 1_000_000) -> list[Row]:
    """Best of three runs of each label on a random walk of `rows` candles.

    The indicators that labels are given are not counted. numba is warm: the loop of the barriers has been
    compiled, or read from numba's cache, before the clock starts. The first call of a process takes one to
    three seconds more for that.
    """
    candles = random_walk(rows)
    distance, fraction = atr(candles), natr(candles)
    side = pd.Series(np.where(candles["close"] > candles["open"], 1, -1), index=candles.index)
    barriers = partial(triple_barrier, candles, atr=distance)
    touches = barriers(horizon=HORIZON, upper_atr=3.0, lower_atr=3.0)
    labels: dict[str, Callable[[], object]] = {
        "direction": lambda: direction(candles, horizon=HORIZON),
        "direction, with a threshold": lambda: direction(candles, horizon=HORIZON, threshold=fraction),
        "future_return": lambda: future_return(candles, horizon=HORIZON),
        "scaled_return": lambda: scaled_return(candles, horizon=HORIZON, volatility=fraction),
        "triple_barrier": lambda: barriers(horizon=HORIZON, upper_atr=3.0, lower_atr=3.0),
        f"triple_barrier, {LONG_HORIZON} candles": lambda: barriers(
            horizon=LONG_HORIZON, upper_atr=100.0, lower_atr=100.0
        ),
        "meta_label": lambda: meta_label(touches, side=side),
    }
    return [Row("labels", name, f"{rows:,} candles", _best(work), TARGET) for name, work in labels.items()]


def _best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)
