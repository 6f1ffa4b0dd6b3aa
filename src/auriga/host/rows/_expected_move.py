"""Sigmas: the unit in which moves are learned and expected, and what an expected one is worth in bp."""

import numpy as np
import pandas as pd

from auriga.columns import DO_PREDICT, EXPECTED_SIGMAS
from auriga.indicators import natr, rolling_std
from auriga.labels import future_return
from auriga.settings import LabelSettings
from auriga.typing import FloatArray

SIGMA_CANDLES = 288
"""Base candles that a sigma is measured on.

A day of 5m candles, so that every hour of the day counts once whatever the hour is; 48 days of 4h candles.
"""

_BP = 1e4


def move_sigma(candles: pd.DataFrame, horizon: int) -> FloatArray:
    """One sigma of the price's move over the next `horizon` candles, as a fraction; uses candles <= t.

    The standard deviation of one-candle log returns over `SIGMA_CANDLES` candles, times the horizon's root.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Not changed.
    horizon : int
        Candles ahead.

    Returns
    -------
    array of shape (n_candles,)
        NaN on the leading `SIGMA_CANDLES` rows; 0 where the price stands still.
    """
    sigma: FloatArray = rolling_std(candles, period=SIGMA_CANDLES).to_numpy() * np.sqrt(horizon)
    return sigma


def moves_in_sigmas(candles: pd.DataFrame, horizon: int) -> FloatArray:
    """Realised move over the next `horizon` candles, in sigmas at t. Looks forward, as a label does.

    Returns
    -------
    array of shape (n_candles,)
        NaN on the last `horizon` rows, and where a sigma is 0 or NaN.
    """
    moves = future_return(candles, horizon=horizon).to_numpy(dtype=np.float64)
    return _divided(moves, move_sigma(candles, horizon))


def label_units(candles: pd.DataFrame, label: LabelSettings) -> FloatArray:
    """How many sigmas at t a label of 1 is: what turns a regressor's prediction into sigmas.

    A `return` of 1 is 1 / sigma, a `scaled_return` of 1 the volatility it was scaled by over sigma; for other
    labels there is no such number.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Not changed.
    label : LabelSettings

    Returns
    -------
    array of shape (n_candles,)
        NaN where a sigma is 0 or NaN, and for a classifier's label. Row t uses candles <= t.
    """
    if not label.regression:
        return np.full(len(candles), np.nan)
    unit = np.ones(len(candles))
    if label.kind == "scaled_return":
        unit = natr(candles, period=label.atr_period).to_numpy() * np.sqrt(label.horizon)
    return _divided(unit, move_sigma(candles, label.horizon))


def expected_bp(frame: pd.DataFrame, horizon: int) -> FloatArray:
    """Expected move over the label's horizon in hundredths of a percent, for each candle; uses candles <= t.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        Candles with the columns of the prediction. Not changed.
    horizon : int
        `regime.label.horizon`.

    Returns
    -------
    array of shape (n_candles,)
        `expected_sigmas` times `move_sigma`. NaN without a usable prediction (`do_predict` is not 1, or there
        is no such column), and on the leading `SIGMA_CANDLES` rows.
    """
    if EXPECTED_SIGMAS not in frame or DO_PREDICT not in frame:
        return np.full(len(frame), np.nan)
    expected = frame[EXPECTED_SIGMAS].to_numpy(dtype=np.float64)
    moves = _BP * expected * move_sigma(frame, horizon)
    return np.where(frame[DO_PREDICT].to_numpy() == 1, moves, np.nan)


def _divided(values: FloatArray, sigma: FloatArray) -> FloatArray:
    quotient: FloatArray = np.divide(values, sigma, out=np.full(len(values), np.nan), where=sigma > 0)
    return quotient
