"""`auriga backtest`: the main job on the offline exchange, from download to picture."""

import re
import shlex
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from auriga.cli._offline import offline_exchange
from auriga.cli._screen import Screen
from auriga.errors import AurigaError, ParameterError, clause

_FOLDERS = ("backtest_results", "data", "logs", "models", "plot", "strategies")
_TIMEFRAMES = ("5m", "15m", "1h", "4h", "1d")
_ON_BINANCE = """
The same on Binance, with real candles:
  freqtrade download-data -c {config} --timeframes 5m 15m 1h 4h --timerange {fast:%Y%m%d}-
  freqtrade download-data -c {config} --timeframes 1d --timerange {slow:%Y%m%d}- --prepend
  freqtrade backtesting -c {config} --timerange {timerange}
On paper, live: freqtrade trade -c {config} --dry-run"""
_TRAINING = timedelta(days=365)
_START_UP = timedelta(days=45)  # 240 candles of 4h, the slowest feature timeframe
_SLOW_START_UP = timedelta(days=245)  # 240 daily candles


@dataclass(frozen=True)
class OfflineJob:
    """Where the candles come from, what is backtested and where everything lands."""

    candles: Path | None
    market: str
    timerange: str
    history: str
    config: Path
    userdir: Path

    @property
    def name(self) -> str:
        """Folder name of the candles: two sources never mix."""
        return "recorded" if self.candles else f"simulated-{self.market}"

    @property
    def caption(self) -> str:
        """What the picture and the last line say of the candles."""
        return "recorded candles" if self.candles else f"simulated market '{self.market}'"

    @property
    def source(self) -> list[str]:
        """Options of `auriga exchange`."""
        return ["--candles", str(self.candles)] if self.candles else ["--market", self.market]

    @property
    def datadir(self) -> Path:
        """Folder of the downloaded candles."""
        return self.userdir / "data" / self.name

    @property
    def log(self) -> Path:
        """Everything Freqtrade printed."""
        return self.userdir / "logs" / "backtest.log"

    @property
    def overlay(self) -> Path:
        """Configuration overlay of the running exchange."""
        return self.userdir / "exchange.json"

    @property
    def report_line(self) -> str:
        """Command that writes the page of the latest result."""
        return f"auriga report -c {self.config} --userdir {self.userdir} --datadir {self.datadir}"

    def prepare(self) -> None:
        """Make the workplace; a leftover overlay of a killed run must not look like a ready exchange."""
        if not re.fullmatch(r"\d{8}-\d{8}", self.timerange):
            raise ParameterError(f"timerange {self.timerange!r} must look like 20250301-20250412")
        for folder in _FOLDERS:
            (self.userdir / folder).mkdir(parents=True, exist_ok=True)
        self.overlay.unlink(missing_ok=True)

    def run_freqtrade(self, screen: Screen, command: str, *options: str) -> None:
        """Run one stock command on the offline exchange."""
        from auriga.host.setup import run_freqtrade

        files = ["-c", str(self.config), "-c", str(self.overlay)]
        places = ["--userdir", str(self.userdir), "--datadir", str(self.datadir)]
        run_freqtrade([command, *files, *places, *options], log=self.log, on_line=screen.on_line)

    def download(self, screen: Screen) -> None:
        """Stock download of every timeframe, from `history` to the end of the timerange."""
        span = f"{self.history}-{self.timerange.split('-')[1]}"
        self.run_freqtrade(screen, "download-data", "--timeframes", *_TIMEFRAMES, "--timerange", span)

    def backtest(self, screen: Screen) -> None:
        """Stock backtest; predictions of an earlier run are used again, results are not."""
        options = ("--timerange", self.timerange, "--export", "signals", "--cache", "none")
        self.run_freqtrade(screen, "backtesting", *options)

    def sentences(self) -> list[str]:
        """What the latest result came to; empty where it cannot be said, which ends nothing."""
        from auriga.host.holding import compare_with_holding, five_sentences
        from auriga.host.results import read_backtest

        try:
            result = read_backtest(self.userdir / "backtest_results")
            return five_sentences(result, self.datadir, compare_with_holding(result, self.datadir))
        except AurigaError as error:
            return [f"It cannot be compared with holding: {clause(error)}"]

    def draw(self) -> Path:
        """Draw the picture of the latest result."""
        from auriga.host.results import read_backtest
        from auriga.host.setup import load_config
        from auriga.report import draw_backtest
        from auriga.settings import parse_settings

        config = load_config([self.config], userdir=self.userdir, datadir=self.datadir)
        return draw_backtest(
            read_backtest(self.userdir / "backtest_results"),
            self.datadir,
            parse_settings(config.get("regime", {})),
            self.userdir / "plot" / f"backtest-{self.name}.png",
            timeframe=config["timeframe"],
            caption=self.caption,
        )


def backtest(
    candles: Annotated[
        Path | None, typer.Option(help="Folder of recorded feather candles instead of a simulated market")
    ] = None,
    market: Annotated[str, typer.Option(help="Simulated market: easy, standard, hard or noise")] = "standard",
    timerange: Annotated[str, typer.Option(help="Range of the backtest")] = "20250301-20250412",
    history: Annotated[str, typer.Option(help="First day to download")] = "20230701",
    config: Annotated[Path, typer.Option("--config", "-c")] = Path("config.json"),
    userdir: Annotated[Path, typer.Option(help="Workplace, apart from your own user_data")] = Path(
        "user_data/offline"
    ),
) -> None:
    """Backtest per-regime models with stock Freqtrade on the offline exchange; a second run reuses all."""
    job = OfflineJob(candles, market, timerange, history, config, userdir)
    console = Console(highlight=False, soft_wrap=True)
    try:
        screen, picture = _run(job, console)
    except KeyboardInterrupt:
        console.print("Interrupted. Nothing is lost: the same command goes on from here.")
        raise typer.Exit(130) from None
    for line in job.sentences():
        console.print(line, markup=False)
    print("\n".join(screen.tables))
    console.print(f"Candles: {job.caption}. Picture: {picture}. Log: {job.log}.", markup=False)
    console.print(
        f"One page about it, with a verdict on the split (a minute):\n  {job.report_line}", markup=False
    )
    console.print(lines_for_binance(timerange, job.config))


def lines_for_binance(timerange: str, config: Path = Path("config.json")) -> str:
    """Return the commands that do the same on the real exchange, with enough history for this timerange.

    Examples
    --------
    >>> lines_for_binance("20250301-20250412").splitlines()[2].split()[-1]
    '20240116-'
    """
    start = datetime.strptime(timerange.split("-")[0], "%Y%m%d") - _TRAINING
    slow, quoted = start - _SLOW_START_UP, shlex.quote(str(config))
    return _ON_BINANCE.format(fast=start - _START_UP, slow=slow, timerange=timerange, config=quoted)


def _run(job: OfflineJob, console: Console) -> tuple[Screen, Path]:
    job.prepare()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        screen = Screen(console, progress)
        screen.step("start the offline exchange")
        with offline_exchange(job.source, job.overlay):
            screen.step("download candles")
            job.download(screen)
            screen.step("prepare features")
            job.backtest(screen)
        screen.step("draw the picture")
        return screen, job.draw()
