"""Which of three barriers the price meets first."""

import numpy as np
import pandas as pd

from auriga.labels._checks import known_at_close, require_horizon, require_positive


def triple_barrier(
    candles: pd.DataFrame, *, horizon: int, atr: pd.Series, upper_atr: float, lower_atr: float
) -> pd.DataFrame:
    """Which barrier the price touches first: one above, one below, or the end of the horizon.

    The barriers of candle t stand `upper_atr` and `lower_atr` times its ATR above and below its close. A
    candle touches the upper one with its high and the lower one with its low; touching is enough.

    Looks forward: uses the candles t to t + horizon.

    Where one candle's range holds both barriers, candles cannot tell which came first. If it opens at or
    beyond one of them, that one; otherwise the label is 0 and the return 0, so that neither a long nor a
    short position is credited with a gain that may have come after its stop.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound candles. Not changed.
    horizon : int
        Candles ahead, at least 1.
    atr : Series of shape (n_candles,)
        Average true range known at the close of each candle, in quote currency. Where it is 0 both
        barriers lie on the close.
    upper_atr, lower_atr : float
        Distances of the barriers in ATRs, above 0.

    Returns
    -------
    DataFrame of shape (n_candles, 3), float
        `label`: 1 upper, -1 lower, 0 neither within the horizon (or both in one candle). `touched_at`:
        candles after t, 1 to `horizon`. `return`: fraction of the close of t, to the barrier, to the open
        of a candle that opened beyond it, or without a touch to the close of candle t + horizon.

        Missing for the last `horizon` candles, even where a barrier has been touched already (or the newest
        rows would hold quick touches only), and where the ATR is NaN.

    Raises
    ------
    ParameterError
        If the horizon is below 1, a distance is not above 0, or `atr` is negative or of other candles.

    References
    ----------
    López de Prado, M. (2018). Advances in Financial Machine Learning, chapter 3.4. There the path is made of
    closes; here of highs and lows, as orders are filled.

    Examples
    --------
    >>> candles = pd.DataFrame(
    ...     {
    ...         "open": [100.0, 100.0, 101.0, 100.0],
    ...         "high": [100.0, 101.5, 102.0, 101.0],
    ...         "low": [100.0, 99.5, 100.5, 97.0],
    ...         "close": [100.0, 101.0, 101.0, 98.0],
    ...     }
    ... )
    >>> atr = pd.Series(1.0, index=candles.index)
    >>> triple_barrier(candles, horizon=2, atr=atr, upper_atr=2.0, lower_atr=2.0).round(4)
       label  touched_at  return
    0    1.0         2.0  0.0200
    1   -1.0         2.0 -0.0198
    2    NaN         NaN     NaN
    3    NaN         NaN     NaN
    """
    # numba takes about a second and 115 MiB: only runs with barriers pay for it.
    from auriga.labels._kernels import first_touches

    require_horizon(horizon)
    require_positive("upper_atr", upper_atr)
    require_positive("lower_atr", lower_atr)
    distance = known_at_close("atr", atr, candles)
    # Copies: pandas hands out read-only views, for which numba would compile a second time.
    open_, high, low, close = (
        np.array(candles[name], dtype=np.float64) for name in ("open", "high", "low", "close")
    )
    upper, lower = close + upper_atr * distance, close - lower_atr * distance
    label, touched_at, price = first_touches(open_, high, low, close, upper, lower, int(horizon))
    columns = {"label": label, "touched_at": touched_at, "return": price / close - 1}
    return pd.DataFrame(columns, index=candles.index)
