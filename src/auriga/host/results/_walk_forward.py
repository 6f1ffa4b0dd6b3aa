"""The windows of a finished backtest: the one place that works them out, by FreqAI's own code."""

from collections.abc import Mapping
from functools import cached_property
from typing import cast

import pandas as pd
from freqtrade.exceptions import FreqtradeException
from freqtrade.freqai.data_kitchen import FreqaiDataKitchen

from auriga.candles import timeframe_delta
from auriga.errors import HostError, clause
from auriga.host.results._result import BacktestResult
from auriga.host.seals import Kitchen, Window, backtest_windows


class WalkForward:
    """Windows that a backtest was trained and predicted in.

    They follow from the timerange and the configuration that the result holds, never from its candles: where
    the first candles are missing, windows begin before them.

    Parameters
    ----------
    result : BacktestResult
        One that was run without FreqAI has no windows.
    """

    def __init__(self, result: BacktestResult) -> None:
        self._result = result

    @cached_property
    def missing(self) -> str:
        """Why there are no windows, in words; empty where there are."""
        name, freqai = self._result.path.name, self._result.config.get("freqai", {})
        if not self._result.config:
            return f"{name} holds no configuration, so its windows are unknown; run the backtest again"
        if not freqai.get("enabled") or not freqai.get("backtest_period_days"):
            return f"{name} was made without FreqAI, so it has no windows, predictions or models"
        if not self._result.stats.get("timerange"):
            return f"{name} does not say its timerange, so its windows are unknown; run the backtest again"
        return ""

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """All windows, oldest first; none where `missing` says why.

        Raises
        ------
        HostError
            If FreqAI refuses what the configuration says.
        """
        if self.missing:
            return ()
        try:
            return tuple(backtest_windows(self._kitchen(), self._buffer))
        except FreqtradeException as error:
            raise HostError(f"{self._result.path.name} does not say its windows: {clause(error)}") from None

    def require(self) -> tuple[Window, ...]:
        """Return the windows.

        Raises
        ------
        HostError
            If there are none.
        """
        if self.missing:
            raise HostError(self.missing)
        return self.windows

    @property
    def stamps(self) -> tuple[int, ...]:
        """FreqAI's numbers of the windows: where the training of each ended, in seconds since 1970."""
        return tuple(window.stamp for window in self.windows)

    @cached_property
    def by_stamp(self) -> Mapping[int, Window]:
        """Windows by FreqAI's number."""
        return {window.stamp: window for window in self.windows}

    @property
    def names(self) -> dict[int, str]:
        """Names of the windows by FreqAI's number: the first day each predicts.

        Texts, with the time where it is not midnight, so that they can stand beside `all`.
        """
        return {window.stamp: _first_day(window) for window in self.windows}

    @property
    def _step(self) -> int:
        """Length of a candle in ms."""
        return int(timeframe_delta(self._result.timeframe) // pd.Timedelta(milliseconds=1))

    @property
    def _buffer(self) -> int:
        """What `buffer_train_data_candles` cuts off both ends of each training span, in ms."""
        parameters = self._result.config["freqai"].get("feature_parameters", {})
        return int(parameters.get("buffer_train_data_candles") or 0) * self._step

    def _kitchen(self) -> Kitchen:
        """FreqAI's kitchen with the windows that `RegimeFreqaiModel.start_backtesting` is given.

        The constructor would make folders of models, so only what splits a timerange is filled in.
        """
        timerange, freqai = str(self._result.stats["timerange"]), self._result.config["freqai"]
        # As it stands there: settings of another version must not hide the windows.
        longer = self._result.config.get("regime", {}).get("expert_train_period_days") or 0
        days = max(freqai.get("train_period_days", 0), longer)
        period = freqai["backtest_period_days"]
        if int(period * 86_400) < 1:
            raise HostError(f"{self._result.path.name}: freqai.backtest_period_days is {period}")
        kitchen = FreqaiDataKitchen.__new__(FreqaiDataKitchen)
        kitchen.config = {"timerange": timerange, "config_files": [self._result.path]}
        kitchen.full_path = self._result.path.parent  # is there, so FreqAI makes none
        whole = kitchen.create_fulltimerange(timerange, days)
        kitchen.training_timeranges, kitchen.backtesting_timeranges = kitchen.split_timerange(
            whole, days, period
        )
        kitchen.backtesting_timeranges[-1].stopts += self._step // 1000  # our model predicts that candle too
        return cast(Kitchen, kitchen)


def _first_day(window: Window) -> str:
    begin = pd.Timestamp(window.test_start, unit="ms")
    return f"{begin:%Y-%m-%d}" if begin == begin.floor("D") else f"{begin:%Y-%m-%d %H:%M}"
