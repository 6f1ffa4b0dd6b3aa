"""Cached predictions of a pair beside what happened: outcome, return and regime."""

import numpy as np
import pandas as pd

from auriga.columns import (
    DO_PREDICT,
    EXPECTED_BP,
    EXPECTED_SIGMAS,
    EXPERT,
    EXPERT_ROWS,
    PRIOR,
    PROBABILITY,
    REGIME,
)
from auriga.host.predictions._outcomes import label_outcomes
from auriga.host.rows import market_regimes, move_sigma
from auriga.labels import future_return
from auriga.settings import RegimeSettings

COLUMNS = ("date", PROBABILITY, PRIOR, EXPERT, EXPERT_ROWS, DO_PREDICT)
"""What the models of this package return with every prediction."""

MOVED_BP = "moved_bp"
"""What followed `expected_bp`: the realised move over the label's horizon."""


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
        At least `COLUMNS`, one row a candle; `expected_sigmas` where the models told it.
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
        Rows whose candle is there, with `known`, `up` and `move` (see `label_outcomes`), `regime`,
        `expected_bp` and `moved_bp`; NaN where one is not known.
    """
    truth = candles[["date"]].assign(
        **{REGIME: market_regimes(slow, candles["date"], settings, timeframe)["regime"]}
    )
    outcome = label_outcomes(candles.assign(regime=truth[REGIME]), settings.label, settings.costs)
    truth[MOVED_BP] = 1e4 * future_return(candles, horizon=settings.label.horizon)
    truth[EXPECTED_BP] = 1e4 * move_sigma(candles, settings.label.horizon)
    joined = predictions.merge(pd.concat([truth, outcome], axis=1), on="date", how="inner")
    told = joined.get(EXPECTED_SIGMAS, np.nan)
    expected = (joined[EXPECTED_BP] * told).where(joined[DO_PREDICT] == 1)
    return joined.assign(**{EXPECTED_BP: expected})
