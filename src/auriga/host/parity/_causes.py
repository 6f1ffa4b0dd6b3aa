"""Why a candle is predicted otherwise: its features or regime from the few candles that a bot has."""

from typing import Any

import numpy as np
import pandas as pd

from auriga.candles import timeframe_delta
from auriga.columns import LIVE_REGIME, plain_feature
from auriga.host.pairs import RegimeModel
from auriga.host.reload import provided_by
from auriga.host.rows import Market
from auriga.host.setup import DataProvider, Strategy

START_UP = "start-up-dependent"

LIVE_CANDLES = 999
"""Closed candles that an exchange gives at once of each timeframe, which is what a bot starts with."""


class _ShortProvider:
    """A data provider that shows of each timeframe the last candles that had closed by a moment."""

    def __init__(self, provider: DataProvider, until: pd.Timestamp) -> None:
        self._provider, self._until = provider, until

    def get_pair_dataframe(self, pair: str, timeframe: str, candle_type: str = "") -> pd.DataFrame:
        frame: pd.DataFrame = self._provider.get_pair_dataframe(pair, timeframe, candle_type)
        if frame.empty:
            return frame
        closed = frame["date"] + timeframe_delta(timeframe) <= self._until
        return frame[closed].tail(LIVE_CANDLES).reset_index(drop=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)


def start_up_cause(
    strategy: Strategy, glue: RegimeModel, market: Market, pair: str, date: pd.Timestamp, candles: int
) -> tuple[str, str]:
    """Compare a candle's features and regime from all candles with those from a bot's few.

    Parameters
    ----------
    strategy : IStrategy
    glue : RegimeFreqaiModel
    market : Market
        Of all candles.
    pair : str
    date : Timestamp
        Opening time of the candle.
    candles : int
        How many base candles the bot had; 0 for the usual number.

    Returns
    -------
    column, words : str
        The first feature that differs, or `live_regime`, and what it is on both sides; empty if none does.
    """
    timeframe = glue.config["timeframe"]
    until = pd.Timestamp(date) + timeframe_delta(timeframe)
    provider = _ShortProvider(strategy.dp, until)
    with provided_by(strategy, provider):
        short = Market(strategy, glue.config, glue.settings, glue.label, provider.get_pair_dataframe)
        base = provider.get_pair_dataframe(pair, timeframe)
        few = short.rows(pair, base.tail(candles or LIVE_CANDLES).reset_index(drop=True))
    last = np.array([len(few.features.times) - 1])
    row = np.flatnonzero(market.rows(pair).features.times == few.features.times[last[0]])
    own = market.rows(pair)
    if own.regimes[row[0]] != few.regimes[last[0]]:
        return LIVE_REGIME, f"{few.regimes[last[0]]} from the last candles, {own.regimes[row[0]]} from all"
    whole, start = own.columns.rows(row)[0], few.columns.rows(last)[0]
    differs = np.flatnonzero(~((whole == start) | (np.isnan(whole) & np.isnan(start))))
    if not len(differs):
        return "", ""
    # The largest one first: the last bit of a long average may differ everywhere and matter nowhere.
    size = np.abs(whole[differs] - start[differs]) / (np.abs(whole[differs]) + 1e-12)
    worst = differs[np.argmax(np.nan_to_num(size, nan=np.inf))]
    name = plain_feature(own.columns.names[worst])
    return name, f"{name} is {start[worst]:.7g} from the last candles, {whole[worst]:.7g} from all"


def missing_features(market: Market, pair: str, row: int) -> str:
    """Which features a candle lacks in the backtest path; empty if it has all."""
    asked = np.zeros(len(market.rows(pair).features.times), dtype=bool)
    asked[row] = True
    counts = market.rows(pair).columns.missing_counts(asked)
    return ", ".join(plain_feature(name) for name in list(counts)[:3])
