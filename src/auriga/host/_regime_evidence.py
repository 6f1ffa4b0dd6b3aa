"""Which regimes a backtest went through, and what the market did in each."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False)
class RegimeEvidence:
    """Regimes in force in the period of a backtest, by pair.

    Attributes
    ----------
    timelines : mapping of pair to DataFrame
        One row a slow candle of the period: `date`, `close`, `regime` (code in force while it was formed).
    statistics : DataFrame
        One row a pair and regime: `pair`, `regime`, `share_frac` of the time, `dwells`, `dwell_days_median`,
        `dwell_days_longest`, `return_frac` (compounded while in force), `volatility_frac` (annual).
    transitions : mapping of pair to DataFrame
        From (rows) to (columns): how often, as counts of switches.
    told_by : mapping of pair to pair
        Whose candles tell the regime.
    """

    timelines: Mapping[str, pd.DataFrame]
    statistics: pd.DataFrame
    transitions: Mapping[str, pd.DataFrame]
    told_by: Mapping[str, str]
