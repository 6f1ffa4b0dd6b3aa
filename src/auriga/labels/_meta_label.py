"""Whether the side that another rule takes is right."""

import numpy as np
import pandas as pd

from auriga.errors import ParameterError


def meta_label(barriers: pd.DataFrame, *, side: pd.Series) -> pd.Series:
    """Whether the side that a primary rule takes at candle t would have gained.

    The rule says which way, the label whether to follow it: a model of it learns when the rule is right. A
    long position is right when its return at the first touch, or at the end of the horizon without one, is
    above 0, a short one when it is below.

    Looks forward: uses the candles t to t + horizon, through `barriers`.

    Where one candle touches both barriers, `triple_barrier` says 0 and either side is wrong.

    Parameters
    ----------
    barriers : DataFrame of shape (n_candles, 3)
        As `triple_barrier` returns it. Not changed.
    side : Series of shape (n_candles,)
        What the rule says at the close of each candle: 1 long, -1 short, 0 or NaN no position.

    Returns
    -------
    Series of shape (n_candles,), float
        1 right, 0 wrong. Missing where `barriers` is (its last `horizon` candles, and without an ATR) and
        where the rule takes no side.

    Raises
    ------
    ParameterError
        If `side` holds another number or belongs to other candles.

    References
    ----------
    López de Prado, M. (2018). Advances in Financial Machine Learning, chapter 3.6.

    Examples
    --------
    >>> barriers = pd.DataFrame({"label": [1.0, 1.0, 0.0], "touched_at": 1.0, "return": [0.02, 0.02, -0.01]})
    >>> meta_label(barriers, side=pd.Series([1, -1, 0])).tolist()
    [1.0, 0.0, nan]
    """
    if not side.index.equals(barriers.index):
        raise ParameterError("side is not on the index of the barriers; compute both from the same candles")
    sides = side.to_numpy(dtype=np.float64)
    strange = sides[~np.isnan(sides) & ~np.isin(sides, (-1.0, 0.0, 1.0))]
    if len(strange):
        raise ParameterError(f"side holds {strange[0]}; it must be -1, 0 or 1")
    gain = barriers["return"] * sides
    right = pd.Series(np.where(gain > 0, 1.0, 0.0), index=barriers.index)
    return right.where(gain.notna() & (sides != 0)).rename("meta")
