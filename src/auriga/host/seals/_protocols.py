"""Models of windows, and what is used of FreqAI's own objects, as types alone; nothing here runs."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from auriga.typing import BoolArray, FloatArray, IntArray, Regime, RegimeArray

if TYPE_CHECKING:  # whoever only reads seals loads no LightGBM
    from auriga.models import BinnedFeatures, Expert, SharedFallback


class Fitted(Protocol):
    """Model of a window, or what stands in for one that could not be trained.

    A stand-in has a `reason`, which is asked for with `getattr`.
    """

    def route(self, regimes: npt.ArrayLike) -> tuple[RegimeArray, IntArray]:
        """Expert of each row, and the training rows of that expert."""


class Learner(Protocol):
    """Model of a window that is not trained yet, with scikit-learn's contract."""

    def check_parameters(self) -> None:
        """Refuse parameters that cannot work."""

    def set_params(self, **params: object) -> Self:
        """Change parameters."""

    def fit(
        self,
        X: "BinnedFeatures | npt.NDArray[np.float32]",
        y: npt.NDArray[Any],
        *,
        regimes: RegimeArray,
        sample_weight: FloatArray | None,
        expert_only: BoolArray | None,
        shared: "SharedFallback | None",
    ) -> Fitted:
        """Train; returns itself."""


class Trained(Fitted, Protocol):
    """Model that was trained."""

    @property
    def experts_(self) -> "Mapping[Regime, Expert]":
        """What is known about the training of each regime."""

    @property
    def n_features_in_(self) -> int:
        """Features that it was trained on."""


class Predictor(Protocol):
    """FreqAI's model, which makes predictions of what the models of windows say."""

    def prediction_frame(
        self, model: Fitted, features: npt.NDArray[np.float32], regimes: RegimeArray
    ) -> pd.DataFrame:
        """Predictions of rows, without `do_predict`."""


class NamedStrategy(Protocol):
    """A strategy whose run is named."""

    @property
    def config(self) -> Mapping[str, Any]:
        """Freqtrade's configuration; FreqUI keeps this one with the result."""

    @property
    def dp(self) -> object:
        """Data provider, with a configuration of its own."""

    def get_strategy_name(self) -> str:
        """Name of the class."""


class TimeSpan(Protocol):
    """Freqtrade's `TimeRange` that has both ends."""

    startts: int
    """Seconds since 1970."""

    stopts: int
    """Seconds since 1970; where FreqAI leaves out the last candle, a hook moves it."""

    @property
    def startdt(self) -> datetime: ...


class Kitchen(Protocol):
    """FreqAI's data kitchen (`dk`), one a pair: its windows, its files and the frame it gives back."""

    config: dict[str, Any]
    pair: str

    training_timeranges: Sequence[TimeSpan]
    backtesting_timeranges: Sequence[TimeSpan]

    full_path: Path
    """Folder of the identifier."""
    data_path: Path
    """Folder of the model."""
    model_filename: str

    data: dict[str, Any]
    """Metadata that FreqAI writes beside a model."""
    data_dictionary: dict[str, Any]
    training_features_list: list[str]
    label_list: list[str]
    feature_pipeline: Any
    label_pipeline: Any

    full_df: pd.DataFrame
    """Predictions of all windows so far."""
    return_dataframe: pd.DataFrame
    """What the strategy gets."""
    do_predict: npt.NDArray[np.int_]
    DI_values: npt.NDArray[np.float64]

    use_strategy_to_populate_indicators: Callable[..., pd.DataFrame]
    """Calls the hooks of a strategy; live, ours stands in its place."""
    check_if_model_expired: Callable[[int], bool]

    def get_full_models_path(self, config: dict[str, Any]) -> Path:
        """Folder of the identifier of a configuration."""

    def slice_dataframe(self, timerange: TimeSpan, df: pd.DataFrame) -> pd.DataFrame:
        """Candles of a span; live there is no end."""

    def get_unique_classes_from_labels(self, dataframe: pd.DataFrame) -> None:
        """Note the classes of a label."""

    def get_predictions_to_append(
        self, predictions: pd.DataFrame, do_predict: npt.NDArray[np.int_], dataframe_backtest: pd.DataFrame
    ) -> pd.DataFrame:
        """Predictions of a window with its dates and prices beside them."""

    def append_predictions(self, append_df: pd.DataFrame) -> None:
        """Add a window to `full_df`."""

    def fill_predictions(self, dataframe: pd.DataFrame) -> None:
        """Make `return_dataframe` of `full_df` and the candles before it."""


class Drawer(Protocol):
    """FreqAI's data drawer (`dd`): what it keeps of all pairs, in memory and in its files."""

    pair_dict: dict[str, dict[str, Any]]
    """Name, place and number of each pair's model."""
    empty_pair_dict: dict[str, Any]
    model_dictionary: dict[str, Any]
    meta_data_dictionary: dict[str, dict[str, Any]]
    historic_data: dict[str, dict[str, pd.DataFrame]]
    """Candles of a bot by pair and timeframe."""
    history_lock: Lock
    historic_predictions: dict[str, pd.DataFrame]
    historic_predictions_path: Path

    save_drawer_to_disk: Callable[[], None]
    save_historic_predictions_to_disk: Callable[[], None]
    update_historic_data: Callable[..., None]
    """Append new candles of all pairs; `LiveRun` replaces it."""

    def save_data(self, model: Fitted, coin: str, dk: Kitchen) -> None:
        """Write the model of a pair, and the pair dictionary."""

    def save_metadata(self, dk: Kitchen) -> None:
        """Write what is beside a model."""

    def purge_old_models(self) -> None:
        """Delete models beyond those that FreqAI keeps."""


class FreqaiState(Protocol):
    """What FreqAI's class keeps, beside its drawer (`dd`) and the configuration."""

    config: dict[str, Any]
    dd: Drawer
    identifier: str
    full_path: Path
    """Folder of the identifier."""
    freqai_info: dict[str, Any]
    """The block `freqai` of the configuration."""
    ft_params: dict[str, Any]
    """Its `feature_parameters`."""
    corr_pairlist: list[str]
    base_tf_seconds: int
    train_queue: deque[str]
    save_backtest_models: bool
