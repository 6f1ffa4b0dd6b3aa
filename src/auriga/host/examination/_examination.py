"""What checks look at: strategy and model as a backtest loads them, computed once for all checks."""

import copy
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import psutil
from freqtrade.configuration import TimeRange
from freqtrade.exceptions import FreqtradeException
from freqtrade.freqai.data_kitchen import FreqaiDataKitchen
from freqtrade.strategy import IStrategy

from auriga.candles import timeframe_delta
from auriga.columns import plain_feature
from auriga.errors import HostError, clause
from auriga.host.examination._stored import StoredCandles
from auriga.host.freqai import BacktestRun, RegimeFreqaiModel
from auriga.host.pairs import RollCall
from auriga.host.reload import offline_config, strategy_and_model
from auriga.host.rows import Market, ModelColumns, TrainingTable, regime_pair
from auriga.host.seals import Kitchen, Window, backtest_windows
from auriga.host.setup import download_command, listed_pairs, settings_from_config
from auriga.settings import RegimeSettings

_DEFAULT_PERIODS = 2
"""Backtest periods at the end of the candles that are looked at without a timerange."""


@dataclass(frozen=True)
class Resources:
    """What a run may use on this machine, in bytes and threads."""

    free_disk: int
    free_memory: int
    threads: int

    @staticmethod
    def of(folder: Path) -> "Resources":
        """Free space of the disk that holds a folder (or will), free memory and processors."""
        there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
        memory = int(psutil.virtual_memory().available)
        return Resources(shutil.disk_usage(there).free, memory, os.cpu_count() or 1)


class Examination:
    """A configuration with everything that checks ask about it; nothing is computed before it is asked for.

    Parameters
    ----------
    config : mapping
        Freqtrade's configuration with `strategy`, `timerange` and the pairs of the run. Not changed.
    scratch : Path
        Empty folder for what FreqAI writes at start.
    resources : Resources, optional
        By default those of this machine.

    Attributes
    ----------
    frozen : str or None
        What `regime.frozen_models` names; nothing is trained with it.
    """

    def __init__(self, config: Mapping[str, Any], scratch: Path, resources: Resources | None = None) -> None:
        self.frozen: str | None = config.get("regime", {}).get("frozen_models")
        self.config = offline_config(config)
        self.userdir = Path(self.config["user_data_dir"])
        self.datadir = Path(self.config["datadir"])
        self.resources = resources or Resources.of(self.userdir)
        self._scratch = scratch
        self.seconds: dict[str, float] = {}
        self.assumed = not self._closed_timerange()
        if self.assumed:
            self.config["timerange"] = self._last_periods()

    # --- configuration ----------------------------------------------------------------------------

    @cached_property
    def settings(self) -> RegimeSettings:
        """The validated `regime` block."""
        return settings_from_config(self.config)

    @property
    def timeframe(self) -> str:
        """Base timeframe: the configuration's, else the strategy's."""
        return str(self.config.get("timeframe") or self.strategy.timeframe)

    @cached_property
    def pairs(self) -> list[str]:
        """Whitelisted pairs, in alphabetical order."""
        return sorted(listed_pairs(self.config))

    @property
    def leading(self) -> list[str]:
        """Pairs of `include_corr_pairlist`."""
        return list(self.config["freqai"]["feature_parameters"].get("include_corr_pairlist") or [])

    @cached_property
    def step(self) -> int:
        """Length of a base candle in ms."""
        return int(timeframe_delta(self.timeframe) // pd.Timedelta(milliseconds=1))

    @cached_property
    def span(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First moment of the timerange, and the one after its last candle."""
        timerange = TimeRange.parse_timerange(self.config["timerange"])
        start, stop = cast(tuple[datetime, datetime], (timerange.startdt, timerange.stopdt))  # it is closed
        return pd.Timestamp(start), pd.Timestamp(stop)

    @property
    def train_start(self) -> pd.Timestamp:
        """Begin of the first training window."""
        return self.span[0] - pd.Timedelta(days=int(self.config["freqai"]["train_period_days"]))

    def _closed_timerange(self) -> bool:
        """Whether there is a timerange with both ends; FreqAI never comes to an end with an empty one."""
        told = self.config.get("timerange")
        problem = "it ends before it starts"
        try:
            timerange = TimeRange.parse_timerange(told)
        except FreqtradeException as error:
            timerange, problem = None, clause(error)
        if timerange is None or (timerange.startdt and timerange.startdt == timerange.stopdt):
            raise HostError(f"--timerange {told} cannot be used: {problem}; write it as 20250101-20250401")
        return bool(timerange.startdt and timerange.stopdt)

    def _last_periods(self) -> str:
        """Timerange at the end of the candles, as long as some backtest periods."""
        lasts = []
        for pair in self.pairs:
            stored = self.stored(pair, self.timeframe)
            if len(stored):
                lasts.append(stored["date"].max())
        if not lasts:
            command = download_command(self.pairs, self.timeframe, config=self.config)
            raise HostError(
                f"no {self.timeframe} candles of {', '.join(self.pairs)} in {self.datadir}; name another "
                f"folder with --datadir, or get them: {command}"
            )
        stop = min(lasts).floor("D")
        days = _DEFAULT_PERIODS * int(self.config["freqai"].get("backtest_period_days") or 7)
        return f"{stop - pd.Timedelta(days=days):%Y%m%d}-{stop:%Y%m%d}"

    # --- strategy, model, candles -----------------------------------------------------------------

    @cached_property
    def _loaded(self) -> tuple[IStrategy, RegimeFreqaiModel]:
        strategy, glue = strategy_and_model(copy.deepcopy(self.config), self._scratch)
        strategy.dp.add_pairlisthandler(SimpleNamespace(whitelist=self.pairs))
        return strategy, glue

    @property
    def strategy(self) -> IStrategy:
        """The strategy, with its model and a data provider of downloaded candles."""
        return self._loaded[0]

    @property
    def glue(self) -> RegimeFreqaiModel:
        """The FreqAI model."""
        return self._loaded[1]

    @cached_property
    def loadable(self) -> bool:
        """Whether strategy and model can be loaded; a check that asks for them says why not."""
        try:
            return bool(self._loaded)
        except Exception:  # a strategy is anybody's code
            return False

    @cached_property
    def files(self) -> StoredCandles:
        """The files of the data folder."""
        return StoredCandles(self.datadir, self.config["dataformat_ohlcv"])

    def stored(self, pair: str, timeframe: str) -> pd.DataFrame:
        """Candles as they are on disk, before Freqtrade sorts, merges and fills them; may be empty."""
        return self.files.frame(pair, timeframe)

    def candles(self, pair: str, timeframe: str) -> pd.DataFrame:
        """Candles as a backtest of the timerange is given them."""
        frame: pd.DataFrame = self.strategy.dp.get_pair_dataframe(pair, timeframe)
        return frame

    @cached_property
    def series(self) -> list[tuple[str, str]]:
        """Every pair and timeframe that a run reads."""
        options = self.config["freqai"]["feature_parameters"]
        pairs = {*self.pairs, *self.leading}
        found = {(pair, tf) for pair in pairs for tf in {self.timeframe, *options["include_timeframes"]}}
        found |= {(regime_pair(pair, self.settings), self.settings.timeframe) for pair in self.pairs}
        told = self.strategy.informative_pairs()
        found |= {(item[0], item[1]) for item in told if len(item) < 3 or not item[2]}
        return sorted(found, key=lambda item: (item[0], timeframe_delta(item[1])))

    # --- features, labels, windows ----------------------------------------------------------------

    @cached_property
    def market(self) -> Market:
        """Features and labels over all candles of the run."""
        return Market(self.strategy, self.strategy.config, self.settings, self.glue.label, self.candles)

    @cached_property
    def known_pairs(self) -> list[str]:
        """Pairs with candles of every timeframe; features are computed, and the time is remembered."""
        known = RollCall(self.strategy, self.settings).present  # others: told by the check of candles
        begin = time.process_time()
        for pair in known:
            self.market.rows(pair)
        self.seconds["features"] = time.process_time() - begin
        return known

    @property
    def few_pairs(self) -> list[str]:
        """Pairs whose features are computed again and again: the first two and the last."""
        return list(dict.fromkeys([*self.known_pairs[:2], self.known_pairs[-1]]))

    @cached_property
    def kitchen(self) -> Kitchen:
        """FreqAI's data kitchen of the run, in the scratch folder."""
        kitchen = FreqaiDataKitchen(self.strategy.config, False, self.pairs[0])
        kitchen.backtesting_timeranges[-1].stopts += self.step // 1000
        return cast(Kitchen, kitchen)

    @cached_property
    def windows(self) -> list[Window]:
        """FreqAI's walk-forward, as the model sees it."""
        buffer = self.glue.ft_params.get("buffer_train_data_candles", 0) * self.step
        return backtest_windows(self.kitchen, buffer)

    @property
    def owners(self) -> list[str | None]:
        """Who has models of its own: each pair, or all pairs together (None)."""
        return [None] if self.settings.trains_on_all_pairs else list(self.known_pairs)

    @cached_property
    def table(self) -> TrainingTable | None:
        """Rows that the model collects for training, with a single feature: this is about rows."""
        windows = self.windows
        return self.glue.collect_rows(
            cast(Market, _Narrow(self.market)),
            self.known_pairs,
            start=min(window.train_start for window in windows),
            stop=max(self.glue.learn_stop(window.train_stop) for window in windows),
            bins_stop=self.glue.learn_stop(windows[0].train_stop),
        )

    def window_rows(self, window: Window, owner: str | None) -> TrainingTable | None:
        """Rows of the table that a window's model is given."""
        if self.table is None:
            return None
        return self.table.within(window.train_start, self.glue.learn_stop(window.train_stop), owner)

    @cached_property
    def run(self) -> BacktestRun:
        """A backtest that has not begun."""
        return BacktestRun(self.glue, self.strategy)

    def shut(self) -> None:
        """Let go of what a model holds, such as its threads."""
        if "_loaded" in self.__dict__:
            self.strategy.ft_bot_cleanup()


class _Narrow:
    """A market whose rows have one feature; which rows are complete is told by all of them."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.rows = market.rows

    def columns(self, pair: str) -> ModelColumns:
        """Return the first column."""
        first = plain_feature(self._market.feature_names(pair)[0])
        return ModelColumns(self._market.features(pair), self._market.leading, {first})
