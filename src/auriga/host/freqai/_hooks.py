"""Every hook of FreqAI that is replaced, and why; what each does stands in the files it hands on to.

FreqAI's own loops train each pair by itself, make labels and frames anew for each window, and name models
after the second in which they were trained. Ours compute each pair once and train one model for all of them.
Beside these hooks, `LiveRun` replaces `update_historic_data` of FreqAI's drawer and, for each candle, the
kitchen's `use_strategy_to_populate_indicators`; `FrozenLive` its `check_if_model_expired`; `DrawerFiles` the
four methods that write the drawer's files.
"""

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from auriga.columns import EXPECTED_SIGMAS, LABEL, LIVE_LATE, LIVE_REGIME
from auriga.host.freeze import FrozenModels
from auriga.host.freqai._backtest import BacktestRun
from auriga.host.freqai._chart_predictions import chart_predictions
from auriga.host.freqai._live import LiveRun
from auriga.host.predictions import with_record
from auriga.host.seals import Kitchen, TimeSpan
from auriga.host.setup import Strategy
from auriga.settings import RegimeSettings

if TYPE_CHECKING:  # with a kitchen whose methods can be replaced
    from auriga.host.freqai._protocols import Freqai as IFreqaiModel
else:
    from freqtrade.freqai.freqai_interface import IFreqaiModel


class FreqaiHooks(IFreqaiModel):
    """What FreqAI calls, handed on."""

    label: str
    """Name of the label column."""

    frozen: FrozenModels | None
    """Models that `regime.frozen_models` names; None where models are trained."""

    settings: RegimeSettings
    charts_without_predictions: set[str]
    live_run: LiveRun

    _run: BacktestRun | None = None

    @abstractmethod
    def new_run(self, strategy: Strategy) -> BacktestRun:
        """Return a fresh backtest, of frozen models or of models it trains."""

    @property
    @abstractmethod
    def returned(self) -> tuple[str, ...]:
        """Names of all numeric columns that come back with a prediction."""

    @property
    def live_columns(self) -> tuple[str, ...]:
        """Those, and what is kept beside them of a live prediction."""
        return (*self.returned, LIVE_REGIME, LIVE_LATE)

    # --- both -------------------------------------------------------------------------------------

    def train(self, unfiltered_df: pd.DataFrame, pair: str, dk: Kitchen, **kwargs: Any) -> Any:
        """Not used: FreqAI calls this from two loops, and both are replaced here.

        Raises
        ------
        NotImplementedError
            Always; see `start_backtesting` and `extract_data_and_train_model`.
        """
        raise NotImplementedError("pairs are trained together, from start_backtesting or live")

    # --- backtest ---------------------------------------------------------------------------------

    def start_backtesting(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], dk: Kitchen, strategy: Strategy
    ) -> Kitchen:
        """Predict every window of one pair, training what is not there yet; a chart trains nothing.

        Raises
        ------
        OperationalException
            When no pair is left, none of the windows could be trained, or stale predictions are refused.
        """
        self.pair_it += 1
        # FreqAI leaves out the candle that opens at the end of the timerange and fills it with zeros;
        # lookahead-analysis ends every run at the candle it looks at, so it would see nothing else.
        dk.backtesting_timeranges[-1].stopts += self.base_tf_seconds
        frames = chart_predictions(self, strategy, metadata["pair"], dataframe, dk)
        if frames is None:
            if self._run is None or self._run.strategy is not strategy:
                self._run = self.new_run(strategy)
            frames = self._run.answers(metadata["pair"], dataframe, dk)
        for predictions in frames:
            dk.append_predictions(predictions)
        self.backtesting_fit_live_predictions(dk)
        fill_predictions(dk, dataframe, self.live_columns)
        return dk

    def backtesting_fit_live_predictions(self, dk: Kitchen) -> None:
        """Mean and deviation of the last `fit_live_predictions_candles` predictions, at once.

        FreqAI fits a distribution for every candle, even of labels that are no numbers (trap T15).
        """
        candles = self.freqai_info.get("fit_live_predictions_candles", 0)
        if not candles or not pd.api.types.is_numeric_dtype(dk.full_df[self.label]):
            return
        before = dk.full_df[self.label].rolling(candles)
        dk.full_df[f"{self.label}_mean"] = before.mean().shift(1)
        dk.full_df[f"{self.label}_std"] = before.std(ddof=0).shift(1)

    # --- live -------------------------------------------------------------------------------------

    def start(self, dataframe: pd.DataFrame, metadata: dict[str, Any], strategy: Strategy) -> pd.DataFrame:
        """Predict a pair: FreqAI's own entry, after `LiveRun.prepare`."""
        self.live_run.prepare(metadata["pair"], strategy)
        predicted: pd.DataFrame = super().start(dataframe, metadata, strategy)
        return predicted

    def start_live(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], strategy: Strategy, dk: Kitchen
    ) -> Kitchen:
        """FreqAI's live step, inside `LiveRun.answer`."""
        stock = partial(super().start_live, dataframe, metadata, strategy)
        return self.live_run.answer(dataframe, metadata["pair"], strategy, dk, stock)

    def extract_data_and_train_model(
        self,
        new_trained_timerange: TimeSpan,
        pair: str,
        strategy: Strategy,
        dk: Kitchen,
        data_load_timerange: TimeSpan,
    ) -> None:
        """Train a pair: see `LiveTraining.train`."""
        self.live_run.training.train(new_trained_timerange, pair, strategy, dk, data_load_timerange)

    def start_scanning(self, *args: Any, **kwargs: Any) -> None:
        """Start FreqAI's training thread; frozen models have none."""
        if self.frozen is None:
            super().start_scanning(*args, **kwargs)

    def start_backtesting_from_historic_predictions(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], dk: Kitchen
    ) -> Kitchen:
        """Backtest what a bot predicted live (`--freqai-backtest-live-models`); nothing is trained."""
        record, pair = self.dd.historic_predictions.get(metadata["pair"]), metadata["pair"]
        dk.return_dataframe = with_record(dataframe, record, pair, (self.label, *self.live_columns))
        return dk

    def cache_corr_pairlist_dfs(self, dataframe: pd.DataFrame, dk: Kitchen) -> pd.DataFrame:
        """Leading pairs are in the frame already."""
        return dataframe

    def predict(
        self, unfiltered_df: pd.DataFrame, dk: Kitchen, **kwargs: Any
    ) -> tuple[pd.DataFrame, npt.NDArray[np.int_]]:
        """Predict every row of FreqAI's frame with the expert of its regime (live).

        Returns
        -------
        predictions : DataFrame of shape (n_rows, ...)
            In row order, on a fresh index, columns as listed in the class docstring.
        do_predict : array of shape (n_rows,)
            1 where the prediction may be used.
        """
        return self.live_run.predict(unfiltered_df, dk, self.model, first=kwargs.get("first", True))

    def declare_returns(self, dk: Kitchen) -> None:
        """Name every column we return: live, FreqAI looks up a mean and a deviation of each."""
        for statistic in ("labels_mean", "labels_std"):
            known = dk.data.setdefault(statistic, {})
            for column in self.live_columns:
                known.setdefault(column, 0)

    def fit_live_predictions(self, dk: Kitchen, pair: str) -> None:
        """Stock statistics of live predictions, completed for the columns FreqAI does not know."""
        super().fit_live_predictions(dk, pair)
        self.declare_returns(dk)

    # --- for the objects behind the hooks ---------------------------------------------------------

    def queue_all_pairs(self) -> None:
        """Let FreqAI train the pairs that the whitelist has now, patterns written out."""
        self.total_pairs = len(self.config["exchange"]["pair_whitelist"])
        self.train_queue = self._set_train_queue()

    def wait(self, seconds: float) -> None:
        """Wait before the next try; a bot that is stopped ends it."""
        self._stop_event.wait(seconds)


def fill_predictions(dk: Kitchen, dataframe: pd.DataFrame, own: Sequence[str]) -> None:
    """FreqAI's step, which puts 0 where a value is missing, except in plain columns of the strategy's hooks.

    There a missing value stays one, as live: a rule such as `below 20` would enter on the 0. So it does where
    a model does not know what to expect: 0 would be a move that it expects.
    """
    rows = dk.full_df
    told = (*own, EXPECTED_SIGMAS)
    kept = [
        name for name in rows.columns if name not in told and "%" not in name and not name.startswith(LABEL)
    ]
    kept += [EXPECTED_SIGMAS] if EXPECTED_SIGMAS in rows else []
    missing = rows[kept].isna().set_axis(rows["date"])
    dk.fill_predictions(dataframe)
    filled = dk.return_dataframe
    for name in missing.columns[missing.any()]:
        filled[name] = filled[name].mask(missing[name].reindex(filled["date"], fill_value=False).to_numpy())
