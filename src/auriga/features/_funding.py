"""Funding: what perpetual futures pay, and how far they trade from the mark price.

Not among the default groups: on the pairs and years of `docs/ablation.md` these columns did harm.

A rate is settled at its date and published a moment later, a mark candle is complete at its close; both count
for candles that open at that moment or later, so that a live bot has them as surely as a backtest. A value
older than a day is not carried on: it is NaN.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from auriga.candles import require_columns
from auriga.errors import CandleError
from auriga.features._frame import feature_frame
from auriga.features._part import Feature, FeaturePart, PairInputs
from auriga.typing import FloatArray, IntArray

_BASIS_POINTS = 1e4
_MEAN_OVER = pd.Timedelta(days=3)
_STALE = np.timedelta64(1, "D")
_WARMUP = 12
"""Base candles until the first mark candle closes, at most: twelve of five minutes in an hour."""

Times = npt.NDArray[np.datetime64]


def _times(dates: pd.Series) -> Times:
    return dates.to_numpy(dtype="datetime64[ns]")


def _carried(values: FloatArray, rows: IntArray, age: npt.NDArray[np.timedelta64]) -> FloatArray:
    """Values at rows, NaN where there is no row yet or its value is stale."""
    known = (rows >= 0) & (age <= _STALE)
    carried: FloatArray = np.where(known, np.append(values, np.nan)[rows], np.nan)
    return carried


def _newest(values: FloatArray, known_at: Times, times: Times) -> FloatArray:
    """Newest value that is known when each candle opens."""
    rows = np.searchsorted(known_at, times, side="right") - 1
    age = times - np.append(known_at, times[:1])[rows]
    return _carried(values, rows, age)


def _three_days(funding: pd.DataFrame) -> FloatArray:
    """Mean of the rates of the last three days, at each rate; NaN until there are three days of them."""
    rates = pd.Series(funding["funding_rate"].to_numpy(np.float64), index=pd.DatetimeIndex(funding["date"]))
    mean = rates.rolling(_MEAN_OVER).mean()
    return mean.where(mean.index >= rates.index[:1].min() + _MEAN_OVER).to_numpy()


def _basis(candles: pd.DataFrame, mark: pd.DataFrame) -> FloatArray:
    """Close of the pair over the mark price of the same moment, minus 1; carried from mark to mark."""
    times, known_at = _times(candles["date"]), _times(mark["date"])
    before = candles["close"].shift(1).to_numpy(dtype=np.float64)
    place = np.minimum(np.searchsorted(known_at, times), len(known_at) - 1)
    together = (known_at[place] == times) & ~np.isnan(before)
    at_once = np.where(together, before / mark["close"].to_numpy(dtype=np.float64)[place] - 1.0, np.nan)
    rows = np.maximum.accumulate(np.where(together, np.arange(len(times)), -1))
    return _carried(at_once, rows, times - times[rows])


def _features(inputs: PairInputs) -> pd.DataFrame:
    candles, funding, mark = inputs.candles, inputs.funding, inputs.mark
    require_columns(candles)
    missing = [name for name, frame in (("funding", funding), ("mark", mark)) if frame is None or frame.empty]
    if funding is None or mark is None or missing:
        raise CandleError(
            f"the features in the group funding have no data ({' and '.join(missing)}), which exist for "
            "futures only: set trading_mode to futures and run freqtrade download-data --trading-mode "
            "futures, or take funding out of regime.features.groups"
        )
    times, known_at = _times(candles["date"]), _times(funding["date"])
    rates = funding["funding_rate"].to_numpy(dtype=np.float64)
    arrays = {
        "funding_rate": _newest(rates, known_at, times),
        "funding_mean": _newest(_three_days(funding), known_at, times),
        "funding_basis": _basis(candles, mark),
    }
    columns = {name: pd.Series(_BASIS_POINTS * values) for name, values in arrays.items()}
    return feature_frame(columns, candles.index)


_SOURCE = "own, of Freqtrade's funding_rate and mark candles (Binance, funding rates)"

PART = FeaturePart(
    group="funding",
    each="pair",
    compute=_features,
    warmup_candles=lambda: _WARMUP,
    features={
        "funding_rate": Feature("last settled funding rate in basis points (1 = 0.01 %)", _SOURCE),
        "funding_mean": Feature("mean funding rate of the three days up to it, in basis points", _SOURCE),
        "funding_basis": Feature(
            "close over the mark price at the last close of a mark candle, minus 1, in basis points", _SOURCE
        ),
    },
)
