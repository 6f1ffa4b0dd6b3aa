"""FreqAI as it is without Auriga: what most strategies look like, on hourly candles, in this process.

A trap test shows the trap with these first, and then that Auriga avoids it.
"""

import copy
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import talib.abstract as ta
from freqtrade.configuration import TimeRange
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode
from freqtrade.freqai.data_kitchen import FreqaiDataKitchen
from freqtrade.freqai.freqai_interface import IFreqaiModel
from freqtrade.freqai.prediction_models.LightGBMClassifier import LightGBMClassifier
from freqtrade.strategy import IStrategy

from auriga.candles import timeframe_delta

PAIR = "BTC/USDT"
LABEL = "&s-up_or_down"
WINDOW = 48  # hourly candles of a prediction window of two days

FREQAI: dict[str, Any] = {
    "enabled": True,
    "identifier": "stock",
    "train_period_days": 10,
    "backtest_period_days": 2,
    "live_retrain_hours": 1,
    "purge_old_models": 2,
    "activate_tensorboard": False,
    "feature_parameters": {
        "include_timeframes": ["1h"],
        "include_corr_pairlist": [],
        "indicator_periods_candles": [14],
        "include_shifted_candles": 0,
        "shuffle_after_split": False,
        "buffer_train_data_candles": 0,
    },
    "data_split_parameters": {"test_size": 0, "shuffle": False},
    "model_training_parameters": {"n_estimators": 5, "n_jobs": 1, "random_state": 1, "verbosity": -1},
}


# What freqtrade 2026.9 does with pandas 3.1 in `set_start_dry_live_date`, which pandas blames on itself.
quiet_dry_run = pytest.mark.filterwarnings("ignore:Series.values returning:DeprecationWarning")


class StockStrategy(IStrategy):
    """Features, label and call of FreqAI as in Freqtrade's own examples."""

    timeframe = "1h"
    process_only_new_candles = True
    startup_candle_count = 20
    minimal_roi = {"0": 100.0}  # noqa: RUF012 - Freqtrade wants a plain dict
    stoploss = -0.5
    horizon = 5

    def feature_engineering_expand_all(
        self, dataframe: pd.DataFrame, period: int, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        dataframe["%-rsi-period"] = ta.RSI(dataframe, timeperiod=period)
        dataframe["%-roc-period"] = ta.ROC(dataframe, timeperiod=period)
        return dataframe

    def feature_engineering_expand_basic(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        dataframe["%-pct-change"] = dataframe["close"].pct_change()
        return dataframe

    def feature_engineering_standard(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        dataframe["%-hour_of_day"] = dataframe["date"].dt.hour
        return dataframe

    def set_freqai_targets(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        self.freqai.class_names = ["down", "up"]
        future = dataframe["close"].shift(-self.horizon)
        dataframe[LABEL] = np.where(future > dataframe["close"], "up", "down")
        return dataframe

    def populate_indicators(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        return self.freqai.start(dataframe, metadata, self)

    def populate_entry_trend(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        return dataframe

    def populate_exit_trend(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        return dataframe


class WatchedClassifier(LightGBMClassifier):
    """The stock classifier, keeping what each `fit` was given."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.fits: list[dict[str, Any]] = []

    def fit(self, data_dictionary: dict[str, Any], dk: FreqaiDataKitchen, **kwargs: Any) -> Any:
        self.fits.append(dict(data_dictionary))
        return super().fit(data_dictionary, dk, **kwargs)


class StockRun:
    """A strategy with a model, as Freqtrade's backtesting builds them; `freqai` overlays the options."""

    def __init__(
        self,
        user_data: Path,
        datadir: Path,
        *,
        strategy: type[StockStrategy] = StockStrategy,
        model: type[IFreqaiModel] = LightGBMClassifier,
        timerange: str = "20240205-20240209",
        pairs: Sequence[str] = (PAIR, "ETH/USDT"),
        **freqai: Any,
    ) -> None:
        options = copy.deepcopy(FREQAI)
        for name, value in freqai.items():
            options[name] = options[name] | value if isinstance(value, dict) and name in options else value
        self.config: dict[str, Any] = {
            "timeframe": "1h",
            "stake_currency": "USDT",
            "exchange": {"name": "binance", "pair_whitelist": list(pairs)},
            "freqai": options,
            "config_files": [str(user_data / "config.json")],
            "user_data_dir": user_data,
            "datadir": datadir,
            "dataformat_ohlcv": "feather",
            "candle_type_def": CandleType.SPOT,
            "startup_candle_count": strategy.startup_candle_count,
            "timerange": timerange,
            "runmode": RunMode.BACKTEST,
        }
        self.strategy: Any = strategy(self.config)
        self.strategy.dp = DataProvider(self.config, None)
        self.strategy.freqai = model(self.config)

    @property
    def models(self) -> Path:
        """FreqAI's folder of the identifier."""
        return Path(self.strategy.freqai.full_path)

    def candles(self, pair: str = PAIR) -> pd.DataFrame:
        timerange = TimeRange.parse_timerange(self.config["timerange"])
        timerange.subtract_start(self.config["freqai"]["train_period_days"] * 86400 + 20 * 3600)
        frame = read_candles(self.config["datadir"], pair, "1h")
        keep = (frame["date"] >= timerange.startdt) & (frame["date"] <= timerange.stopdt)
        return frame[keep].reset_index(drop=True)

    def indicators(self, pair: str = PAIR) -> pd.DataFrame:
        """What the strategy gets back, from the first candle of the timerange on."""
        frame = self.strategy.advise_indicators(self.candles(pair), {"pair": pair})
        start = TimeRange.parse_timerange(self.config["timerange"]).startdt
        return frame[frame["date"] >= start].reset_index(drop=True)


def read_candles(datadir: Path, pair: str, timeframe: str) -> pd.DataFrame:
    return pd.read_feather(datadir / f"{pair.replace('/', '_')}-{timeframe}.feather")


class LiveRun:
    """A strategy with its model in dry-run mode; time stands still until `advance`.

    Only the exchange, the clock and the training thread are replaced. This object is the strategy's data
    provider: it shows candles that closed by `now`, and on disk are those before the start. FreqAI's
    training thread is not started; `train` does what it does.
    """

    runmode = RunMode.DRY_RUN

    def __init__(self, run: Any, monkeypatch: Any, now: str = "2024-03-01") -> None:
        self.config, self.strategy, self.freqai = run.config, run.strategy, run.strategy.freqai
        self.now = pd.Timestamp(now, tz="UTC")
        self.config["runmode"] = RunMode.DRY_RUN
        self.config.pop("timerange")
        self._candles = {file.name: pd.read_feather(file) for file in self.config["datadir"].iterdir()}
        self.config["datadir"] = self.config["user_data_dir"] / "data"
        self.config["datadir"].mkdir(parents=True)
        for name, frame in self._candles.items():
            self._closed(frame, name.split("-")[1].removesuffix(".feather")).to_feather(
                self.config["datadir"] / name
            )
        self.strategy.dp = self
        self.freqai.scanning = True  # the thread would start here
        live = self

        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return live.now.to_pydatetime()

        monkeypatch.setattr("freqtrade.freqai.data_kitchen.datetime", Clock)

    def current_whitelist(self) -> list[str]:
        return self.config["exchange"]["pair_whitelist"]

    def get_pair_dataframe(self, pair: str, timeframe: str, candle_type: str = "") -> pd.DataFrame:
        frame = self._candles[f"{pair.replace('/', '_')}-{timeframe}.feather"]
        return self._closed(frame, timeframe).tail(1000).reset_index(drop=True)

    def _closed(self, frame: pd.DataFrame, timeframe: str) -> pd.DataFrame:
        return frame[frame["date"] + timeframe_delta(timeframe) <= self.now].reset_index(drop=True)

    def advance(self, candles: int = 1) -> None:
        self.now += timedelta(seconds=candles * self.freqai.base_tf_seconds)

    def indicators(self, pair: str = PAIR, candles: int = 300) -> pd.DataFrame:
        """What the bot does for each new candle."""
        frame = self.get_pair_dataframe(pair, self.config["timeframe"]).tail(candles)
        return self.strategy.advise_indicators(frame.reset_index(drop=True), {"pair": pair})

    def train(self, pair: str = PAIR) -> None:
        """What FreqAI's training thread does for a pair whose model is due."""
        if not self.freqai.dd.historic_data:
            self.indicators(pair)  # the bot analyses once before the thread starts
        self.freqai.dd.get_pair_dict_info(pair)
        kitchen = FreqaiDataKitchen(self.config, True, pair)
        _, window, load = kitchen.check_if_new_training_required(0)
        kitchen.set_paths(pair, window.stopts)
        self.freqai.extract_data_and_train_model(window, pair, self.strategy, kitchen, load)
