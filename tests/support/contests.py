"""Backtest results for a verdict, made without a backtest: their settings, and simulated candles."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
from tests.support.freqai_runs import SMALL, deep_merge, write_candles

from auriga.datasets import MarketParameters, simulate_market
from auriga.host.results import BacktestResult

PAIRS = ("BTC/USDT", "ETH/USDT")
DAYS = 84


def market(*, effect: float, bear_effect: float, drift: float) -> MarketParameters:
    """Bull and bear stretches of eight days, with what momentum does in each."""
    stay, leave = 7 / 8, 1 / 8
    return MarketParameters(
        transition=((stay, 0.0, leave), (0.5, 0.0, 0.5), (leave, 0.0, stay)),
        daily_drift=(-drift, 0.0, drift),
        momentum_effect=(bear_effect, 0.0, effect),
        volume_effect=(0.0, 0.0, 0.0),
        daily_volatility=0.01,
    )


def write_markets(folder: Path, parameters: MarketParameters) -> Path:
    for seed, pair in enumerate(PAIRS):
        simulated = simulate_market(DAYS * 288, market=parameters, seed=seed, start="2024-01-01")
        write_candles(folder, pair, simulated.candles)
    return folder


CONTEST = {
    "regime": {
        "rules": ["price_change"],
        "price_change": {"period": 6, "enter_level": 0.012, "exit_level": 0.004},
        "confirm_candles": 1,
        "min_dwell": 3,
        "scheme": "hard",
        "pairs": "all",
    },
    "freqai": {
        "train_period_days": 35,
        "backtest_period_days": 7,
        "model_training_parameters": {"n_estimators": 20, "learning_rate": 0.1, "colsample_bytree": 1.0},
    },
}


def made_result(root: Path, userdir: Path, **overlay: Any) -> BacktestResult:
    """What `read_backtest` gives for a backtest with these settings, as far as a verdict reads it."""
    config = deep_merge(json.loads((root / "config.json").read_text()), SMALL)
    config = deep_merge(deep_merge(config, CONTEST), overlay)
    config |= {"strategy_path": str(root / "strategies"), "freqaimodel_path": str(root / "freqaimodels")}
    path = userdir / "backtest_results" / "backtest-result-2024-04-01_00-00-00.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    stats = {
        "trades": [],
        "strategy_name": "RegimeStrategy",
        "freqaimodel": config["freqaimodel"],
        "timeframe": "5m",
        "timerange": "20240221-20240324",
        "pairlist": list(PAIRS),
        "backtest_start": "2024-02-21 00:00:00",
        "backtest_end": "2024-03-24 00:00:00",
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{path.stem}_config.json", json.dumps(config))
        archive.writestr(f"{path.stem}.json", json.dumps({"strategy": {"RegimeStrategy": stats}}))
    (path.parent / ".last_result.json").write_text(json.dumps({"latest_backtest": path.name}))
    return BacktestResult(path, pd.DataFrame(), stats)
