"""Return of the price over the next candles."""

import pandas as pd

from auriga.labels._checks import require_horizon


def future_return(candles: pd.DataFrame, *, horizon: int) -> pd.Series:
    """Return from the close of candle t to the close of candle t + horizon, as a fraction.

    Looks forward: uses the candles t and t + horizon.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound candles. Not changed.
    horizon : int
        Candles ahead, at least 1.

    Returns
    -------
    Series of shape (n_candles,)
        NaN for the last `horizon` candles, whose future is unknown.

    Raises
    ------
    ParameterError
        If the horizon is below 1.

    Examples
    --------
    >>> future_return(pd.DataFrame({"close": [100.0, 101.0, 100.0]}), horizon=2).tolist()
    [0.0, nan, nan]
    """
    require_horizon(horizon)
    return (candles["close"].shift(-horizon) / candles["close"] - 1).rename("return")
