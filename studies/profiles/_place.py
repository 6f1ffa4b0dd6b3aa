"""Where the runs take place: candles made from the recorded ones, an offline exchange, a user folder."""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from auriga.candles import resample_candles
from auriga.cli._offline import offline_exchange
from auriga.host.results import BacktestResult
from auriga.host.setup import run_freqtrade
from studies.cache import ROOT, backtest_once, code_digest
from studies.profiles._runs import SIX, Run

_FROM_5M = ("15m", "1h", "4h")
_FIRST_5M = pd.Timestamp("2022-10-01", tz="UTC")


def make_candles(source: Path, folder: Path, kind: str) -> None:
    """Write the candles of one kind of run, resampled from the recorded ones, unless they are there.

    For 4h: resampled from 1h; days before a 1d file begins come from 1h, too. For 5m: slower ones from 5m.
    """
    if list(folder.glob("*.feather")):
        return
    folder.mkdir(parents=True, exist_ok=True)
    for pair in SIX if kind == "4h" else SIX[:4]:
        name = pair.replace("/", "_")
        days = pd.read_feather(source / f"{name}-1d.feather")
        base = pd.read_feather(source / f"{name}-{'1h' if kind == '4h' else '5m'}.feather")
        if kind == "4h":
            early = resample_candles(base, "1d")
            days = pd.concat([early[early["date"] < days["date"].iloc[0]], days], ignore_index=True)
            frames = {"4h": resample_candles(base, "4h")}
        else:
            base = base[base["date"] >= _FIRST_5M].reset_index(drop=True)
            frames = {"5m": base} | {name: resample_candles(base, name) for name in _FROM_5M}
        for timeframe, frame in (frames | {"1d": days}).items():
            frame.to_feather(folder / f"{name}-{timeframe}.feather")


@dataclass(frozen=True)
class Place:
    """A user folder with candles of one kind.

    Attributes
    ----------
    folder : Path
        Everything is below.
    kind : {"4h", "5m"}
    """

    folder: Path
    kind: str

    @property
    def candles(self) -> Path:
        """Folder of the candles."""
        return self.folder / "data" / self.kind

    @property
    def exchange(self) -> Path:
        """Overlay of the running exchange."""
        return self.folder / f"exchange-{self.kind}.json"

    def open(self) -> AbstractContextManager[None]:
        """Run the offline exchange for these candles."""
        self.exchange.unlink(missing_ok=True)
        return offline_exchange(["--candles", str(self.candles), "--no-limits"], self.exchange, patience=600)

    def command(self, run: Run) -> list[str]:
        """The command of a run, after `freqtrade`; its overlay is written."""
        overlay = self.folder / "overlays" / f"{run.candles}-{run.name.replace(' ', '-')}.json"
        overlay.parent.mkdir(parents=True, exist_ok=True)
        pairs = {"max_open_trades": len(run.pairs), "exchange": {"pair_whitelist": list(run.pairs)}}
        paths = {"strategy_path": str(ROOT / "strategies"), "freqaimodel_path": str(ROOT / "freqaimodels")}
        overlay.write_text(json.dumps({**run.overlay, **pairs, **paths}, indent=1))
        files = (ROOT / run.config, self.exchange, overlay)
        configs = [word for file in files for word in ("-c", str(file))]
        places = ["--userdir", str(self.folder), "--datadir", str(self.candles)]
        return ["backtesting", *configs, *places, "--timerange", run.timerange, "--cache", "none"]

    def backtest(self, run: Run) -> BacktestResult:
        """Run it, unless a result with the same code and settings is there."""
        log = self.folder / "logs" / f"{run.candles}-{run.name.replace(' ', '-')}.log"
        return backtest_once(
            self.folder / "done" / f"{code_digest(run)}.txt",
            self.folder / "backtest_results",
            lambda: run_freqtrade(self.command(run), log=log),
        )
