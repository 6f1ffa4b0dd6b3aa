"""Volatility of each pair on the candles of the strategy: what stakes of the rule `volatility` follow."""

import numpy as np
import pandas as pd

from auriga.candles import last_closed
from auriga.columns import VOLATILITY
from auriga.host.setup import DataProvider
from auriga.risk import annual_volatility
from auriga.settings import StakeSettings

DAY = "1d"


def volatility_sources(pairs: list[str]) -> list[tuple[str, str]]:
    """Candles that a bot has to refresh for it, in the form of `informative_pairs`.

    Under every rule: informative candles may be read by features, so another rule would make models stale.
    """
    return [(pair, DAY) for pair in pairs]


def add_volatility(
    frame: pd.DataFrame, pair: str, data_provider: DataProvider, settings: StakeSettings, timeframe: str
) -> pd.DataFrame:
    """Give each candle the annual volatility of the pair's closed days, as the column `annual_volatility`.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        Base candles. Not changed.
    pair : str
    data_provider : DataProvider
        With the pair's daily candles.
    settings : StakeSettings
        Without the rule `volatility` the frame is returned as it is.
    timeframe : str
        Of the frame.

    Returns
    -------
    DataFrame
        As `auriga.risk.annual_volatility` has it at the last day that had closed by the candle's own close;
        NaN before 31 days have.
    """
    if settings.rule != "volatility":
        return frame
    days: pd.DataFrame = data_provider.get_pair_dataframe(pair=pair, timeframe=DAY)
    if days.empty:
        return frame.assign(**{VOLATILITY: np.nan})
    closes = days["close"].to_numpy(dtype=np.float64)
    known = np.r_[np.nan, annual_volatility(closes, settings.half_life_days)]
    rows = last_closed(days["date"], DAY, frame["date"], timeframe)
    return frame.assign(**{VOLATILITY: known[rows + 1]})
