"""Candles that nothing follows: what their label says is no outcome."""

import numpy as np
import numpy.typing as npt

from auriga.labels._checks import require_horizon
from auriga.typing import BoolArray


def silent_ahead(volume: npt.ArrayLike, horizon: int) -> BoolArray:
    """Whether nothing is traded in any of the next candles; looks `horizon` candles ahead.

    Freqtrade fills a pause with candles that repeat the last price and have no volume: an exchange that was
    down, a pair that was halted or delisted.

    Parameters
    ----------
    volume : array of shape (n_candles,)
    horizon : int
        Candles ahead, at least 1.

    Returns
    -------
    bool array of shape (n_candles,)
        False where fewer than `horizon` candles follow.

    Raises
    ------
    ParameterError
        If `horizon` is below 1.

    Examples
    --------
    >>> silent_ahead([5, 5, 0, 0, 5, 0], horizon=2).tolist()
    [False, True, False, False, False, False]
    """
    require_horizon(horizon)
    traded = np.asarray(volume, dtype=np.float64) > 0
    found = np.zeros(len(traded), dtype=bool)
    if len(traded) > horizon:
        sums = np.r_[0, np.cumsum(traded)]
        found[:-horizon] = sums[horizon + 1 :] == sums[1:-horizon]
    return found
