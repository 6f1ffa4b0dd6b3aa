"""One backtest: what all pairs share, and the predictions of each."""

import logging
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from auriga.columns import REGIME_COLUMNS
from auriga.host.freqai._protocols import RunModel
from auriga.host.pairs import Failures, PairLeftOutError, Participants, answered, warn_without_experts
from auriga.host.rows import (
    FEW_MOMENTS,
    LABEL_MOMENTS,
    Market,
    TrainingTable,
    informative_candles,
    label_report,
    regime_pair,
    source_candles,
    traded_candles,
)
from auriga.host.seals import (
    Facts,
    Fitted,
    Kitchen,
    PredictionFile,
    Trained,
    Window,
    backtest_windows,
    candle_digests,
    facts,
    load_model,
    model_checksum,
    model_complaint,
    name_files,
    name_run,
    only_writer,
    opening_times,
    place_folder,
    place_name,
    prediction_file,
    record_run,
    report_stale,
    rows_digest,
    seal_model,
)
from auriga.host.setup import Strategy
from auriga.memory import release_memory
from auriga.typing import IntArray, Regime

logger = logging.getLogger(__name__)


class BacktestRun:
    """Features, training table and models that the pairs of one backtest share.

    Nothing is computed before it is needed: with valid predictions on disk, no feature is.

    Parameters
    ----------
    model : RegimeFreqaiModel
    strategy : IStrategy
    """

    def __init__(self, model: RunModel, strategy: Strategy) -> None:
        self.strategy = strategy
        self._glue = model
        self._config, self._settings = model.config, model.settings
        self._candles = strategy.dp.get_pair_dataframe
        self.market = self._new_market()
        self._windows: list[Window] = []
        self._table: TrainingTable | None = None
        self._models: dict[tuple[Window, str | None], Fitted] = {}
        self._histories: dict[str, dict[int, str]] = {}
        self._failures = Failures(model)
        self.participants = Participants(strategy, model, self._settings, lambda: self.market)
        self._saved_as: dict[tuple[str, Window], str | None] = {}  # checksum
        self._predicted: set[str] = set()
        self._run = name_run(strategy)

    def _new_market(self) -> Market:
        return Market(self.strategy, self._config, self._settings, self._glue.label, self._candles)

    def _forget(self) -> None:
        """Drop features and models once every pair has its predictions; they are on disk from now on.

        Freqtrade's own peak, trade by trade, comes after this.
        """
        self.market = self._new_market()
        self._models.clear()
        self._predicted.clear()

    @property
    def pairs(self) -> list[str]:
        """Whitelisted pairs that have candles of every timeframe, in alphabetical order."""
        return self.participants.roll.present

    @cached_property
    def _facts(self) -> Facts:
        known = facts(self._config, self._settings, type(self._glue), self.strategy)
        if self._settings.trains_on_all_pairs:
            known["pairs"] = ", ".join(self.pairs)
        first = pd.Timestamp(self._windows[0].train_stop, unit="ms")
        return known | {"first_window": f"{first:%Y-%m-%d %H:%M}"}

    @cached_property
    def _digests(self) -> dict[int, str]:
        options = self._config["freqai"]["feature_parameters"]
        pairs = {*self.pairs, *options.get("include_corr_pairlist", [])}
        timeframes = {self._config["timeframe"], *options["include_timeframes"]}
        wanted = {(pair, tf) for pair in pairs for tf in timeframes}
        wanted |= {(regime_pair(pair, self._settings), self._settings.timeframe) for pair in pairs}
        frames = {(pair, tf): self._candles(pair, tf) for pair, tf in sorted(wanted)}
        frames |= informative_candles(self.strategy, {*self._config["exchange"]["pair_whitelist"]} - pairs)
        groups = self._settings.features.groups
        frames |= source_candles(pairs, self.strategy.dp, groups)
        frames |= traded_candles(pairs, self.strategy.dp, self._config, groups)
        return candle_digests(frames, self._stops())

    def history(self, pair: str, base: pd.DataFrame) -> dict[int, str]:
        """Digests of the pair's base candles as they were given, by each stop."""
        return candle_digests({(pair, self._config["timeframe"]): base}, self._stops())

    @cached_property
    def place(self) -> str:
        """Name of the folder that keeps files of this run."""
        return place_name(
            strategy=self.strategy.get_strategy_name(),
            model=type(self._glue).__name__,
            pairs=self.pairs if self._settings.trains_on_all_pairs else (),
            first=self._windows[0],
            frozen=self._frozen_digest,
        )

    @property
    def _frozen_digest(self) -> str:
        """Digest of frozen models that predict; empty here, where models are trained."""
        return ""

    def _stops(self) -> list[int]:
        return sorted({stop for window in self._windows for stop in (window.train_stop, window.test_stop)})

    def answers(self, pair: str, dataframe: pd.DataFrame, dk: Kitchen) -> list[pd.DataFrame]:
        """Predictions of a pair; rows with `do_predict` 0 for one that takes no part.

        Raises
        ------
        OperationalException
            As `predictions`.
        """
        try:
            return self.predictions(pair, dataframe, dk)
        except PairLeftOutError as error:
            return [self.participants.unanswered(dataframe, dk, str(error))]

    def predictions(self, pair: str, dataframe: pd.DataFrame, dk: Kitchen) -> list[pd.DataFrame]:
        """Predictions of each window of a pair, from disk where they are still valid.

        Raises
        ------
        PairLeftOutError
            With the reason why this pair cannot be predicted.
        OperationalException
            When no pair is left, none of the windows could be trained, or stale predictions are refused.
        """
        buffer = self._glue.ft_params.get("buffer_train_data_candles", 0) * self._glue.step
        windows = backtest_windows(dk, buffer)
        self._plan(windows)
        self.participants.call(pair, windows, self._last_learn_stop)
        times = opening_times(dataframe["date"])
        rows = {w: np.flatnonzero((times >= w.test_start) & (times < w.test_stop)) for w in windows}
        frames: dict[Window, pd.DataFrame] = {}
        files, stale = {}, {}
        self._histories[pair] = self.history(pair, dataframe)
        for window in windows:
            files[window] = self._file(pair, window, dataframe.iloc[rows[window]], dk)
            if files[window].exists():
                complaints = files[window].complaints(len(rows[window]))
                if complaints:
                    stale[window.trained_on] = complaints
                elif answered(known := files[window].read()):
                    frames[window] = known
        logger.info("%s: %d of %d windows have valid predictions", pair, len(frames), len(windows))
        refuse = self._settings.stale_models == "refuse"
        report_stale(dk.full_path, stale, refuse=refuse, identifier=self._glue.identifier)
        missing = [window for window in windows if window not in frames]
        if missing:
            self.participants.compute(pair, dataframe)
            for window, model in self._trained(pair, missing, dk):
                frames[window] = self._predict(model, pair, window, rows[window], dk)
                files[window].write(frames[window], self._saved_as.get((pair, window)))
            self._report_failures(pair)
        self._record(pair, list(files.values()), dk)
        self._table = None  # the largest thing here; Freqtrade needs the memory now
        self._predicted.add(pair)
        if self._predicted.issuperset(self.pairs):
            self._forget()
        release_memory()
        dk.data["extra_returns_per_train"] = dict(dk.data["extra_returns_per_train"])
        return [frames[window] for window in windows]

    def _plan(self, windows: list[Window]) -> None:
        if windows != self._windows:
            self._windows = windows
            for name in ("_facts", "_digests", "place"):
                self.__dict__.pop(name, None)

    def provenance(self, windows: Sequence[Window]) -> tuple[Facts, dict[int, str]]:
        """What files of these windows depend on beside candles, and digests of the candles by each stop."""
        self._plan(list(windows))
        return self._facts, self._digests

    def _file(self, pair: str, window: Window, candles: pd.DataFrame, dk: Kitchen) -> PredictionFile:
        name_files(dk, pair, window.stamp, self.place)
        return PredictionFile(
            prediction_file(place_folder(dk.full_path, self.place), pair, window),
            facts=self._facts,
            candles=self._digests[window.test_stop],
            history=self._histories[pair][window.test_stop],
            window=rows_digest(candles),
        )

    def _record(self, pair: str, files: Sequence[PredictionFile], dk: Kitchen) -> None:
        """Keep which predictions this run is given, for whoever reads its result."""
        record_run(
            dk.full_path,
            strategy=self.strategy.get_strategy_name(),
            model=type(self._glue).__name__,
            pair=pair,
            place=self.place,
            files={file.path.name: file.checksum for file in files},
            run=self._run,
        )

    # --- models -----------------------------------------------------------------------------------

    def _shared_by(self, pair: str) -> str | None:
        """None stands for a model of all pairs."""
        return None if self._settings.trains_on_all_pairs else pair

    def _trained(self, pair: str, windows: Sequence[Window], dk: Kitchen) -> Iterator[tuple[Window, Fitted]]:
        """Models of windows, trained side by side, each as soon as those before it are done."""
        owner = self._shared_by(pair)
        wanted = []
        for window in windows:
            if (window, owner) not in self._models:
                saved = self._saved(pair, window, dk)
                if saved is None:
                    wanted.append(window)
                else:
                    self._models[window, owner] = saved
                    self._failures.note(window, owner, saved)
        if wanted:
            logger.info("%s: training %d windows", self._who(owner), len(wanted))
            if owner is None:  # computed now, so that what it takes is free for the table
                self.participants.compute_all()
            for number, other in enumerate(self._learning(owner)):
                moments = FEW_MOMENTS if number else LABEL_MOMENTS
                self.market.require_horizon(other, windows[-1].train_stop, moments=moments)
            release_memory()
            self._table = self._training_table(pair)
            if self._table is not None:
                report = label_report(self._table, self._settings.label, self._glue.step)
                logger.info("%s: %s", self._who(owner), report)
                spans = [self._table.regimes[self._table.rows_within(w.train_start, self._learn_stop(w))]
                         for w in wanted]  # fmt: skip
                warn_without_experts(self._who(owner), spans, self._settings)
            release_memory()
        fitted = Parallel(n_jobs=self._glue.model_threads, prefer="threads", return_as="generator")(
            delayed(self._fit)(window, pair) for window in wanted
        )
        for window in windows:
            if (window, owner) not in self._models:
                self._models[window, owner] = next(fitted)
                self._log(window, owner, f"window {wanted.index(window) + 1} of {len(wanted)}")
            yield window, self._models[window, owner]
        next(fitted, None)  # lets joblib end its generator

    def _training_table(self, pair: str) -> TrainingTable | None:
        pairs = self._learning(self._shared_by(pair))
        return self._glue.collect_rows(
            self.market,
            pairs,
            start=min(window.train_start for window in self._windows),
            stop=max(self._learn_stop(window) for window in self._windows),
            bins_stop=self._learn_stop(self._windows[0]),
        )

    def _learn_stop(self, window: Window) -> int:
        return self._glue.learn_stop(window.train_stop)

    def _fit(self, window: Window, pair: str) -> Fitted:
        owner = self._shared_by(pair)
        stop = self._learn_stop(window)
        rows = None if self._table is None else self._table.within(window.train_start, stop, owner)
        missing = "" if rows is not None and len(rows) else self._missing(window, pair)
        base_start = self._glue.base_start(window.train_start, window.train_stop)
        model = self._glue.fit_window(rows, base_start, stop, missing, stamp=window.stamp)
        release_memory()  # else what the threads freed adds up, window by window
        return model

    def _missing(self, window: Window, pair: str) -> str:
        pairs = self._learning(self._shared_by(pair))
        parts = {p: self.market.rows(p).missing(window.train_start, self._learn_stop(window)) for p in pairs}
        return "; ".join(f"{p}: {text}" for p, text in parts.items() if text)

    def _who(self, owner: str | None) -> str:
        return owner or f"all {len(self._learning(None))} pairs"

    def _log(self, window: Window, owner: str | None, number: str) -> None:
        model = self._models[window, owner]
        what = f"{self._who(owner)}, {number} ({window.trained_on})"
        reason = self._failures.note(window, owner, model)
        if reason:
            logger.warning("%s: not trained (%s); its rows get do_predict 0", what, reason)
            return
        logger.info("%s: trained on %s", what, self._glue.describe(model))
        for pair in self._learning(owner):
            missing = self.market.rows(pair).missing(window.train_start, self._learn_stop(window))
            if missing:
                logger.info("%s: rows left out of %s: %s", what, pair, missing)

    def _report_failures(self, pair: str) -> None:
        owner = self._shared_by(pair)
        found = (self._who(owner), len(self._windows), self._learning(owner))
        self._failures.report(owner, *found, self.market, self.participants)

    def _learning(self, owner: str | None) -> list[str]:
        """Pairs whose rows an owner's models learn from."""
        return self.participants.learning if owner is None else [owner]

    @property
    def _last_learn_stop(self) -> int | None:
        """End (ms) of the last row that is learned from; None where nothing is."""
        return self._learn_stop(self._windows[-1])

    # --- disk -------------------------------------------------------------------------------------

    def _saved(self, pair: str, window: Window, dk: Kitchen) -> Fitted | None:
        """Model of this window that an earlier run saved and that is still valid; None otherwise."""
        name_files(dk, pair, window.stamp, self.place)
        if not (dk.data_path / f"{dk.model_filename}_model.joblib").is_file():
            return None
        candles, history = self._digests[window.train_stop], self._histories[pair][window.train_stop]
        with only_writer(place_folder(dk.full_path, self.place)):
            complaint = model_complaint(dk.data_path, dk.model_filename, self._facts, candles, history)
            if not complaint:
                return load_model(dk.data_path, dk.model_filename)
        logger.info("%s, window %s: the saved model is not used: %s", pair, window.trained_on, complaint)
        return None

    def _save(self, model: Fitted, pair: str, window: Window, dk: Kitchen) -> None:
        dk.training_features_list = self.market.feature_names(pair)
        dk.label_list = [self._glue.label]
        dates = pd.Series(pd.to_datetime([window.train_start, window.train_stop], unit="ms", utc=True))
        # FreqAI pickles these with every save; the training features would be most of the disk (T15).
        dk.data_dictionary = {
            "train_features": pd.DataFrame(columns=dk.training_features_list),
            "train_dates": dates,
        }
        self._glue.dd.pair_dict[pair]["trained_timestamp"] = window.stamp
        if getattr(model, "reason", "") or not self._glue.save_backtest_models:
            self._glue.dd.save_metadata(dk)
            return
        content = {
            "facts": self._facts,
            "candles": self._digests[window.train_stop],
            "history": self._histories[pair][window.train_stop],
            "rows": int(cast("Trained", model).experts_[Regime.UNKNOWN].n_samples),
        }
        with only_writer(place_folder(dk.full_path, self.place)):
            self._glue.dd.save_data(model, pair, dk)
            seal_model(dk.data_path, dk.model_filename, content)
            self._saved_as[pair, window] = model_checksum(dk.data_path, dk.model_filename)

    def _predict(self, model: Fitted, pair: str, window: Window, rows: IntArray, dk: Kitchen) -> pd.DataFrame:
        own = self.market.rows(pair)
        name_files(dk, pair, window.stamp, self.place)
        # FreqAI shares one dictionary of extra returns between all pairs and windows (T8).
        dk.data["extra_returns_per_train"] = dict(dk.data["extra_returns_per_train"])
        self._save(model, pair, window, dk)
        features = self.market.predictable(pair, rows)
        frame, usable = self._glue.predict_rows(model, features, *own.asked(rows))
        dk.DI_values = np.zeros(len(usable))
        window_frame = own.features.frame.iloc[rows]
        predictions = dk.get_predictions_to_append(frame, usable, window_frame)
        # Plain columns of the strategy's feature hooks come back too, in this run and in cached ones (T2).
        hooks = [name for name in own.features.added if "%" not in name and name not in REGIME_COLUMNS]
        return pd.concat([predictions, window_frame[hooks].reset_index(drop=True)], axis=1)
