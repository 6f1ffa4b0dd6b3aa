"""Days of a backtest."""

import pandas as pd

from auriga.host.results._result import BacktestResult
from auriga.typing import IntArray

DAY = pd.Timedelta(days=1)


def backtest_days(result: BacktestResult) -> pd.DatetimeIndex:
    """Days of a backtest; what happens at midnight belongs to the day that ends.

    Freqtrade's last candle may open at the very end of the period, and its trades close there.
    """
    first = result.start.floor("D")
    last = max((result.end - pd.Timedelta(milliseconds=1)).floor("D"), first)
    return pd.date_range(first, last, freq="D", name="day")


def days_of(moments: pd.Series, days: pd.DatetimeIndex) -> IntArray:
    """Number of the day of each moment, 0 the first; those at its midnight are the day before's."""
    numbers = (moments - pd.Timedelta(milliseconds=1) - days[0]) // DAY
    return numbers.to_numpy(dtype="int64").clip(0, len(days) - 1)
