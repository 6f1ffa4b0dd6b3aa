"""What pairs and runs ask of FreqAI's model, as types alone; nothing here runs."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from auriga.host.rows import Market, TrainingTable
from auriga.host.seals import Fitted, Predictor
from auriga.settings import RegimeSettings
from auriga.typing import FloatArray, RegimeArray


class RegimeModel(Predictor, Protocol):
    """`RegimeFreqaiModel`, where rows are collected, models trained and judged, and predictions made."""

    config: dict[str, Any]
    settings: RegimeSettings
    label: str
    """Name of the label column."""
    step: int
    """Length of a base candle in ms."""

    def base_start(self, train_start: int, train_stop: int) -> int:
        """Start (ms) of the fallback's rows."""

    def collect_rows(
        self, market: Market, pairs: Sequence[str], *, start: int, stop: int, bins_stop: int
    ) -> TrainingTable | None:
        """Rows of these pairs that open in [start, stop); bins come from those before `bins_stop`."""

    def fit_window(
        self, rows: TrainingTable | None, start: int, stop: int, missing: str, *, stamp: int = 0
    ) -> Fitted:
        """Model of a window, or a stand-in; never raises for what the rows hold."""

    def describe(self, model: Fitted) -> str:
        """Rows of each expert of a trained model, in words."""

    def untrained(self, reason: str) -> Fitted:
        """Stand-in for a model that could not be trained."""

    def trusted(self, model: Fitted) -> bool:
        """Whether predictions of this model mean anything."""

    def learn_stop(self, train_stop: int) -> int:
        """End (ms) of the rows whose labels are known by the end of training."""

    def predict_rows(
        self,
        model: Fitted,
        features: npt.NDArray[np.float32],
        complete: npt.NDArray[np.bool_],
        regimes: RegimeArray,
        label_units: FloatArray,
    ) -> tuple[pd.DataFrame, npt.NDArray[np.int_]]:
        """Predictions of rows and whether they may be used."""
