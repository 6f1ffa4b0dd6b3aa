"""Stock Freqtrade commands as children, each with an overlay of its own in a fresh folder."""

import json
import re
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.speed._candles import Candles
from benchmarks.speed._overlays import ROOT, Arm, Json, run_config
from benchmarks.speed._process import Usage, run_child

_TRAINED = re.compile(r": trained on |Done training")


@dataclass(frozen=True)
class Case:
    """What a backtest trains on; the same for both arms unless `trees` says otherwise."""

    train_days: int
    test_days: int
    backtest_days: int = 7
    trees: Json | None = None
    regime: Json | None = None

    @property
    def windows(self) -> int:
        """Trainings of each pair."""
        return -(-self.test_days // self.backtest_days)


@dataclass(frozen=True)
class Workplace:
    """Where children run: configuration, candles, the overlay of the offline exchange, time limit."""

    folder: Path
    shipped: Json
    candles: Candles
    exchange: Path
    timeout: float = 900
    usages: dict[str, Usage] = field(default_factory=dict)

    def backtest(self, name: str, arm: Arm, case: Case) -> Usage:
        """Backtest in the user folder `name`; a name used before finds its cached predictions."""
        userdir = self.folder / name
        extra = ["--timerange", self.candles.timerange(case.test_days), "--cache", "none"]
        return self.freqtrade("backtesting", extra, userdir, arm, case, f"{name}.log")

    def freqtrade(
        self, command: str, extra: list[str], userdir: Path, arm: Arm, case: Case, log: str
    ) -> Usage:
        """Run any stock command and return what it took."""
        arguments = self.arguments(command, userdir, arm, case)
        return self.python(["-m", "freqtrade", *arguments, *extra], log)

    def python(self, arguments: list[str], log: str) -> Usage:
        """Run Python as a child; what it took is remembered under `log` and saved to `usages.json`."""
        usage = run_child([sys.executable, *arguments], log=self.folder / log, timeout=self.timeout, cwd=ROOT)
        self.usages[log] = usage
        saved = {name: asdict(taken) for name, taken in self.usages.items()}
        (self.folder / "usages.json").write_text(json.dumps(saved, indent=1))
        return usage

    def arguments(self, command: str, userdir: Path, arm: Arm, case: Case) -> list[str]:
        """Write the arm's configuration into its user folder; return the command line up to it."""
        for name in ("backtest_results", "models", "hyperopt_results"):
            (userdir / name).mkdir(parents=True, exist_ok=True)
        config = run_config(
            self.shipped,
            arm,
            trees=case.trees,
            train_days=case.train_days,
            backtest_days=case.backtest_days,
            regime=case.regime,
        )
        file = userdir / "config.json"
        file.write_text(json.dumps(config, indent=1))
        files = ["-c", str(file), "-c", str(self.exchange)]
        return [command, *files, "--userdir", str(userdir), "--datadir", str(self.candles.folder)]

    def models(self, name: str, arm: Arm) -> Path:
        """FreqAI's folder of a run."""
        return self.folder / name / "models" / f"speed-{arm}"

    def trainings(self, log: str) -> int:
        """How many lines of a log tell of a training."""
        return len(_TRAINED.findall((self.folder / log).read_text(errors="replace")))
