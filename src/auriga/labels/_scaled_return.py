"""Return of the price over the next candles, in units of its volatility."""

import numpy as np
import pandas as pd

from auriga.labels._checks import known_at_close, require_horizon, require_positive
from auriga.labels._future_return import future_return


def scaled_return(
    candles: pd.DataFrame, *, horizon: int, volatility: pd.Series, limit: float = 10.0
) -> pd.Series:
    """Return from the close of candle t to the close of candle t + horizon, in units of volatility at t.

    A candle's volatility grows with the root of the horizon, so the unit is `volatility` x sqrt(`horizon`):
    calm and wild markets, and short and long horizons, give numbers of one size.

    Looks forward: uses the candles t and t + horizon.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound candles. Not changed.
    horizon : int
        Candles ahead, at least 1.
    volatility : Series of shape (n_candles,)
        Of one candle, known at its close, as a fraction of the price: a deviation of returns or an ATR.
    limit : float
        Largest size of a label, above 0: after a market that stood still, any move is endless volatilities.

    Returns
    -------
    Series of shape (n_candles,)
        In [-`limit`, `limit`]. Where the volatility is 0, a move gives `limit` with its sign, none gives 0.
        NaN for the last `horizon` candles, whose future is unknown, and where the volatility is NaN.

    Raises
    ------
    ParameterError
        If the horizon is below 1, the limit not above 0, or `volatility` negative or of other candles.

    Examples
    --------
    >>> candles = pd.DataFrame({"close": [100.0, 100.0, 100.0, 100.0, 102.0]})
    >>> volatility = pd.Series(0.005, index=candles.index)
    >>> scaled_return(candles, horizon=4, volatility=volatility).round(6).tolist()
    [2.0, nan, nan, nan, nan]
    """
    require_horizon(horizon)
    require_positive("limit", limit)
    unit = known_at_close("volatility", volatility, candles) * np.sqrt(horizon)
    move = future_return(candles, horizon=horizon).to_numpy()
    scaled = np.where(np.isnan(unit) | np.isnan(move), np.nan, np.sign(move) * limit)
    with np.errstate(over="ignore"):
        np.divide(move, unit, out=scaled, where=unit > 0)
    return pd.Series(np.clip(scaled, -limit, limit), index=candles.index, name="scaled_return")
