"""The live side of the FreqAI model: one training serves every pair, saved models are checked first."""

import logging
import shutil
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from freqtrade.exceptions import OperationalException  # type: ignore[import-untyped]

from auriga.columns import DO_PREDICT, REGIME
from auriga.host.freeze import require_same
from auriga.host.freqai._drawer import DrawerFiles
from auriga.host.freqai._frozen_live import FrozenLive
from auriga.host.freqai._late_candles import late_candles
from auriga.host.freqai._live_record import with_record
from auriga.host.freqai._repairs import align_history_dates
from auriga.host.pairs import (
    History,
    join_new_candles,
    learnable_pairs,
    warn_without_experts,
    without_candles,
)
from auriga.host.rows import (
    Market,
    TrainingTable,
    canonical_columns,
    freqai_frame,
    label_report,
    regime_pair,
    required_label,
)
from auriga.host.seals import (
    Facts,
    Training,
    TrainingLog,
    answers_digest,
    candle_spans,
    facts,
    model_complaint,
    name_files,
    seal_model,
)
from auriga.host.setup import require_closed_timerange, require_whole_candles, write_out_pairs
from auriga.typing import BoolArray, RegimeArray

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 60


@dataclass
class SharedModel:
    """A trained model and the pairs it was given to; each pair gets it once."""

    model: Any
    feature_names: list[str]
    stop: int
    training: Training
    served: set[str] = field(default_factory=set)


class LiveSide:
    """What `RegimeFreqaiModel` does in dry-run and live; a part of it, in a file of its own."""

    def _init_live(self: Any) -> None:
        self._live_market: Market | None = None
        self._live_facts: Facts | None = None
        self._shared: SharedModel | None = None
        self._trusted_pairs: set[str] = set()
        self._history_at: pd.Timestamp | None = None
        self._late: list[str] = []
        self._told_absent: dict[str, list[str]] = {}
        self._labels_checked = False
        self._drawer_files = DrawerFiles(self.dd)
        self.frozen_live = None if self.frozen is None else FrozenLive(self.frozen, self.dd)
        self._training_log = TrainingLog(self.full_path)
        self._update_history = self.dd.update_historic_data
        self.dd.update_historic_data = self._update_history_once

    @property
    def base_train_period_days(self: Any) -> int:
        """Days the fallback learns from; `train_period_days` may be longer for the experts' sake."""
        info = self.freqai_info
        return int(info.get("base_train_period_days") or info["train_period_days"])

    def start(self: Any, dataframe: pd.DataFrame, metadata: dict[str, Any], strategy: Any) -> pd.DataFrame:
        """Predict a pair: FreqAI's own entry, which has to know every pair by name."""
        require_whole_candles(strategy)
        require_closed_timerange(self.config)
        if write_out_pairs(self.config, strategy.dp):
            self.total_pairs = len(self.config["exchange"]["pair_whitelist"])
            self.train_queue = self._set_train_queue()
        if metadata["pair"] not in self.train_queue:  # a filter held it back, and FreqAI forgot it then
            self.train_queue.append(metadata["pair"])
        predicted: pd.DataFrame = super().start(dataframe, metadata, strategy)  # type: ignore[misc]
        return predicted

    # --- signals ----------------------------------------------------------------------------------

    def start_live(
        self: Any, dataframe: pd.DataFrame, metadata: dict[str, Any], strategy: Any, dk: Any
    ) -> Any:
        """FreqAI's live step, with features computed once and saved models checked before use."""
        pair = metadata["pair"]
        if self._without_candles(pair, strategy, dataframe, dk):
            return dk
        self._check_saved(pair, strategy)
        if self.frozen_live is not None:
            self.frozen_live.serve(pair, dk)
            self.frozen_live.tell_expiry(strategy)
        # Stored candles have another date type than live ones (trap T18).
        align_history_dates(self.dd.historic_data, dataframe["date"], self.dd.history_lock)
        dk.use_strategy_to_populate_indicators = partial(self._live_frame, dk)
        dk = super().start_live(dataframe, metadata, strategy, dk)  # type: ignore[misc]
        # Until a pair's first model is there, FreqAI returns the label and do_predict 0, but none of our
        # columns, and the strategy that reads them would fail every few seconds.
        known = dk.return_dataframe.columns
        absent = [name for name in self.live_columns if name not in known]
        dk.return_dataframe = dk.return_dataframe.assign(**dict.fromkeys(absent, np.nan))
        if self.frozen_live is not None:
            self.frozen_live.save_history()
        return dk

    def _without_candles(self: Any, pair: str, strategy: Any, dataframe: pd.DataFrame, dk: Any) -> bool:
        """Give a pair `do_predict` 0 while it or a leading pair has no candle; said once for each pair."""
        timeframes = list(dict.fromkeys((self.config["timeframe"], *self.ft_params["include_timeframes"])))
        names = dict.fromkeys((pair, *self.corr_pairlist))
        absent = without_candles(names, timeframes, strategy.dp.get_pair_dataframe)
        if absent and absent != self._told_absent.get(pair):
            logger.warning(
                "%s: not predicted while there are no candles of %s: if the exchange does not list it, take "
                "it out of exchange.pair_whitelist or freqai.feature_parameters.include_corr_pairlist",
                pair, ", ".join(absent),
            )  # fmt: skip
        self._told_absent[pair] = absent
        if absent:
            unknown = dict.fromkeys((self.label, *self.live_columns), np.nan)
            dk.return_dataframe = dataframe.assign(**unknown, **{DO_PREDICT: 0})
        return bool(absent)

    def start_backtesting_from_historic_predictions(
        self: Any, dataframe: pd.DataFrame, metadata: dict[str, Any], dk: Any
    ) -> Any:
        """Backtest what a bot predicted live (`--freqai-backtest-live-models`); nothing is trained."""
        record, pair = self.dd.historic_predictions.get(metadata["pair"]), metadata["pair"]
        dk.return_dataframe = with_record(dataframe, record, pair, (self.label, *self.live_columns))
        return dk

    def start_scanning(self: Any, *args: Any, **kwargs: Any) -> None:
        """Start FreqAI's training thread; frozen models have none."""
        if self.frozen is None:
            super().start_scanning(*args, **kwargs)  # type: ignore[misc]

    def _update_history_once(self: Any, strategy: Any, dk: Any) -> None:
        """Append new candles of all pairs once a candle; FreqAI does it again for each pair."""
        newest = strategy.dp.get_pair_dataframe(dk.pair, self.config["timeframe"])["date"].iloc[-1]
        if newest != self._history_at:
            with self.dd.history_lock:
                join_new_candles(self.dd.historic_data, strategy.dp.get_pair_dataframe)
            self._update_history(strategy, dk)
            self._history_at = newest

    def cache_corr_pairlist_dfs(self, dataframe: pd.DataFrame, dk: Any) -> pd.DataFrame:
        """Leading pairs are in the frame already."""
        return dataframe

    def _live_frame(
        self: Any, dk: Any, strategy: Any, *, prediction_dataframe: pd.DataFrame, pair: str, **kwargs: Any
    ) -> pd.DataFrame:
        """Stand in for FreqAI's `use_strategy_to_populate_indicators`: the same frame, each pair once."""
        if self._live_market is None:
            candles = strategy.dp.get_pair_dataframe
            self._live_market = Market(strategy, self.config, self.settings, self.label, candles)
        market: Market = self._live_market
        for lead in self.corr_pairlist:
            if lead != pair:
                market.features(lead, strategy.dp.get_pair_dataframe(lead, self.config["timeframe"]))
        features = market.features(pair, prediction_dataframe)
        self._late = self._late_candles(strategy, pair, prediction_dataframe["date"].iloc[-1])
        market.require_regime(pair)
        market.columns(pair)  # refuses features to keep that do not exist, before any training
        frame: pd.DataFrame = freqai_frame(features, market.leading)
        frame = strategy.set_freqai_targets(frame, metadata={"pair": pair})
        required_label(frame, self.label, self.settings.label, type(strategy).__name__)
        dk.get_unique_classes_from_labels(frame)
        self.declare_returns(dk)
        return frame

    def _late_candles(self: Any, strategy: Any, pair: str, opened_at: pd.Timestamp) -> list[str]:
        """Pairs and timeframes whose features or regime would be a candle old (see `late_candles`)."""
        wanted = {
            (name, timeframe)
            for name in (pair, *self.corr_pairlist)
            for timeframe in (self.config["timeframe"], *self.ft_params["include_timeframes"])
        }
        wanted.add((regime_pair(pair, self.settings), self.settings.timeframe))
        closed_at = opened_at + pd.Timedelta(seconds=self.base_tf_seconds)
        return late_candles(sorted(wanted), strategy.dp.get_pair_dataframe, closed_at)

    def _frame_rows(
        self: Any, frame: pd.DataFrame, dk: Any
    ) -> tuple[npt.NDArray[np.float32], BoolArray, RegimeArray]:
        self.declare_returns(dk)
        columns = canonical_columns(dk.training_features_list, dk.pair, list(frame.columns))
        values = frame[columns].to_numpy(dtype=np.float32)
        finite = np.isfinite(values)
        regimes = frame[REGIME].to_numpy().astype(np.int8)
        return np.where(finite, values, np.float32(0)), np.asarray(finite.all(axis=1)), regimes

    # --- saved models -----------------------------------------------------------------------------

    def _facts(self: Any, strategy: Any) -> Facts:
        if self._live_facts is None:
            self._live_facts = facts(self.config, self.settings, type(self), strategy)
        return self._live_facts  # type: ignore[no-any-return]

    def _check_saved(self: Any, pair: str, strategy: Any) -> None:
        """Once for each pair: forget a saved model that is damaged, foreign or made from other settings."""
        if pair in self._trusted_pairs:
            return
        self._check_history(pair)
        if self.frozen is None:
            self._check_model(pair, strategy)
        else:  # somebody else's strategy does not ask at start
            require_same(self.frozen, self._facts(strategy), self.config)
        # What was refused is refused at every candle: Freqtrade logs the error and asks again.
        self._trusted_pairs.add(pair)

    def _check_model(self: Any, pair: str, strategy: Any) -> None:
        """Forget the saved model of a pair that is not to be used.

        Raises
        ------
        OperationalException
            If `regime.stale_models` says so.
        """
        known = self.dd.pair_dict.get(pair, {})
        if not known.get("model_filename"):
            return
        complaint = model_complaint(Path(known["data_path"]), known["model_filename"], self._facts(strategy))
        if not complaint:
            return
        if self.settings.stale_models == "refuse":
            raise OperationalException(
                f"The saved model of {pair} in {known['data_path']} cannot be used: {complaint}. Give "
                f"freqai.identifier ('{self.identifier}') a new name, or set regime.stale_models to "
                "'retrain'."
            )
        logger.warning("%s: the saved model is not used, a new one is trained: %s", pair, complaint)
        self.dd.pair_dict[pair] = self.dd.empty_pair_dict.copy()
        self.dd.save_drawer_to_disk()

    def _check_history(self: Any, pair: str) -> None:
        """Set live predictions aside whose columns are not today's: FreqAI could not append to them."""
        history = self.dd.historic_predictions.get(pair)
        if history is None or {self.label, *self.live_columns} <= set(history.columns):
            return
        file = self.dd.historic_predictions_path
        aside = file.with_name(f"historic_predictions.{int(time.time())}.pkl")
        shutil.copy(file, aside)
        del self.dd.historic_predictions[pair]
        logger.warning("%s: earlier live predictions have other columns; kept in %s", pair, aside.name)

    # --- training ---------------------------------------------------------------------------------

    def extract_data_and_train_model(
        self: Any,
        new_trained_timerange: Any,
        pair: str,
        strategy: Any,
        dk: Any,
        data_load_timerange: Any,
    ) -> None:
        """Give a pair its new model: the one other pairs have just got, or a fresh one of all pairs.

        Raises
        ------
        OperationalException
            With frozen models, which are never trained.
        """
        self.require_training()
        shared: SharedModel | None = self._shared if self.settings.trains_on_all_pairs else None
        reason = ""
        if shared is None or pair in shared.served or self._too_old(shared, new_trained_timerange.stopts):
            try:
                shared = self._train_live(new_trained_timerange, pair, strategy, dk, data_load_timerange)
                reason = getattr(shared.model, "reason", "")
            except OperationalException as error:
                reason = str(error)
        if reason or shared is None:
            logger.warning("%s: not trained (%s); the last model stays, next try in a minute", pair, reason)
            self._stop_event.wait(_RETRY_SECONDS)
            return
        self._shared = shared
        shared.served.add(pair)
        self._save_live(shared, pair, strategy, dk)

    def _too_old(self: Any, shared: SharedModel, now: int) -> bool:
        hours = self.freqai_info.get("live_retrain_hours", 0)
        return bool(hours) and now - shared.stop > hours * 3600

    def _train_live(
        self: Any, timerange: Any, pair: str, strategy: Any, dk: Any, data_load_timerange: Any
    ) -> SharedModel:
        """Train on the stored and live candles of all pairs."""
        with self.dd.history_lock:
            history = {
                name: {
                    tf: dk.slice_dataframe(data_load_timerange, f).reset_index(drop=True)
                    for tf, f in frames.items()
                }
                for name, frames in self.dd.historic_data.items()
            }
        pairs = [pair]
        if self.settings.trains_on_all_pairs:
            listed = set(strategy.dp.current_whitelist())
            pairs = sorted(p for p, f in history.items() if p in listed and len(f[self.config["timeframe"]]))
        shared: SharedModel = self.train_span(
            strategy, history, pairs, (timerange.startts, timerange.stopts), data_load_timerange.startts
        )
        return shared

    def train_span(
        self: Any, strategy: Any, history: History, pairs: list[str], span: tuple[int, int], load_start: int
    ) -> SharedModel:
        """Train on these candles; the same ones give the same model at any time.

        Parameters
        ----------
        strategy : IStrategy
        history : dict of pair to dict of timeframe to DataFrame
            All candles there are, none of them changed.
        pairs : list of str
            Whose rows are learned from; features are computed for the first one's names.
        span : (int, int)
            Training span in seconds since 1970.
        load_start : int
            First moment of the candles that were asked for, for the log.
        """
        market = Market(strategy, self.config, self.settings, self.label, lambda p, tf: history[p][tf])
        pairs = learnable_pairs(market, pairs, history)
        buffer = self.ft_params.get("buffer_train_data_candles", 0) * self.step
        start, stop = span[0] * 1000 + buffer, span[1] * 1000 - buffer
        embargo = self.settings.embargo_candles * self.step
        if not self._labels_checked:
            market.require_horizon(pairs[0], stop)
            self._labels_checked = True
        table: TrainingTable | None = self.collect_rows(
            market, pairs, start=start, stop=stop - embargo, bins_stop=stop
        )
        missing = (
            ""
            if table is not None
            else "; ".join(f"{p}: {market.rows(p).missing(start, stop)}" for p in pairs)
        )
        model = self.fit_window(table, self.base_start(start, stop), stop, missing, stamp=span[1])
        if not getattr(model, "reason", ""):
            logger.info("%d pairs: trained on %s", len(pairs), self.describe(model))
        if table is not None:
            logger.info("%d pairs: %s", len(pairs), label_report(table, self.settings.label, self.step))
            warn_without_experts(f"{len(pairs)} pairs", [table.regimes], self.settings)
        names = market.feature_names(pairs[0])
        training = Training(
            trained_at=span[1],
            start=span[0],
            load_start=load_start,
            shared=self.settings.trains_on_all_pairs,
            pairs=tuple(pairs),
            candles=candle_spans(history),
            answers="" if getattr(model, "reason", "") else answers_digest(self, model, len(names)),
            facts=self._facts(strategy),
        )
        return SharedModel(model, names, span[1], training)

    def _save_live(self: Any, shared: SharedModel, pair: str, strategy: Any, dk: Any) -> None:
        name_files(dk, pair, shared.stop)
        dk.training_features_list = shared.feature_names
        dk.label_list = [self.label]
        dk.data_dictionary = {
            "train_features": pd.DataFrame(columns=dk.training_features_list),
            "train_dates": pd.Series(pd.to_datetime([shared.stop], unit="s", utc=True)),
        }
        dk.data["labels_mean"], dk.data["labels_std"] = {}, {}
        self.declare_returns(dk)
        self.dd.pair_dict[pair]["trained_timestamp"] = shared.stop
        with self._drawer_files.postponed():  # the dictionary names a model once it is sealed
            self.dd.save_data(shared.model, pair, dk)
            seal_model(dk.data_path, dk.model_filename, {"facts": self._facts(strategy)})
        if shared.served == {pair}:  # the first that gets it
            self._training_log.append(shared.training)
        self.dd.purge_old_models()
