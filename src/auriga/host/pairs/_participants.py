"""Who takes part in a backtest: pairs that cannot are named and answered with `do_predict` 0."""

import logging
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from freqtrade.exceptions import OperationalException

from auriga.columns import REGIME_COLUMNS
from auriga.host.pairs._protocols import RegimeModel
from auriga.host.pairs._roll_call import RollCall, none_left
from auriga.host.rows import Market, PairSourceError
from auriga.host.seals import Kitchen, Window
from auriga.host.setup import Strategy
from auriga.settings import RegimeSettings
from auriga.typing import Regime

logger = logging.getLogger(__name__)


class PairLeftOutError(Exception):
    """A pair cannot be predicted; the others go on without it."""


class Participants:
    """Pairs of one backtest, and why some of them take no part.

    Parameters
    ----------
    strategy : IStrategy
    glue : RegimeFreqaiModel
    settings : RegimeSettings
    market : callable
        Gives the market of the moment.
    """

    def __init__(
        self, strategy: Strategy, glue: RegimeModel, settings: RegimeSettings, market: Callable[[], Market]
    ) -> None:
        self._strategy, self._glue, self._settings, self._market = strategy, glue, settings, market
        self._broken: dict[str, str] = {}
        self._called = False

    @cached_property
    def roll(self) -> RollCall:
        """What candles say."""
        return RollCall(self._strategy, self._settings)

    @property
    def learning(self) -> list[str]:
        """Pairs that models learn from."""
        own = () if self._settings.trains_on_all_pairs else self.roll.unusable
        return [pair for pair in self.roll.present if pair not in self._broken and pair not in own]

    def call(self, pair: str, windows: Sequence[Window], learn_stop: int | None) -> None:
        """Look at all pairs once, before any feature, and see whether this one takes part.

        Parameters
        ----------
        pair : str
        windows : sequence of Window
        learn_stop : int or None
            As in `RollCall.require_usable`.

        Raises
        ------
        PairLeftOutError
            With the reason.
        OperationalException
            If no pair is left.
        """
        if not self._called:
            self.roll.require_usable(windows, learn_stop)
            self._called = True
        reasons = dict(self.roll.left_out)
        if not self._settings.trains_on_all_pairs:  # a model of its own would be trained for nothing
            reasons |= self.roll.unusable
        if pair in reasons:
            raise PairLeftOutError(reasons[pair])

    def compute(self, pair: str, dataframe: pd.DataFrame | None = None) -> None:
        """Compute features and labels of a pair. What its candles or its hooks raise is said once.

        Raises
        ------
        PairLeftOutError
            With the reason.
        OperationalException
            What concerns every pair, or if no pair is left.
        """
        if pair in self._broken:
            raise PairLeftOutError(self._broken[pair])
        try:
            self._market().rows(pair, dataframe)
        except PairSourceError as error:
            self._leave_out(pair, error.reason, error)
        except OperationalException:  # settings that no pair can be computed with
            raise
        except Exception as error:  # hooks are anybody's code
            self._leave_out(pair, with_place(error), error)

    def _leave_out(self, pair: str, why: str, error: Exception) -> None:
        self._broken[pair] = why
        if not self.learning:
            raise OperationalException(none_left(self._broken)) from error
        logger.warning("%s: left out, its rows get do_predict 0: %s", pair, why)
        logger.debug("%s", pair, exc_info=error)
        raise PairLeftOutError(why)

    def compute_all(self) -> None:
        """Compute every pair that models of all pairs learn from."""
        for pair in self.roll.present:
            with suppress(PairLeftOutError):
                self.compute(pair)

    def unanswered(self, dataframe: pd.DataFrame, dk: Kitchen, reason: str) -> pd.DataFrame:
        """Rows of a pair that is left out: every column that predictions have, and `do_predict` 0.

        Plain columns of the strategy's hooks, which it may read, are missing values.
        """
        start = dk.backtesting_timeranges[0].startdt
        candles = dataframe[dataframe["date"] >= start].reset_index(drop=True)
        regimes = np.full(len(candles), Regime.UNKNOWN, dtype=np.int8)
        features = np.zeros((len(candles), 1), dtype=np.float32)
        model, complete = self._glue.untrained(reason), np.zeros(len(candles), dtype=bool)
        frame, usable = self._glue.predict_rows(
            model, features, complete, regimes, np.full(len(candles), np.nan)
        )
        dk.DI_values = np.zeros(len(usable))
        rows: pd.DataFrame = dk.get_predictions_to_append(frame, usable, candles)
        hooks = [name for name in self._added() if name not in REGIME_COLUMNS and name not in rows]
        return rows.assign(**dict.fromkeys(hooks, np.nan))

    def _added(self) -> Sequence[str]:
        """Columns that the strategy's hooks add, by the first pair that can be computed."""
        for pair in self.learning:
            with suppress(PairLeftOutError):
                self.compute(pair)
                return list(self._market().features(pair).added)
        return ()


def with_place(error: Exception) -> str:
    """Name an error with the file and line that raised it."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"
