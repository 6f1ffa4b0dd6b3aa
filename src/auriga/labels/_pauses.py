"""Candles of a pause, on which no label is an outcome."""

import numpy as np
import pandas as pd

from auriga.labels._checks import require_horizon
from auriga.typing import BoolArray


def paused(candles: pd.DataFrame, *, horizon: int) -> BoolArray:
    """Which candles belong to a pause, or see nothing else ahead.

    This looks forward, at the candles t to t + horizon. Freqtrade fills holes with candles without volume
    that repeat the last price, which never rises on them. A pause is at least `horizon` such candles in a
    row.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound candles. Not changed.
    horizon : int
        Candles ahead that a label looks, at least 1.

    Returns
    -------
    array of shape (n_candles,)

    Raises
    ------
    ParameterError
        If the horizon is below 1.

    Examples
    --------
    >>> paused(pd.DataFrame({"volume": [5.0, 4.0, 0.0, 0.0, 3.0, 0.0, 2.0]}), horizon=2).tolist()
    [False, True, True, True, False, False, False]
    """
    require_horizon(horizon)
    silent = candles["volume"].to_numpy() == 0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], silent, [False]]).astype(np.int8)))
    pause = np.zeros(len(silent), dtype=bool)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin >= horizon:
            pause[max(0, begin - 1) : end] = True
    return pause
