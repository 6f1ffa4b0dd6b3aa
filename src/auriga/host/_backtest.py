"""One backtest: what all pairs share, and the predictions of each."""

import logging
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.exceptions import OperationalException  # type: ignore[import-untyped]
from joblib import Parallel, delayed  # type: ignore[import-untyped]

from auriga.columns import REGIME_COLUMNS
from auriga.host._label_report import label_report
from auriga.host._market import Market, TrainingTable
from auriga.host._pair_lists import traded_pairs_of
from auriga.host._provenance import Facts, candle_digests, facts, rows_digest
from auriga.host._regimes import regime_pair
from auriga.host._saved import PredictionFile, load_model, model_complaint, report_stale, seal_model
from auriga.host._sources import source_candles
from auriga.host._windows import Window, backtest_windows, name_files, opening_times
from auriga.memory import release_memory

logger = logging.getLogger(__name__)


class BacktestRun:
    """Features, training table and models that the pairs of one backtest share.

    Nothing is computed before it is needed: with valid predictions on disk, no feature is.

    Parameters
    ----------
    model : RegimeFreqaiModel
    strategy : IStrategy
    """

    def __init__(self, model: Any, strategy: Any) -> None:
        self.strategy = strategy
        self._glue = model
        self._config, self._settings = model.config, model.settings
        self._candles = strategy.dp.get_pair_dataframe
        self.market = self._new_market()
        self._windows: list[Window] = []
        self._table: TrainingTable | None = None
        self._models: dict[tuple[Window, str | None], Any] = {}
        self._failed: dict[tuple[Window, str | None], str] = {}
        self._predicted: set[str] = set()

    def _new_market(self) -> Market:
        return Market(self.strategy, self._config, self._settings, self._glue.label, self._candles)

    def _forget(self) -> None:
        """Drop features and models once every pair has its predictions; they are on disk from now on.

        Freqtrade's own peak, trade by trade, comes after this.
        """
        self.market = self._new_market()
        self._models.clear()
        self._predicted.clear()

    @cached_property
    def pairs(self) -> list[str]:
        """Pairs that Freqtrade backtests and that have candles, in alphabetical order."""
        timeframe = self._config["timeframe"]
        listed = sorted(traded_pairs_of(self.strategy.dp, self._config))
        empty = [pair for pair in listed if self._candles(pair, timeframe).empty]
        if empty:
            logger.warning("no %s candles of %s; trained without them", timeframe, ", ".join(empty))
        return [pair for pair in listed if pair not in empty]

    @cached_property
    def _facts(self) -> Facts:
        known = facts(self._config, self._settings, type(self._glue).__name__, self.strategy)
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
        frames |= source_candles(pairs, self.strategy.dp, self._settings.features.groups)
        return candle_digests(frames, self._stops())

    def _stops(self) -> list[int]:
        return sorted({stop for window in self._windows for stop in (window.train_stop, window.test_stop)})

    def predictions(self, pair: str, dataframe: pd.DataFrame, dk: Any) -> list[pd.DataFrame]:
        """Predictions of each window of a pair, from disk where they are still valid.

        Raises
        ------
        OperationalException
            When none of the windows could be trained, or stale predictions are refused.
        """
        buffer = self._glue.ft_params.get("buffer_train_data_candles", 0) * self._glue.step
        windows = backtest_windows(dk, buffer)
        self._plan(windows)
        times = opening_times(dataframe["date"])
        rows = {w: np.flatnonzero((times >= w.test_start) & (times < w.test_stop)) for w in windows}
        frames: dict[Window, pd.DataFrame] = {}
        files, stale = {}, {}
        for window in windows:
            files[window] = self._file(pair, window, dataframe.iloc[rows[window]], int(times[0]), dk)
            if files[window].exists():
                complaints = files[window].complaints(len(rows[window]))
                if complaints:
                    stale[window.trained_on] = complaints
                else:
                    frames[window] = files[window].read()
        logger.info("%s: %d of %d windows have valid predictions", pair, len(frames), len(windows))
        refuse = self._settings.stale_models == "refuse"
        report_stale(dk.full_path, stale, refuse=refuse, identifier=self._glue.identifier)
        missing = [window for window in windows if window not in frames]
        if missing:
            self.market.rows(pair, dataframe)
            for window, model in self._trained(pair, missing, dk):
                frames[window] = self._predict(model, pair, window, rows[window], dk)
                files[window].write(frames[window])
            self._report_failures(pair, missing, dataframe)
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
            for name in ("_facts", "_digests"):
                self.__dict__.pop(name, None)

    def provenance(self, windows: Sequence[Window]) -> tuple[Facts, dict[int, str]]:
        """What files of these windows depend on beside candles, and digests of the candles by each stop."""
        self._plan(list(windows))
        return self._facts, self._digests

    def _file(self, pair: str, window: Window, candles: pd.DataFrame, first: int, dk: Any) -> PredictionFile:
        name_files(dk, pair, window.stamp)
        return PredictionFile(
            dk.backtesting_results_path,
            facts=self._facts,
            candles=self._digests[window.test_stop],
            window=rows_digest(candles),
            first=first,
        )

    # --- models -----------------------------------------------------------------------------------

    def _shared_by(self, pair: str) -> str | None:
        """None stands for a model of all pairs."""
        return None if self._settings.trains_on_all_pairs else pair

    def _trained(self, pair: str, windows: Sequence[Window], dk: Any) -> Iterator[tuple[Window, Any]]:
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
        if wanted:
            logger.info("%s: training %d windows", self._who(owner), len(wanted))
            self.market.require_horizon(pair, wanted[0].train_stop)
            if self._shared_by(pair) is None:  # computed now, so that what it takes is free for the table
                for other in self.pairs:
                    self.market.rows(other)
            release_memory()
            self._table = self._training_table(pair)
            if self._table is not None:
                report = label_report(self._table, self._settings.label, self._glue.step)
                logger.info("%s: %s", self._who(owner), report)
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
        pairs = self.pairs if self._shared_by(pair) is None else [pair]
        table: TrainingTable | None = self._glue.collect_rows(
            self.market,
            pairs,
            start=min(window.train_start for window in self._windows),
            stop=max(self._learn_stop(window) for window in self._windows),
            bins_stop=self._learn_stop(self._windows[0]),
        )
        return table

    def _learn_stop(self, window: Window) -> int:
        stop: int = self._glue.learn_stop(window.train_stop)
        return stop

    def _fit(self, window: Window, pair: str) -> Any:
        owner = self._shared_by(pair)
        stop = self._learn_stop(window)
        rows = None if self._table is None else self._table.within(window.train_start, stop, owner)
        missing = "" if rows is not None and len(rows) else self._missing(window, pair)
        base_start = self._glue.base_start(window.train_start, window.train_stop)
        model = self._glue.fit_window(rows, base_start, stop, missing, stamp=window.stamp)
        release_memory()  # else what the threads freed adds up, window by window
        return model

    def _missing(self, window: Window, pair: str) -> str:
        pairs = self.pairs if self._shared_by(pair) is None else [pair]
        parts = {p: self.market.rows(p).missing(window.train_start, self._learn_stop(window)) for p in pairs}
        return "; ".join(f"{p}: {text}" for p, text in parts.items() if text)

    def _who(self, owner: str | None) -> str:
        return owner or f"all {len(self.pairs)} pairs"

    def _log(self, window: Window, owner: str | None, number: str) -> None:
        model = self._models[window, owner]
        what = f"{self._who(owner)}, {number} ({window.trained_on})"
        reason = getattr(model, "reason", "")
        if reason:
            self._failed[window, owner] = reason
            logger.warning("%s: not trained (%s); its rows get do_predict 0", what, reason)
            return
        logger.info("%s: trained on %s", what, self._glue.describe(model))
        for pair in self.pairs if owner is None else [owner]:
            missing = self.market.rows(pair).missing(window.train_start, self._learn_stop(window))
            if missing:
                logger.info("%s: rows left out of %s: %s", what, pair, missing)

    def _report_failures(self, pair: str, windows: Sequence[Window], dataframe: pd.DataFrame) -> None:
        owner = self._shared_by(pair)
        failed = [f"{w.trained_on}: {self._failed[w, owner]}" for w in windows if (w, owner) in self._failed]
        if failed:
            logger.warning(
                "%s: %d of %d windows could not be trained and are not traded: %s",
                pair, len(failed), len(self._windows), "; ".join(failed),
            )  # fmt: skip
        if failed and len(failed) == len(self._windows):
            days = self._glue.freqai_info["train_period_days"]
            raise OperationalException(
                f"{pair}: no window could be trained ({failed[0]}). Candles start at "
                f"{dataframe['date'].iloc[0]:%Y-%m-%d}; download {days} days (train_period_days) and "
                "startup_candle_count more before the timerange."
            )

    # --- disk -------------------------------------------------------------------------------------

    def _saved(self, pair: str, window: Window, dk: Any) -> Any:
        """Model of this window that an earlier run saved and that is still valid; None otherwise."""
        name_files(dk, pair, window.stamp)
        if not (dk.data_path / f"{dk.model_filename}_model.joblib").is_file():
            return None
        candles = self._digests[window.train_stop]
        complaint = model_complaint(dk.data_path, dk.model_filename, self._facts, candles)
        if complaint:
            logger.info("%s, window %s: the saved model is not used: %s", pair, window.trained_on, complaint)
            return None
        return load_model(dk.data_path, dk.model_filename)

    def _save(self, model: Any, pair: str, window: Window, dk: Any) -> None:
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
        self._glue.dd.save_data(model, pair, dk)
        content = {"facts": self._facts, "candles": self._digests[window.train_stop]}
        seal_model(dk.data_path, dk.model_filename, content)

    def _predict(self, model: Any, pair: str, window: Window, rows: Any, dk: Any) -> pd.DataFrame:
        own = self.market.rows(pair)
        name_files(dk, pair, window.stamp)
        # FreqAI shares one dictionary of extra returns between all pairs and windows (T8).
        dk.data["extra_returns_per_train"] = dict(dk.data["extra_returns_per_train"])
        self._save(model, pair, window, dk)
        features = self.market.predictable(pair, rows)
        frame, usable = self._glue.predict_rows(model, features, own.complete[rows], own.regimes[rows])
        dk.DI_values = np.zeros(len(usable))
        window_frame = own.features.frame.iloc[rows]
        predictions: pd.DataFrame = dk.get_predictions_to_append(frame, usable, window_frame)
        # Plain columns of the strategy's feature hooks come back too, in this run and in cached ones (T2).
        hooks = [name for name in own.features.added if "%" not in name and name not in REGIME_COLUMNS]
        extra: pd.DataFrame = window_frame[hooks].reset_index(drop=True)
        return pd.concat([predictions, extra], axis=1)
