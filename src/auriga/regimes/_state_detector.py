"""Detectors that are fitted on the past, on a schedule that does not depend on where history begins."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import ClassVar

import numpy as np
import pandas as pd

from auriga.candles import timeframe_delta
from auriga.errors import MissingPackageError
from auriga.regimes._evidence import Evidence
from auriga.regimes._fit_cache import FITS
from auriga.regimes._state_features import state_features
from auriga.regimes._state_model import Scaler, StateModel, StillMarket, regime_support
from auriga.regimes._steps import require_at_least
from auriga.typing import FloatArray, IntArray, Regime

_FEWEST_FIT_CANDLES = 60


@dataclass(frozen=True)
class StateDetector(ABC):
    """A model of three market states, fitted on past slow candles and refitted from time to time.

    Slow candles are numbered from 1970 on; a model is fitted wherever the number is a multiple of
    `refit_candles`, on the `fit_candles` rows before, and tells the states of the candles up to the next
    fit. So neither later candles nor earlier ones change an answer that has a full fit window. Features are
    standardised with the moments of the fit window; its states are ordered by mean return: the highest is
    bull, the lowest bear. That is an order and no threshold: in a window of nothing but losses, the
    mildest of them is called bull.

    Parameters
    ----------
    timeframe : str
        Timeframe of the slow candles, such as `"1d"`; the schedule needs it.
    fit_candles : int
        Slow candles of each fit, at least 60.
    refit_candles : int
        Slow candles between fits, at least 1.
    period : int
        Candles in the features (`state_features`), at least 2.

    Raises
    ------
    MissingPackageError
        If an optional package is not installed; with the command that installs it.
    ParameterError
        If a number is out of range.
    """

    timeframe: str
    fit_candles: int = 730
    refit_candles: int = 30
    period: int = 14

    packages: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[str] = ""

    def __post_init__(self) -> None:
        timeframe_delta(self.timeframe)
        require_at_least("fit_candles", self.fit_candles, _FEWEST_FIT_CANDLES)
        require_at_least("refit_candles", self.refit_candles, 1)
        require_at_least("period", self.period, 2)
        absent = [name for name in self.packages if find_spec(name) is None]
        if absent:
            raise MissingPackageError(
                f"the detector '{self.extra}' needs {', '.join(absent)}: pip install 'auriga[{self.extra}]'"
            )

    @property
    def warmup_candles(self) -> int:
        """Leading candles without an answer, at most: the features, a fit window, the wait for a fit."""
        return self.period + self.fit_candles + self.refit_candles - 1

    def evidence(self, candles: pd.DataFrame) -> Evidence:
        """States at the close of each candle; uses candles <= t, and fits on candles before t only.

        The raw regime is the most likely state, the support its probability given the candles up to t.
        """
        features = state_features(candles, period=self.period)
        support = np.full((len(features), len(Regime.known())), np.nan)
        for start, first, stop in self._blocks(candles["date"]):
            window = np.ascontiguousarray(features[start:first])
            scaler = Scaler.of(window)
            model = FITS.get(repr(self), window, self._fit_window)
            # From the start of the fit window on: an online answer depends on where it begins to look.
            probability = model.probability(scaler.scale(features[start:stop]))
            support[first:stop] = regime_support(probability[first - start :])
        known = ~np.isnan(support[:, 0])
        regime = np.full(len(features), Regime.UNKNOWN, dtype=np.int8)
        regime[known] = support[known].argmax(axis=1) + Regime.BEAR
        return Evidence(raw_regime=regime, regime=regime, support=support)

    def _blocks(self, dates: pd.Series) -> Iterator[tuple[int, int, int]]:
        """Start of each fit window, its end and first answer, and the end of its answers, as positions."""
        block = _candle_numbers(dates, self.timeframe) // self.refit_candles
        firsts = np.flatnonzero(np.r_[True, block[1:] != block[:-1]]) if len(block) else block
        stops = [*firsts[1:].tolist(), len(block)]
        for first, stop in zip(firsts.tolist(), stops, strict=False):
            if first - self.fit_candles >= self.period:
                yield first - self.fit_candles, first, stop

    def _fit_window(self, window: FloatArray) -> StateModel:
        scaler = Scaler.of(window)
        return StillMarket() if scaler.still else self._fit(scaler.scale(window))

    @abstractmethod
    def _fit(self, scaled: FloatArray) -> StateModel:
        """Fit states to standardised features of shape (fit_candles, n_features)."""


def _candle_numbers(dates: pd.Series, timeframe: str) -> IntArray:
    """How many slow candles opened since 1970."""
    opened: IntArray = dates.to_numpy(dtype="datetime64[ms]").astype(np.int64)
    return opened // (timeframe_delta(timeframe) // pd.Timedelta(milliseconds=1))
