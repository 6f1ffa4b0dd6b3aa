"""Training in dry-run and live: one training serves every pair, and is sealed and logged."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd
from freqtrade.exceptions import OperationalException

from auriga.host.freqai._protocols import RunModel
from auriga.host.pairs import History, learnable_pairs, warn_without_experts
from auriga.host.rows import Market, TrainingTable, label_report
from auriga.host.seals import (
    DrawerFiles,
    Facts,
    Fitted,
    Kitchen,
    TimeSpan,
    Training,
    TrainingLog,
    answers_digest,
    candle_spans,
    name_files,
    seal_model,
)
from auriga.host.setup import Strategy

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 60


@dataclass
class SharedModel:
    """A trained model and the pairs it was given to; each pair gets it once."""

    model: Fitted
    feature_names: list[str]
    stop: int
    training: Training
    served: set[str] = field(default_factory=set)


class LiveTraining:
    """What FreqAI's training thread does for a pair.

    Parameters
    ----------
    model : RegimeFreqaiModel
    facts_of : callable
        Facts of a strategy's models, for their seals.
    """

    def __init__(self, model: RunModel, facts_of: Callable[[Strategy], Facts]) -> None:
        self._model, self._facts_of = model, facts_of
        self._shared: SharedModel | None = None
        self._labels_checked = False
        self._drawer_files = DrawerFiles(model.dd)
        self._log = TrainingLog(model.full_path)

    def train(
        self,
        new_trained_timerange: TimeSpan,
        pair: str,
        strategy: Strategy,
        dk: Kitchen,
        data_load_timerange: TimeSpan,
    ) -> None:
        """Give a pair its new model: the one other pairs have just got, or a fresh one of all pairs.

        Raises
        ------
        OperationalException
            With frozen models, which are never trained.
        """
        self._model.require_training()
        shared = self._shared if self._model.settings.trains_on_all_pairs else None
        reason = ""
        if shared is None or pair in shared.served or self._too_old(shared, new_trained_timerange.stopts):
            try:
                shared = self._trained(new_trained_timerange, pair, strategy, dk, data_load_timerange)
                reason = getattr(shared.model, "reason", "")
            except OperationalException as error:
                reason = str(error)
        if reason or shared is None:
            logger.warning("%s: not trained (%s); the last model stays, next try in a minute", pair, reason)
            self._model.wait(_RETRY_SECONDS)
            return
        self._shared = shared
        shared.served.add(pair)
        self._save(shared, pair, strategy, dk)

    def _too_old(self, shared: SharedModel, now: int) -> bool:
        hours = self._model.freqai_info.get("live_retrain_hours", 0)
        return bool(hours) and now - shared.stop > hours * 3600

    def _trained(
        self, timerange: TimeSpan, pair: str, strategy: Strategy, dk: Kitchen, data_load_timerange: TimeSpan
    ) -> SharedModel:
        """Train on the stored and live candles of all pairs."""
        drawer, base = self._model.dd, self._model.config["timeframe"]
        with drawer.history_lock:
            history = {
                name: {
                    tf: dk.slice_dataframe(data_load_timerange, f).reset_index(drop=True)
                    for tf, f in frames.items()
                }
                for name, frames in drawer.historic_data.items()
            }
        pairs = [pair]
        if self._model.settings.trains_on_all_pairs:
            listed = set(strategy.dp.current_whitelist())
            pairs = sorted(p for p, frames in history.items() if p in listed and len(frames[base]))
        span = (timerange.startts, timerange.stopts)
        return self.train_span(strategy, history, pairs, span, data_load_timerange.startts)

    def train_span(
        self, strategy: Strategy, history: History, pairs: list[str], span: tuple[int, int], load_start: int
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
        own = self._model
        market = Market(strategy, own.config, own.settings, own.label, lambda p, tf: history[p][tf])
        pairs = learnable_pairs(market, pairs, history)
        buffer = own.ft_params.get("buffer_train_data_candles", 0) * own.step
        start, stop = span[0] * 1000 + buffer, span[1] * 1000 - buffer
        embargo = own.settings.embargo_candles * own.step
        if not self._labels_checked:
            market.require_horizon(pairs[0], stop)
            self._labels_checked = True
        table: TrainingTable | None = own.collect_rows(
            market, pairs, start=start, stop=stop - embargo, bins_stop=stop
        )
        missing = ""
        if table is None:
            missing = "; ".join(f"{p}: {market.rows(p).missing(start, stop)}" for p in pairs)
        model = own.fit_window(table, own.base_start(start, stop), stop, missing, stamp=span[1])
        if not getattr(model, "reason", ""):
            logger.info("%d pairs: trained on %s", len(pairs), own.describe(model))
        if table is not None:
            logger.info("%d pairs: %s", len(pairs), label_report(table, own.settings.label, own.step))
            warn_without_experts(f"{len(pairs)} pairs", [table.regimes], own.settings)
        names = market.feature_names(pairs[0])
        training = Training(
            trained_at=span[1],
            start=span[0],
            load_start=load_start,
            shared=own.settings.trains_on_all_pairs,
            pairs=tuple(pairs),
            candles=candle_spans(history),
            answers="" if getattr(model, "reason", "") else answers_digest(own, model, len(names)),
            facts=self._facts_of(strategy),
        )
        return SharedModel(model, names, span[1], training)

    def _save(self, shared: SharedModel, pair: str, strategy: Strategy, dk: Kitchen) -> None:
        drawer = self._model.dd
        name_files(dk, pair, shared.stop)
        dk.training_features_list = shared.feature_names
        dk.label_list = [self._model.label]
        dk.data_dictionary = {
            "train_features": pd.DataFrame(columns=dk.training_features_list),
            "train_dates": pd.Series(pd.to_datetime([shared.stop], unit="s", utc=True)),
        }
        dk.data["labels_mean"], dk.data["labels_std"] = {}, {}
        self._model.declare_returns(dk)
        drawer.pair_dict[pair]["trained_timestamp"] = shared.stop
        with self._drawer_files.postponed():  # the dictionary names a model once it is sealed
            drawer.save_data(shared.model, pair, dk)
            seal_model(dk.data_path, dk.model_filename, {"facts": self._facts_of(strategy)})
        if shared.served == {pair}:  # the first that gets it
            self._log.append(shared.training)
        drawer.purge_old_models()
