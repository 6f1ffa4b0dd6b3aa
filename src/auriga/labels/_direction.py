"""Direction of the price over the next candles."""

import numpy as np
import pandas as pd

from auriga.errors import ParameterError
from auriga.labels._checks import require_horizon


def direction_classes(*, flat: bool = False) -> tuple[str, ...]:
    """Names of the classes in the order every model and every column uses.

    Parameters
    ----------
    flat : bool
        Whether there is a class for moves below the threshold.

    Examples
    --------
    >>> direction_classes(), direction_classes(flat=True)
    (('down', 'up'), ('down', 'flat', 'up'))
    """
    return ("down", "flat", "up") if flat else ("down", "up")


def direction(
    candles: pd.DataFrame, *, horizon: int, threshold: float | pd.Series | None = None
) -> pd.Series:
    """Class of the move from the close of candle t to the close of candle t + horizon.

    Looks forward: uses the candles t and t + horizon.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound candles. Not changed.
    horizon : int
        Candles ahead, at least 1.
    threshold : float or Series of shape (n_candles,), optional
        Smallest significant move as a fraction of the price (0.002 = 0.2 %), the same for all
        candles or known at each candle (a multiple of its ATR). Without it there are two classes,
        and a close that stays exactly where it was belongs to neither: where a tick is a large part of
        the price, most closes stay, and as `down` they would teach that the price falls.

    Returns
    -------
    Series of shape (n_candles,), string
        `down` or `up`, or with a threshold `down`, `flat` or `up`. Missing for the last `horizon`
        candles, whose future is unknown, where the threshold is NaN, and without a threshold where the
        close stays the same.

    Raises
    ------
    ParameterError
        If the horizon is below 1 or a threshold is negative.

    Examples
    --------
    >>> candles = pd.DataFrame({"close": [100.0, 101.0, 100.5, 100.4]})
    >>> direction(candles, horizon=1).tolist()
    ['up', 'down', 'down', nan]
    >>> direction(candles, horizon=1, threshold=0.002).tolist()
    ['up', 'down', 'flat', nan]
    >>> direction(pd.DataFrame({"close": [0.01, 0.01, 0.02]}), horizon=1).tolist()
    [nan, 'up', nan]
    """
    require_horizon(horizon)
    if threshold is not None and np.any(np.asarray(threshold) < 0):
        raise ParameterError(f"threshold {np.min(threshold)} is negative; give a fraction of the price >= 0")
    close = candles["close"]
    move = close.shift(-horizon) / close - 1
    label = pd.Series(np.where(move > 0, "up", "down"), index=candles.index, dtype="str")
    if threshold is None:
        move = move.where(move != 0)
    else:
        label = label.mask(move.abs() <= threshold, "flat")
        move = move.where(pd.Series(threshold, index=candles.index).notna())
    return label.where(move.notna()).rename("direction")
