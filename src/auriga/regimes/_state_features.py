"""What statistical detectors look at: two scale-free numbers for each slow candle."""

import numpy as np
import pandas as pd

from auriga.indicators import log_return
from auriga.typing import FloatArray

N_FEATURES = 2
"""Mean return, downside deviation."""


def state_features(candles: pd.DataFrame, *, period: int) -> FloatArray:
    """Mean log return and downside deviation of the last `period` candles; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound candles, oldest first. Not changed.
    period : int
        Returns in each mean, at least 2.

    Returns
    -------
    array of shape (n_candles, 2), float64
        Log return per candle, and the root of the mean square of the negative ones (0.01 is about 1 %). NaN
        for the leading `period` rows. A row depends on its own candles alone, bit for bit, wherever
        history begins: a running sum would not.

    References
    ----------
    Shu, Y., Yu, C. and Mulvey, J. M. (2024). Downside risk reduction using regime-switching signals: a
    statistical jump model approach. Journal of Asset Management 25.
    """
    returns = log_return(candles).to_numpy()
    losses = np.minimum(returns, 0.0) ** 2
    return np.column_stack([_mean(returns, period), np.sqrt(_mean(losses, period))])


def _mean(values: FloatArray, period: int) -> FloatArray:
    """Mean of the last `period` values, each summed in the same order."""
    n_means = len(values) - period + 1
    means = np.full(len(values), np.nan)
    if n_means > 0:
        total = np.zeros(n_means)
        for lag in range(period):
            total += values[lag : lag + n_means]
        means[period - 1 :] = total / period
    return means
