"""A backtest that frozen models answer: nothing is trained, nothing of the future is used."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd
from freqtrade.exceptions import OperationalException

from auriga.columns import DO_PREDICT
from auriga.host.freeze import FrozenModels
from auriga.host.freqai._backtest import BacktestRun
from auriga.host.freqai._protocols import RunModel
from auriga.host.rows import milliseconds
from auriga.host.seals import FROZEN, Facts, Fitted, Kitchen, Window, opening_times, own_code
from auriga.host.setup import Strategy
from auriga.typing import BoolArray, IntArray

logger = logging.getLogger(__name__)


class FrozenRun(BacktestRun):
    """Predictions of each pair and window by the models of a frozen folder.

    Windows are FreqAI's, so that a frozen run is cached and read like any other; one model answers all of a
    pair. Candles it learned from are not predicted (`do_predict` 0), nor are those before them whose outcome
    lies among them.

    Parameters
    ----------
    model : RegimeFreqaiModel
    strategy : IStrategy
    frozen : FrozenModels
        Checked against the strategy and its settings.
    """

    def __init__(self, model: RunModel, strategy: Strategy, frozen: FrozenModels) -> None:
        super().__init__(model, strategy)
        self._frozen = frozen
        self._told: set[str] = set()
        if frozen.expired():
            logger.warning(
                "the frozen models in %s expired at %s; live they make no entry any more",
                frozen.folder, _shown(frozen.manifest.expires_at),
            )  # fmt: skip

    @cached_property
    def _facts(self) -> Facts:
        """Facts of this run's predictions: frozen ones are never taken for trained ones, or the reverse."""
        code = {"code.frozen": own_code(FROZEN)}
        return {**self._frozen.manifest.facts, **code, "frozen": self._frozen.digest}

    @property
    def _frozen_digest(self) -> str:
        return self._frozen.digest

    @property
    def _last_learn_stop(self) -> int | None:
        """Nothing is learned from."""
        return None

    def _trained(self, pair: str, windows: Sequence[Window], dk: Kitchen) -> Iterator[tuple[Window, Fitted]]:
        if not self._frozen.serves(pair):
            raise OperationalException(
                f"the frozen models in {self._frozen.folder} are for {', '.join(self._frozen.manifest.pairs)}"
                f", one for each pair; none serves {pair}. Take it out of exchange.pair_whitelist."
            )
        entry = self._frozen.entry(pair)
        logger.info(
            "%s: %d windows are answered by the frozen model of %s to %s",
            pair, len(windows), _shown(entry.trained_from_at), _shown(entry.trained_until_at),
        )  # fmt: skip
        for window in windows:
            yield window, self._frozen.model(pair)

    def _save(self, model: Fitted, pair: str, window: Window, dk: Kitchen) -> None:
        """Nothing new was made."""

    def _predict(self, model: Fitted, pair: str, window: Window, rows: IntArray, dk: Kitchen) -> pd.DataFrame:
        dk.training_features_list = self.market.feature_names(pair)
        dk.label_list = [self._glue.label]
        predictions = super()._predict(model, pair, window, rows, dk)
        known = self._learned_from(pair, predictions["date"])
        if known.any():
            predictions.loc[known, DO_PREDICT] = 0
            self._tell(pair)
        return predictions

    def _learned_from(self, pair: str, dates: pd.Series) -> BoolArray:
        """Candles whose outcome, or who themselves, lie in the training span."""
        entry, times = self._frozen.entry(pair), opening_times(dates)
        horizon = self._settings.label.horizon * milliseconds(self._config["timeframe"])
        first = int(entry.trained_from_at.timestamp() * 1000) - horizon
        return np.asarray((times >= first) & (times < entry.trained_until_at.timestamp() * 1000))

    def _tell(self, pair: str) -> None:
        if pair in self._told:
            return
        self._told.add(pair)
        entry = self._frozen.entry(pair)
        logger.warning(
            "%s: this backtest overlaps what the frozen model learned from, %s to %s: candles in that span "
            "(and %d before it) get do_predict 0 and are not traded; a backtest of them would look ahead. "
            "Candles before the span are predicted by a model that has seen what came after them.",
            pair, _shown(entry.trained_from_at), _shown(entry.trained_until_at), self._settings.label.horizon,
        )  # fmt: skip


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
