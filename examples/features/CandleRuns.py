"""A feature group of your own: copy it beside `RegimeStrategy.py`, then `--strategy CandleRuns`."""

from typing import Any

import numpy as np
import pandas as pd
from RegimeStrategy import RegimeStrategy

from auriga.host.rows import add_features
from auriga.indicators import natr


def run_features(candles: pd.DataFrame) -> pd.DataFrame:
    """How long and how far candles have gone one way; uses candles <= t.

    Returns
    -------
    DataFrame of shape (n_candles, 2), float32
        `run_length`: candles in a row with the same sign of close minus open, negative for falling ones, -10
        to 10. `run_move`: move of the close since that run began, in ATR (14); NaN for the first 14 candles.
    """
    sign = (candles["close"] - candles["open"]).apply(np.sign)
    run = (sign != sign.shift(1)).cumsum()
    length = (sign.groupby(run).cumcount() + 1) * sign
    began_at = candles["open"].groupby(run).transform("first")
    atr_frac = natr(candles, period=14)
    move = (candles["close"] - began_at) / candles["close"] / atr_frac.where(atr_frac > 0)
    move = move.mask(atr_frac == 0, 0.0).clip(-10, 10)
    columns = {"run_length": length.clip(-10, 10), "run_move": move}
    return pd.DataFrame(columns, index=candles.index).astype(np.float32)


class CandleRuns(RegimeStrategy):
    """`RegimeStrategy` with runs of candles, too; FreqAI makes them for each timeframe and pair."""

    def feature_engineering_expand_basic(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """The groups of the settings, and the runs."""
        features = run_features(dataframe)
        dataframe = super().feature_engineering_expand_basic(dataframe, metadata=metadata, **kwargs)
        return add_features(dataframe, features)
