"""What every way of telling regimes apart answers, before anything steadies it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from auriga.typing import FloatArray, Regime, RegimeArray


@dataclass(frozen=True)
class Evidence:
    """Answers of a detector at the close of each candle; entry t uses candles <= t.

    Attributes
    ----------
    raw_regime : int8 array of shape (n,)
        Answer without any memory of earlier answers; `UNKNOWN` during warm-up.
    regime : int8 array of shape (n,)
        Answer with the detector's own memory (hysteresis, persistence of states).
    support : float64 array of shape (n, 3)
        How much speaks for bear, sideways and bull, each in [0, 1], together 1; NaN during warm-up.
    """

    raw_regime: RegimeArray
    regime: RegimeArray
    support: FloatArray


class Detector(Protocol):
    """Anything that turns slow candles into evidence: one rule, a vote of rules, a statistical model."""

    @property
    def warmup_candles(self) -> int:
        """Leading candles without an answer, at most."""

    def evidence(self, candles: pd.DataFrame) -> Evidence:
        """Evidence at the close of each candle."""


def confidence_of(regime: RegimeArray, support: FloatArray) -> FloatArray:
    """How much of the support belongs to the regime that is shown.

    Parameters
    ----------
    regime : int8 array of shape (n,)
    support : array of shape (n, 3)
        As in `Evidence`.

    Returns
    -------
    array of shape (n,), float64
        In [0, 1]; NaN where the regime is `UNKNOWN`.

    Examples
    --------
    >>> support = np.array([[0.1, 0.2, 0.7], [0.1, 0.2, 0.7], [np.nan] * 3])
    >>> confidence_of(np.array([1, 0, -2]), support).tolist()
    [0.7, 0.2, nan]
    """
    known = regime != Regime.UNKNOWN
    column = np.where(known, regime - Regime.BEAR, 0).astype(np.int64)
    return np.where(known, support[np.arange(len(regime)), column], np.nan)
