"""Features as they were at an earlier moment: the strategy's hooks on candles that end there."""

from typing import Any, Protocol

import numpy as np
import pandas as pd

from auriga.candles import timeframe_delta
from auriga.host.examination._examination import Examination
from auriga.host.reload import provided_by
from auriga.host.rows import PairFeatures, pair_features
from auriga.host.seals import opening_times
from auriga.host.setup import DataProvider

_MS = pd.Timedelta(milliseconds=1)


class WholeProvider(DataProvider, Protocol):
    """A data provider that is asked for any timeframe, or for its own."""

    def get_pair_dataframe(
        self, pair: str, timeframe: str | None = None, candle_type: str = ""
    ) -> pd.DataFrame:
        """Candles of a pair."""


class CutProvider:
    """A data provider that knows nothing after a moment, and a number of candles before another.

    Every timeframe and every pair ends at the same moment: a slow candle that is not closed by then is not
    there. Whatever else a strategy asks of its data provider is answered by the original.

    Parameters
    ----------
    provider : DataProvider
    stop : int
        Candles close by this moment (ms).
    anchor : int
        Moment (ms) that `count` counts back from, on each timeframe by its own candles.
    count : int
        So many candles.
    """

    def __init__(self, provider: WholeProvider, *, stop: int, anchor: int, count: int) -> None:
        self._provider, self._stop, self._anchor, self._count = provider, stop, anchor, count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    def get_pair_dataframe(
        self, pair: str, timeframe: str | None = None, candle_type: str = ""
    ) -> pd.DataFrame:
        """Candles of a pair within the bounds."""
        frame: pd.DataFrame = self._provider.get_pair_dataframe(pair, timeframe, candle_type)
        if frame.empty:
            return frame
        times = opening_times(frame["date"])
        step = self._step(timeframe, times)
        # A funding rate is known at its own time, a candle once it is over.
        known_at = times if candle_type == "funding_rate" else times + step
        end = int(np.searchsorted(known_at, self._stop, side="right"))
        begin = int(np.searchsorted(times, self._anchor - self._count * step, side="left"))
        return frame.iloc[begin:end].reset_index(drop=True)

    historic_ohlcv = get_pair_dataframe

    def ohlcv(self, pair: str, timeframe: str | None = None, **kwargs: object) -> pd.DataFrame:
        """Candles of a pair within the bounds, by the data provider's other name for them."""
        return self.get_pair_dataframe(pair, timeframe)

    def _step(self, timeframe: str | None, times: np.ndarray[Any, Any]) -> int:
        if timeframe:
            return int(timeframe_delta(timeframe) // _MS)
        return int(np.median(np.diff(times))) if len(times) > 1 else 0


def features_until(exam: Examination, pair: str, *, stop: int, anchor: int, count: int) -> PairFeatures:
    """Features of a pair from candles that close by `stop`, of the last `count` before `anchor` (ms)."""
    provider = CutProvider(exam.strategy.dp, stop=stop, anchor=anchor, count=count)
    with provided_by(exam.strategy, provider):
        candles = provider.get_pair_dataframe
        base = candles(pair, exam.timeframe)
        return pair_features(exam.strategy, pair, base, candles, exam.strategy.config)


def moments(exam: Examination, pair: str, *, number: int, reach: int, seed: int) -> list[int]:
    """Closing times (ms) of base candles to cut at, from the timerange, with `reach` candles after each.

    Where the candles of the timerange do not suffice, from those before it. The latest comes first.
    """
    times = exam.market.features(pair).times
    first = int(np.searchsorted(times, int(exam.span[0].timestamp()) * 1000))
    last = len(times) - reach
    if last <= 0:
        return []
    low = min(first, last * 3 // 4)
    drawn = np.random.default_rng(seed).integers(low, last, size=number)
    return [int(times[row]) + exam.step for row in sorted(set(drawn.tolist()), reverse=True)]
