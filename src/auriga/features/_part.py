"""What the catalogue knows about a feature, and the functions that make features."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

Each = Literal["period", "timeframe", "pair"]


@dataclass(frozen=True)
class Feature:
    """One column of the catalogue.

    Attributes
    ----------
    meaning : str
        What it says, with its unit and range; the formula where a name does not say it.
    source : str
        Who computes it: a function of a kept library, or our own code and the paper it follows.
    """

    meaning: str
    source: str


@dataclass(frozen=True)
class PairInputs:
    """What the features that exist once for each pair may read; everything uses candles <= t.

    Attributes
    ----------
    candles : DataFrame
        Base candles of the pair, with the columns of public trades if Freqtrade added them.
    leaders : mapping of str to DataFrame
        Base candles of leading pairs, by pair. A leader has itself among the leaders.
    funding : DataFrame or None
        `date` (UTC, when the rate became known) and `funding_rate` (fraction), futures only.
    mark : DataFrame or None
        `date` (UTC, the close of the mark candle) and `close` (its mark price), futures only.
    """

    candles: pd.DataFrame
    leaders: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    funding: pd.DataFrame | None = None
    mark: pd.DataFrame | None = None


@dataclass(frozen=True)
class FeaturePart:
    """A function that makes some columns of a group.

    Attributes
    ----------
    group : str
        Every column's name begins with it.
    each : {"period", "timeframe", "pair"}
        What the columns exist once for. `compute` is called as `compute(candles, period=period)`,
        `compute(candles)` or `compute(inputs)` with `PairInputs`.
    compute : callable
        Returns a float32 frame with the columns of `features`, on the index of the candles.
    warmup_candles : callable
        Leading rows in which some column is NaN; takes `period` where `compute` does.
    features : mapping of str to Feature
        Column name to what it is, in the order of the columns. Columns of one leader each end in its
        base currency, which stands here as `<leader>`.
    """

    group: str
    each: Each
    compute: Callable[..., pd.DataFrame]
    warmup_candles: Callable[..., int]
    features: Mapping[str, Feature]
