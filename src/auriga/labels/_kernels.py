"""Loops that stop at a row of their own choice, compiled. Importing this file imports numba."""

import numpy as np
from numba import njit

from auriga.typing import FloatArray

_BLOCK = 32
"""Candles whose range is looked at as one: a wide barrier far away then costs no look at each of them."""


@njit(cache=True, nogil=True)
def first_touches(
    open_: FloatArray,
    high: FloatArray,
    low: FloatArray,
    close: FloatArray,
    upper: FloatArray,
    lower: FloatArray,
    horizon: int,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Side of the first touch, candles until then, and the price there; NaN where it is not known."""
    rows = len(close)
    blocks = rows // _BLOCK
    highest, lowest = np.full(blocks, -np.inf), np.full(blocks, np.inf)
    for k in range(blocks * _BLOCK):
        highest[k // _BLOCK] = max(highest[k // _BLOCK], high[k])
        lowest[k // _BLOCK] = min(lowest[k // _BLOCK], low[k])
    label = np.full(rows, np.nan)
    touched_at = np.full(rows, np.nan)
    price = np.full(rows, np.nan)
    for t in range(rows - horizon):
        top, bottom = upper[t], lower[t]
        if np.isnan(top) or np.isnan(bottom):
            continue
        label[t], touched_at[t], price[t] = 0.0, horizon, close[t + horizon]
        k, last = t + 1, t + horizon
        while k <= last:
            if k % _BLOCK == 0 and k + _BLOCK - 1 <= last:
                block = k // _BLOCK
                if highest[block] < top and lowest[block] > bottom:
                    k += _BLOCK
                    continue
            above, below = high[k] >= top, low[k] <= bottom
            if not (above or below):
                k += 1
                continue
            if above and below:
                above, below = open_[k] >= top, open_[k] <= bottom
            touched_at[t] = k - t
            if above == below:
                price[t] = close[t]
            elif above:
                label[t], price[t] = 1.0, max(top, open_[k])
            else:
                label[t], price[t] = -1.0, min(bottom, open_[k])
            break
    return label, touched_at, price
