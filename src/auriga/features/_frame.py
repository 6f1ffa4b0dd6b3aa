"""How feature columns are brought to one scale and put side by side."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

_LIMIT = 10.0

_STILL = 1e-9
"""Units below a billionth of the price: the market stands still and only rounding is left of it."""


def in_units(values: pd.Series, unit: pd.Series, *, neutral: float = 0.0) -> pd.Series:
    """Divide by a volatility, with `neutral` where the market stands still; NaN stays NaN."""
    value, size = values.to_numpy(dtype=float), unit.to_numpy(dtype=float)
    still = (size <= _STILL) & ~np.isnan(value)
    moving = size > _STILL
    quotient = np.divide(value, size, out=np.where(still, neutral, np.nan), where=moving)
    return pd.Series(quotient, index=values.index)


def in_deviations(returns: pd.Series, std: pd.Series, *, period: int) -> pd.Series:
    """Express returns over `period` candles in standard deviations of such returns, at most ten.

    A steady drift has next to no deviation, and the scalers that FreqAI offers would be ruled by it.
    """
    return in_units(returns, std * math.sqrt(period)).clip(-_LIMIT, _LIMIT)


def feature_frame(columns: Mapping[str, pd.Series], index: pd.Index) -> pd.DataFrame:
    """Float32, which halves what LightGBM and FreqAI's caches have to hold."""
    arrays = {name: values.to_numpy(dtype=np.float32) for name, values in columns.items()}
    return pd.DataFrame(arrays, index=index)
