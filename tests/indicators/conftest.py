"""Tiny frames for hand-computed values and a seeded random walk for cross-checks."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest


def make_candles(
    close: npt.ArrayLike,
    *,
    high: npt.ArrayLike | None = None,
    low: npt.ArrayLike | None = None,
    volume: npt.ArrayLike = 1.0,
) -> pd.DataFrame:
    """Candles around the given closes; high and low fall back to the close itself."""
    close = np.asarray(close, dtype=np.float64)
    return pd.DataFrame(
        {
            "date": pd.date_range("2025-01-01", periods=len(close), freq="h", tz="UTC"),
            "open": close,
            "high": close if high is None else np.asarray(high, dtype=np.float64),
            "low": close if low is None else np.asarray(low, dtype=np.float64),
            "close": close,
            "volume": volume,
        }
    )


@pytest.fixture
def frame() -> Callable[..., pd.DataFrame]:
    return make_candles


@pytest.fixture
def walk() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.003, 600)))
    wicks = close * rng.exponential(0.002, (2, 600))
    return make_candles(close, high=close + wicks[0], low=close - wicks[1], volume=rng.lognormal(2, 1, 600))
