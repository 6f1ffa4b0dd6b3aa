"""Where candles lie in time, and the regime of each UTC day."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd

from auriga.candles import timeframe_delta, timeframe_minutes
from auriga.datasets._parameters import MarketParameters
from auriga.errors import ParameterError
from auriga.typing import IntArray, RegimeArray

MINUTES_A_DAY = 1440


@dataclass(frozen=True)
class Calendar:
    """Opening times of candles; a candle belongs to the UTC day in which it opens."""

    dates: pd.DatetimeIndex
    timeframe: str

    @property
    def candles_a_day(self) -> float:
        """Number of candles a day."""
        return MINUTES_A_DAY / timeframe_minutes(self.timeframe)

    @property
    def minute(self) -> IntArray:
        """Minutes from midnight to the open of each candle, shape (n_candles,)."""
        return np.asarray(self.dates.hour * 60 + self.dates.minute, dtype=np.int64)

    @property
    def day(self) -> IntArray:
        """Days since the day of the first candle, shape (n_candles,)."""
        midnights = self.dates.normalize()
        return np.asarray((midnights - midnights[0]).days, dtype=np.int64)

    @property
    def steps_to_midnight(self) -> IntArray:
        """The smallest `j >= 1` for which candle `t + j` belongs to the next day, shape (n_candles,)."""
        return -((self.minute - MINUTES_A_DAY) // timeframe_minutes(self.timeframe))


def make_calendar(n_candles: int, start: str | pd.Timestamp, timeframe: str) -> Calendar:
    """Return the opening times of `n_candles` candles without holes, in UTC and milliseconds."""
    first = _first(start)
    step = timeframe_delta(timeframe)
    if (first - pd.Timestamp(0, tz="UTC")) % step != pd.Timedelta(0):
        raise ParameterError(
            f"start {first} is no opening time of {timeframe} candles; try {first.floor('D')}"
        )
    dates = pd.date_range(first.as_unit("ms"), periods=n_candles, freq=step, unit="ms", name="date")
    return Calendar(dates, timeframe)


def _first(start: str | pd.Timestamp) -> pd.Timestamp:
    first = pd.to_datetime(start, errors="coerce")
    if not isinstance(first, pd.Timestamp):
        raise ParameterError(f"start {start!r} is not a date; write it like '2023-01-01'")
    return first.tz_localize("UTC") if first.tzinfo is None else first.tz_convert("UTC")


def draw_regimes(calendar: Calendar, parameters: MarketParameters, rng: np.random.Generator) -> RegimeArray:
    """Regime of each candle: a Markov chain that steps at UTC midnight, its first day drawn evenly."""
    day = calendar.day
    first = min(int(rng.random() * 3), 2)
    bounds = [list(accumulate(row[:2])) for row in parameters.transition]
    draws = rng.random(int(day[-1])).tolist()
    chain = accumulate(draws, lambda state, draw: bisect_right(bounds[state], draw), initial=first)
    codes = np.fromiter(chain, dtype=np.int8, count=len(draws) + 1) - np.int8(1)
    return codes[day].astype(np.int8, copy=False)
