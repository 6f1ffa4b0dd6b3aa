"""What every label asks of its parameters."""

import numpy as np
import pandas as pd

from auriga.errors import ParameterError
from auriga.typing import FloatArray


def require_horizon(horizon: int) -> None:
    """Refuse a horizon below one candle."""
    if horizon < 1:
        raise ParameterError(f"horizon is {horizon}; it must be at least 1 candle")


def known_at_close(name: str, values: pd.Series, candles: pd.DataFrame) -> FloatArray:
    """Values of a series that belongs to these candles, row by row, and is nowhere negative."""
    if not isinstance(values, pd.Series) or not values.index.equals(candles.index):
        raise ParameterError(f"{name} is not a series on the index of the candles; compute it from the same")
    array = np.ascontiguousarray(values.to_numpy(dtype=np.float64))
    if np.any(array < 0):
        raise ParameterError(f"{name} is {np.nanmin(array)} somewhere; it must not be negative")
    return array


def require_positive(name: str, value: float) -> None:
    """Refuse a distance that is not above zero."""
    if not value > 0:
        raise ParameterError(f"{name} is {value}; it must be above 0")
