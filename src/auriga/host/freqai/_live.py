"""Predicting in dry-run and live: features once a candle, saved models checked before they answer."""

import logging
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from freqtrade.exceptions import OperationalException

from auriga.columns import DO_PREDICT, LIVE_LATE, LIVE_REGIME, REGIME, TRAINED_AT
from auriga.host.freeze import require_same
from auriga.host.freqai._frozen_live import FrozenLive
from auriga.host.freqai._live_training import LiveTraining
from auriga.host.freqai._protocols import RunModel
from auriga.host.pairs import align_history_dates, join_new_candles, late_candles, without_candles
from auriga.host.rows import Market, canonical_columns, freqai_frame, label_units, regime_pair, required_label
from auriga.host.seals import Facts, Fitted, Kitchen, facts, model_complaint
from auriga.host.setup import Strategy, require_closed_timerange, require_whole_candles, write_out_pairs
from auriga.typing import BoolArray, FloatArray, RegimeArray

logger = logging.getLogger(__name__)

Rows = tuple[npt.NDArray[np.float32], BoolArray, RegimeArray, FloatArray]
"""Features, whether all of a row are known, regimes, and how many sigmas a label of 1 is."""

Step = Callable[[Kitchen], Kitchen]
"""What FreqAI does with a pair's kitchen at a candle."""


class LiveRun:
    """A model's life beside Freqtrade's loop, between two restarts.

    FreqAI calls a hook of the model for each pair and candle; the model hands it on to here.

    Parameters
    ----------
    model : RegimeFreqaiModel
        With FreqAI's drawer, whose `update_historic_data` is replaced.
    """

    def __init__(self, model: RunModel) -> None:
        self._model = model
        self.training = LiveTraining(model, self.facts)
        self.market: Market | None = None
        self._facts: Facts | None = None
        self._trusted_pairs: set[str] = set()
        self._history_at: pd.Timestamp | None = None
        self._late: list[str] = []
        self._told_absent: dict[str, list[str]] = {}
        self._frozen = None if model.frozen is None else FrozenLive(model.frozen, model.dd)
        self._update_history = model.dd.update_historic_data
        model.dd.update_historic_data = self.update_history_once

    def facts(self, strategy: Strategy) -> Facts:
        """Facts of the models of this run, worked out once."""
        if self._facts is None:
            self._facts = facts(self._model.config, self._model.settings, type(self._model), strategy)
        return self._facts

    # --- before a prediction ----------------------------------------------------------------------

    def prepare(self, pair: str, strategy: Strategy) -> None:
        """Check what a bot was started with, and let FreqAI know every pair by name."""
        require_whole_candles(strategy)
        require_closed_timerange(self._model.config)
        if write_out_pairs(self._model.config, strategy.dp):
            self._model.queue_all_pairs()
        if pair not in self._model.train_queue:  # a filter held it back, and FreqAI forgot it then
            self._model.train_queue.append(pair)

    def answer(
        self, dataframe: pd.DataFrame, pair: str, strategy: Strategy, dk: Kitchen, stock: Step
    ) -> Kitchen:
        """FreqAI's live step, with features computed once and saved models checked before use.

        Parameters
        ----------
        dataframe : DataFrame of shape (n_candles, ...)
        pair : str
        strategy : IStrategy
        dk : FreqaiDataKitchen
        stock : callable
            FreqAI's own step with this kitchen.
        """
        if self._without_candles(pair, strategy, dataframe, dk):
            return dk
        self.check_saved(pair, strategy)
        if self._frozen is not None:
            self._frozen.serve(pair, dk)
            self._frozen.tell_expiry(strategy)
        drawer = self._model.dd
        # Stored candles have another date type than live ones (trap T18).
        align_history_dates(drawer.historic_data, dataframe["date"], drawer.history_lock)
        dk.use_strategy_to_populate_indicators = partial(self.frame, dk)
        dk = stock(dk)
        # Until a pair's first model is there, FreqAI returns the label and do_predict 0, but none of our
        # columns, and the strategy that reads them would fail every few seconds.
        known = dk.return_dataframe.columns
        absent = [name for name in self._model.live_columns if name not in known]
        dk.return_dataframe = dk.return_dataframe.assign(**dict.fromkeys(absent, np.nan))
        if self._frozen is not None:
            self._frozen.save_history()
        return dk

    def _without_candles(self, pair: str, strategy: Strategy, dataframe: pd.DataFrame, dk: Kitchen) -> bool:
        """Give a pair `do_predict` 0 while it or a leading pair has no candle; said once for each pair."""
        names = dict.fromkeys((pair, *self._model.corr_pairlist))
        absent = without_candles(names, self._timeframes, strategy.dp.get_pair_dataframe)
        if absent and absent != self._told_absent.get(pair):
            logger.warning(
                "%s: not predicted while there are no candles of %s: if the exchange does not list it, take "
                "it out of exchange.pair_whitelist or freqai.feature_parameters.include_corr_pairlist",
                pair, ", ".join(absent),
            )  # fmt: skip
        self._told_absent[pair] = absent
        if absent:
            unknown = dict.fromkeys((self._model.label, *self._model.live_columns), np.nan)
            dk.return_dataframe = dataframe.assign(**unknown, **{DO_PREDICT: 0})
        return bool(absent)

    @property
    def _timeframes(self) -> list[str]:
        """Timeframes of features, the base one first."""
        model = self._model
        return list(dict.fromkeys((model.config["timeframe"], *model.ft_params["include_timeframes"])))

    def update_history_once(self, strategy: Strategy, dk: Kitchen) -> None:
        """Append new candles of all pairs once a candle; FreqAI does it again for each pair."""
        drawer, candles = self._model.dd, strategy.dp.get_pair_dataframe
        newest = candles(dk.pair, self._model.config["timeframe"])["date"].iloc[-1]
        if newest != self._history_at:
            with drawer.history_lock:
                join_new_candles(drawer.historic_data, candles)
            self._update_history(strategy, dk)
            self._history_at = newest

    # --- frames -----------------------------------------------------------------------------------

    def frame(
        self, dk: Kitchen, strategy: Strategy, *, prediction_dataframe: pd.DataFrame, pair: str, **kwargs: Any
    ) -> pd.DataFrame:
        """Stand in for FreqAI's `use_strategy_to_populate_indicators`: the same frame, each pair once."""
        model = self._model
        if self.market is None:
            candles = strategy.dp.get_pair_dataframe
            self.market = Market(strategy, model.config, model.settings, model.label, candles)
        market = self.market
        for lead in model.corr_pairlist:
            if lead != pair:
                market.features(lead, strategy.dp.get_pair_dataframe(lead, model.config["timeframe"]))
        features = market.features(pair, prediction_dataframe)
        self._late = self.late_candles(strategy, pair, prediction_dataframe["date"].iloc[-1])
        market.require_regime(pair)
        market.columns(pair)  # refuses features to keep that do not exist, before any training
        frame: pd.DataFrame = freqai_frame(features, market.leading)
        frame = strategy.set_freqai_targets(frame, metadata={"pair": pair})
        required_label(frame, model.label, model.settings.label, type(strategy).__name__)
        dk.get_unique_classes_from_labels(frame)
        model.declare_returns(dk)
        return frame

    def late_candles(self, strategy: Strategy, pair: str, opened_at: pd.Timestamp) -> list[str]:
        """Pairs and timeframes whose features or regime would be a candle old (see `late_candles`)."""
        model = self._model
        names = (pair, *model.corr_pairlist)
        wanted = {(name, timeframe) for name in names for timeframe in self._timeframes}
        wanted.add((regime_pair(pair, model.settings), model.settings.timeframe))
        closed_at = opened_at + pd.Timedelta(seconds=model.base_tf_seconds)
        return late_candles(sorted(wanted), strategy.dp.get_pair_dataframe, closed_at)

    # --- predictions ------------------------------------------------------------------------------

    def predict(
        self, frame: pd.DataFrame, dk: Kitchen, trained: Fitted, *, first: bool
    ) -> tuple[pd.DataFrame, npt.NDArray[np.int_]]:
        """Predict every row of FreqAI's frame with the expert of its regime.

        Parameters
        ----------
        frame : DataFrame of shape (n_rows, ...)
        dk : FreqaiDataKitchen
        trained : object
            The model that FreqAI gave this pair.
        first : bool
            Whether FreqAI fills in the whole history with it: these are no answers given at the time, so
            their `trained_at` is 0.
        """
        features, complete, regimes, label_units = self.rows(frame, dk)
        predicted, usable = self._model.predict_rows(trained, features, complete, regimes, label_units)
        predicted[LIVE_REGIME] = regimes.astype(np.int64)
        predicted[LIVE_LATE] = 0
        if first:
            predicted[TRAINED_AT] = 0
        elif self._late:
            predicted[LIVE_LATE], usable = len(self._late), np.zeros_like(usable)
            logger.warning("%s: not predicted, no newest candle yet of %s", dk.pair, ", ".join(self._late))
        if self._frozen is not None:
            usable = self._frozen.usable(usable)
        dk.DI_values = np.zeros(len(usable))
        dk.do_predict = usable
        return predicted, usable

    def rows(self, frame: pd.DataFrame, dk: Kitchen) -> Rows:
        """Features of a frame in the order of the model, with missing ones as 0 and named incomplete."""
        self._model.declare_returns(dk)
        columns = canonical_columns(dk.training_features_list, dk.pair, list(frame.columns))
        values = frame[columns].to_numpy(dtype=np.float32)
        finite = np.isfinite(values)
        regimes = frame[REGIME].to_numpy().astype(np.int8)
        units = self._label_units(dk.pair, frame["date"])
        return np.where(finite, values, np.float32(0)), np.asarray(finite.all(axis=1)), regimes, units

    def _label_units(self, pair: str, dates: pd.Series) -> FloatArray:
        """Of these candles; FreqAI asks about the newest alone, and a sigma wants those before."""
        label = self._model.settings.label
        if not label.regression or self.market is None:
            return np.full(len(dates), np.nan)
        candles = self.market.features(pair).frame
        units = pd.Series(label_units(candles, label), index=candles["date"])
        return np.asarray(units.reindex(dates), dtype=np.float64)

    # --- saved models -----------------------------------------------------------------------------

    def check_saved(self, pair: str, strategy: Strategy) -> None:
        """Once for each pair: forget a saved model that is damaged, foreign or made from other settings."""
        if pair in self._trusted_pairs:
            return
        self._check_history(pair)
        if self._model.frozen is None:
            self._check_model(pair, strategy)
        else:  # somebody else's strategy does not ask at start
            require_same(self._model.frozen, self.facts(strategy), self._model.config)
        # What was refused is refused at every candle: Freqtrade logs the error and asks again.
        self._trusted_pairs.add(pair)

    def _check_model(self, pair: str, strategy: Strategy) -> None:
        """Forget the saved model of a pair that is not to be used.

        Raises
        ------
        OperationalException
            If `regime.stale_models` says so.
        """
        drawer = self._model.dd
        known = drawer.pair_dict.get(pair, {})
        if not known.get("model_filename"):
            return
        complaint = model_complaint(Path(known["data_path"]), known["model_filename"], self.facts(strategy))
        if not complaint:
            return
        if self._model.settings.stale_models == "refuse":
            raise OperationalException(
                f"The saved model of {pair} in {known['data_path']} cannot be used: {complaint}. Give "
                f"freqai.identifier ('{self._model.identifier}') a new name, or set regime.stale_models to "
                "'retrain'."
            )
        logger.warning("%s: the saved model is not used, a new one is trained: %s", pair, complaint)
        drawer.pair_dict[pair] = drawer.empty_pair_dict.copy()
        drawer.save_drawer_to_disk()

    def _check_history(self, pair: str) -> None:
        """Set live predictions aside whose columns are not today's: FreqAI could not append to them."""
        drawer = self._model.dd
        history = drawer.historic_predictions.get(pair)
        if history is None or {self._model.label, *self._model.live_columns} <= set(history.columns):
            return
        file = drawer.historic_predictions_path
        aside = file.with_name(f"historic_predictions.{int(time.time())}.pkl")
        shutil.copy(file, aside)
        del drawer.historic_predictions[pair]
        logger.warning("%s: earlier live predictions have other columns; kept in %s", pair, aside.name)
