"""A small real FreqAI backtest in this process: Freqtrade's resolvers, data provider and loop."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from freqtrade.configuration import TimeRange
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode
from freqtrade.resolvers import StrategyResolver

from auriga.datasets import simulate_market
from auriga.host.reload import write_candles as write_spot_candles
from auriga.host.seals._places import place_folders

TIMEFRAMES = ("5m", "15m", "1h", "4h", "1d")


@pytest.fixture(scope="session", name="write_candles")
def write_candles_fixture() -> Callable[[Path, str, pd.DataFrame], None]:
    return write_candles


def write_candles(folder: Path, pair: str, candles: pd.DataFrame) -> None:
    """Candles of a pair in every timeframe, in Freqtrade's layout."""
    write_spot_candles(folder, pair, candles, TIMEFRAMES)


@pytest.fixture(scope="session")
def datadir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """About ten weeks of two simulated pairs."""
    folder = tmp_path_factory.mktemp("data")
    for seed, pair in enumerate(("BTC/USDT", "ETH/USDT")):
        market = simulate_market(72 * 288, market="easy", seed=seed, start="2024-01-01")
        write_candles(folder, pair, market.candles)
    return folder


def deep_merge(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """Overlay a configuration; None removes a key that is there, and is null where there is none."""
    merged = copy.deepcopy(base)
    for key, value in overlay.items():
        if value is None and key in merged:
            del merged[key]
            continue
        nested = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = deep_merge(merged[key], value) if nested else value
    return merged


SMALL = {
    "exchange": {"pair_whitelist": ["BTC/USDT", "ETH/USDT"]},
    "regime": {
        "timeframe": "4h",
        "moving_average": {"period": 40, "enter_level": 0.01, "exit_level": 0.005},
        "price_change": {"period": 20, "enter_level": 0.02, "exit_level": 0.01},
        "min_samples": 200,
    },
    "freqai": {
        "train_period_days": 14,
        "backtest_period_days": 7,
        "feature_parameters": {"include_timeframes": ["5m", "1h"], "indicator_periods_candles": [14]},
        "model_training_parameters": {"n_estimators": 10, "min_child_samples": 20},
    },
}


class FreqaiRun:
    """One strategy with its model, as Freqtrade's backtesting builds them."""

    def __init__(self, root: Path, user_data: Path, datadir: Path, overlay: dict[str, Any]) -> None:
        config = deep_merge(deep_merge(json.loads((root / "config.json").read_text()), SMALL), overlay)
        user_data.mkdir(parents=True, exist_ok=True)
        config |= {
            "config_files": [str(root / "config.json")],
            "strategy_path": overlay.get("strategy_path", str(root / "strategies")),
            "freqaimodel_path": overlay.get("freqaimodel_path", str(root / "freqaimodels")),
            "user_data_dir": user_data,
            "datadir": datadir,
            "timerange": config.get("timerange", "20240219-20240304"),
            "runmode": RunMode.BACKTEST,
            "candle_type_def": CandleType.SPOT,
            "dataformat_ohlcv": "feather",
        }
        self.config = config
        self.strategy = StrategyResolver.load_strategy(config)
        listed = SimpleNamespace(whitelist=list(config["exchange"]["pair_whitelist"]))
        self.strategy.dp = DataProvider(config, None, listed)
        self.strategy.load_freqAI_model()
        self.strategy.ft_bot_start()

    def candles(self, pair: str) -> pd.DataFrame:
        timerange = TimeRange.parse_timerange(self.config["timerange"])
        days = self.config["freqai"]["train_period_days"]
        timerange.subtract_start(days * 86400 + self.strategy.startup_candle_count * 300)
        frame = pd.read_feather(self.config["datadir"] / f"{pair.replace('/', '_')}-5m.feather")
        # As Freqtrade's `trim_dataframe`: the candle that opens at the end is still there.
        keep = (frame["date"] >= timerange.startdt) & (frame["date"] <= timerange.stopdt)
        return frame[keep].reset_index(drop=True)

    @property
    def place(self) -> Path:
        """Where the only kind of run under this identifier keeps its files."""
        (place,) = place_folders(self.strategy.freqai.full_path)
        return place

    def indicators(self, pair: str, frame: pd.DataFrame | None = None) -> pd.DataFrame:
        candles = self.candles(pair) if frame is None else frame
        return self.strategy.advise_indicators(candles, {"pair": pair})

    def backtest_rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        start = TimeRange.parse_timerange(self.config["timerange"]).startdt
        return frame[frame["date"] >= start].reset_index(drop=True)


@pytest.fixture
def freqai_run(root: Path, tmp_path: Path, datadir: Path) -> Callable[..., FreqaiRun]:
    """Factory of runs; the same `name` shares models and cached predictions."""

    def make(name: str = "run", *, data: Path | None = None, **overlay: Any) -> FreqaiRun:
        return FreqaiRun(root, tmp_path / name, data or datadir, overlay)

    return make
