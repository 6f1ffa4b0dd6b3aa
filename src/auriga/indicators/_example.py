"""A small smooth market for the examples in docstrings."""

import numpy as np
import pandas as pd


def example_candles(count: int = 60) -> pd.DataFrame:
    """Hourly candles that swing around 100 on a rising path, with swinging volume.

    Examples
    --------
    >>> example_candles()[["open", "high", "low", "close", "volume"]].head(2)
        open    high   low   close  volume
    0  100.0  100.40  99.8  100.00  1000.0
    1  100.0  102.24  99.8  101.84  1100.0
    """
    steps = np.arange(count)
    path = np.round(100 + 0.2 * steps + 5 * np.sin(steps / 3.0), 2)
    open_ = np.concatenate([[100.0], path[:-1]])
    return pd.DataFrame(
        {
            "date": pd.date_range("2025-01-01", periods=count, freq="h", tz="UTC"),
            "open": open_,
            "high": np.maximum(open_, path) + 0.4,
            "low": np.minimum(open_, path) - 0.2,
            "close": path,
            "volume": 1000.0 + 100.0 * (steps % 7),
        }
    )
