"""Cached predictions of a pair beside what happened: outcome, return and regime."""

import pandas as pd

from auriga.columns import DO_PREDICT, EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY, REGIME
from auriga.host.predictions._outcomes import label_outcomes
from auriga.host.rows import market_regimes
from auriga.settings import RegimeSettings

COLUMNS = ("date", PROBABILITY, PRIOR, EXPERT, EXPERT_ROWS, DO_PREDICT)
"""What the models of this package return with every prediction."""


def with_outcomes(
    predictions: pd.DataFrame,
    candles: pd.DataFrame,
    slow: pd.DataFrame,
    settings: RegimeSettings,
    timeframe: str,
) -> pd.DataFrame:
    """Join predictions of one pair with their outcome, whatever the label.

    Parameters
    ----------
    predictions : DataFrame
        At least `COLUMNS`, one row a candle.
    candles : DataFrame
        Base candles of the pair: from well before the first prediction, so that an ATR has settled, to
        `horizon` candles beyond the last.
    slow : DataFrame
        Candles that tell the regime.
    settings : RegimeSettings
        Of the backtest.
    timeframe : str
        Base timeframe.

    Returns
    -------
    DataFrame
        Rows whose candle is there, with `known`, `up` and `move` (see `label_outcomes`) and `regime`.
    """
    truth = candles[["date"]].assign(
        **{REGIME: market_regimes(slow, candles["date"], settings, timeframe)["regime"]}
    )
    outcome = label_outcomes(candles.assign(regime=truth[REGIME]), settings.label, settings.costs)
    return predictions.merge(pd.concat([truth, outcome], axis=1), on="date", how="inner")
