"""What runs use of `RegimeFreqaiModel`, and that of FreqAI's own class, as types alone; nothing here runs.

Before mypy `Freqai` stands in the place of FreqAI's class: methods of its kitchen and drawer are replaced at
run time, which their own classes do not provide for.
"""

from collections import deque
from threading import Event
from typing import Any, Protocol

import pandas as pd

from auriga.host.freeze import FrozenModels
from auriga.host.pairs import RegimeModel
from auriga.host.seals import FreqaiState, Kitchen
from auriga.host.setup import Strategy
from auriga.settings import RegimeSettings


class ChartModel(Protocol):
    """`RegimeFreqaiModel`, where a chart is drawn."""

    config: dict[str, Any]
    identifier: str
    label: str
    settings: RegimeSettings
    frozen: FrozenModels | None
    charts_without_predictions: set[str]
    """Pairs that were told."""

    @property
    def returned(self) -> tuple[str, ...]: ...


class RunModel(RegimeModel, ChartModel, FreqaiState, Protocol):
    """`RegimeFreqaiModel`, as runs of a backtest and of a bot use it."""

    @property
    def live_columns(self) -> tuple[str, ...]: ...

    @property
    def model_threads(self) -> int: ...

    def require_training(self) -> None: ...

    def declare_returns(self, dk: Kitchen) -> None: ...

    def queue_all_pairs(self) -> None: ...

    def wait(self, seconds: float) -> None: ...


class Freqai(FreqaiState):
    """FreqAI's class as far as ours use it."""

    model: Any
    """The fitted model of the pair that is predicted."""
    model_training_parameters: dict[str, Any]
    pair_it: int
    total_pairs: int
    _stop_event: Event

    def __init__(self, config: dict[str, Any]) -> None: ...

    def start(self, dataframe: pd.DataFrame, metadata: dict[str, Any], strategy: Strategy) -> pd.DataFrame:
        raise NotImplementedError

    def start_live(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], strategy: Strategy, dk: Kitchen
    ) -> Kitchen:
        raise NotImplementedError

    def start_scanning(self, strategy: Strategy) -> None:
        raise NotImplementedError

    def fit_live_predictions(self, dk: Kitchen, pair: str) -> None:
        raise NotImplementedError

    def _set_train_queue(self) -> deque[str]:
        raise NotImplementedError
