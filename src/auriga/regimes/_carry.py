"""Carry regimes from slow candles to fast ones at the moment they became known."""

import numpy as np
import pandas as pd

from auriga.candles import last_closed, timeframe_delta
from auriga.errors import ParameterError
from auriga.typing import Regime, RegimeStatus

_STALE_AFTER = 2  # slow timeframes without a newer candle; 1 is normal just before the next close


def carry_regimes(
    regimes: pd.DataFrame, timeframe: str, dates: pd.Series, base_timeframe: str
) -> pd.DataFrame:
    """Give each fast candle the regime of the last slow candle that had closed by its own close.

    Parameters
    ----------
    regimes : DataFrame of shape (n_slow, >= 5)
        `date` (opening time), `regime`, `regime_age`, `regime_confidence` and `regime_status`, as
        `detect_regimes` returns them, in order.
    timeframe : str
        Timeframe of the slow candles, such as `"1d"`.
    dates : Series of shape (n,)
        Opening times of the fast candles (UTC).
    base_timeframe : str
        Timeframe of the fast candles, such as `"5m"`; not slower than `timeframe`.

    Returns
    -------
    DataFrame of shape (n, 4)
        `regime` (int8), `regime_age` (slow candles), `regime_confidence` (0 to 1) and `regime_status`
        (int8), on the index of `dates`. Before the first slow close `Regime.UNKNOWN`, NaN and
        `RegimeStatus.WARM_UP`; once the newest slow candle closed more than two slow timeframes ago, or
        without any, `SOURCE_MISSING`: a source that has gone missing is not an answer.

    Raises
    ------
    ParameterError
        If the fast timeframe is the slower one.

    Examples
    --------
    A day's regime is known when the day is over: the 5m candle 23:55 closes with it.

    >>> slow = pd.DataFrame({"date": pd.date_range("2025-01-01", periods=1, tz="UTC"),
    ...                      "regime": [1], "regime_age": [3.0],
    ...                      "regime_confidence": [0.8], "regime_status": [0]})
    >>> fast = pd.Series(pd.to_datetime(["2025-01-01 23:50", "2025-01-01 23:55"], utc=True))
    >>> carry_regimes(slow, "1d", fast, "5m")["regime"].tolist()
    [-2, 1]
    """
    if timeframe_delta(timeframe) < timeframe_delta(base_timeframe):
        raise ParameterError(f"regime timeframe {timeframe} is faster than the candles' {base_timeframe}")
    source = last_closed(regimes["date"], timeframe, dates, base_timeframe)
    known, early = source >= 0, (source < 0) & bool(len(regimes))
    # Between the closes lies what lies between the openings, less a slow candle and with a fast one.
    stale_after = (_STALE_AFTER + 1) * timeframe_delta(timeframe) - timeframe_delta(base_timeframe)
    opened, asked = (each.to_numpy(dtype="datetime64[ns]") for each in (regimes["date"], dates))
    known[known] = asked[known] - opened[source[known]] <= stale_after.to_timedelta64()
    carried = {
        "regime": np.full(len(dates), Regime.UNKNOWN, dtype=np.int8),
        "regime_age": np.full(len(dates), np.nan),
        "regime_confidence": np.full(len(dates), np.nan),
        "regime_status": np.where(early, RegimeStatus.WARM_UP, RegimeStatus.SOURCE_MISSING).astype(np.int8),
    }
    for name, values in carried.items():
        values[known] = regimes[name].to_numpy()[source[known]]
    return pd.DataFrame(carried, index=dates.index)
