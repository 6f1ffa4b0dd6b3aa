"""Stock Freqtrade commands on recorded candles: one folder of models, a strategy folder for each variant."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from auriga.host.results import BacktestResult
from auriga.host.setup import run_freqtrade
from rig import EVERY_PREDICTION, merged
from studies.cache import ROOT, backtest_once, code_digest
from studies.trading._variants import Variant

TIMEFRAMES = ("5m", "15m", "1h", "4h", "1d")
Json = dict[str, Any]

_MODELS = ["--freqaimodel-path", str(ROOT / "freqaimodels")]
_PATHS = {
    "backtesting": _MODELS,
    "hyperopt": [*_MODELS, "--hyperopt-path", str(ROOT / "hyperopts")],
}
"""Folders that `config.json` names relative to the repository, for the commands that take them."""


_SHORT_HISTORY: Json = {"freqai": {"train_period_days": 20}}
"""The recorded futures candles of ETH begin three weeks before the quarter; a year would leave it out."""


@dataclass(frozen=True)
class Workplace:
    """Where Freqtrade works, with which exchange, candles and market.

    Attributes
    ----------
    folder : Path
        User folder of all runs: predictions are made once in it.
    exchange : Path
        Overlay of the running offline exchange.
    datadir : Path
        Candles in every timeframe.
    futures : bool
    """

    folder: Path
    exchange: Path
    datadir: Path
    futures: bool = False

    @property
    def pairs(self) -> list[str]:
        """Pairs of every run."""
        return [f"{coin}/USDT{':USDT' if self.futures else ''}" for coin in ("BTC", "ETH", "SOL")]

    @property
    def market(self) -> str:
        """Name of the market in tables and folders."""
        return "futures" if self.futures else "spot"

    def download(self, timerange: str) -> None:
        """Get the candles from the offline exchange unless they are there."""
        if not list(self.datadir.rglob("*.feather")):
            options = ["--timeframes", *TIMEFRAMES, "--timerange", timerange]
            self.run("download-data", None, *options)

    def strategy_folder(self, name: str, parameters: Json) -> Path:
        """Write a copy of the strategy with a parameter file of its own beside it."""
        folder = self.folder / "variants" / self.market / name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "strategies" / "RegimeStrategy.py", folder)
        file = folder / "RegimeStrategy.json"
        file.unlink(missing_ok=True)
        if parameters:
            content = {"strategy_name": "RegimeStrategy", "params": parameters, "ft_stratparam_v": 1}
            file.write_text(json.dumps(content, indent=2))
        return folder

    def run(self, command: str, variant: Variant | None, *options: str) -> Path:
        """Run a stock command for a variant; gives the folder of its strategy."""
        variant = variant or Variant("default", "default")
        strategies = self.strategy_folder(variant.name, variant.parameters)
        overlay = strategies / "overlay.json"
        own = {"regime": merged(EVERY_PREDICTION, variant.regime), "strategy_path": str(strategies)}
        overlay.write_text(json.dumps(own | (_SHORT_HISTORY if self.futures else {})))
        files = [ROOT / "config.json", *([ROOT / "configs" / "futures.json"] if self.futures else [])]
        configs = [word for file in (*files, self.exchange, overlay) for word in ("-c", str(file))]
        places = ["--userdir", str(self.folder), "--datadir", str(self.datadir), "--pairs", *self.pairs]
        run_freqtrade(
            [command, *configs, *places, *_PATHS.get(command, []), *options],
            log=self.folder / "logs" / f"{self.market}-{variant.name}-{command}.log",
        )
        return strategies

    def backtest(self, variant: Variant, timerange: str) -> BacktestResult:
        """Backtest a variant; a result that is there already is read again."""
        done = self.folder / "variants" / self.market / f"{code_digest((variant, timerange))}.txt"
        options = ("--timerange", timerange, "--cache", "none")
        result = backtest_once(
            done, self.folder / "backtest_results", lambda: self.run("backtesting", variant, *options)
        )
        wanted = pd.Timestamp(timerange.split("-")[1], tz="UTC")
        if wanted - result.end > pd.Timedelta(hours=1):  # Freqtrade backtests what there is, and says nothing
            raise SystemExit(f"candles in {self.datadir} end at {result.end}, before {wanted}")
        return result
