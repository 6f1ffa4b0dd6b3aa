"""`auriga backtest`: the main job on the offline exchange, from download to picture."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from auriga.errors import ExchangeError
from auriga.settings import parse_settings

_TRAINING = re.compile(r"Training (\S+), (\d+)/(\d+) pairs .* (\d+)/(\d+) trains")
_DOWNLOAD = re.compile(r"Download history data for \"?([^\",]+)\"?, ([^,]+),")
_FOLDERS = ("backtest_results", "data", "logs", "models", "plot", "strategies")

_ON_BINANCE = """
The same on Binance (candles of the real exchange, about 2 GB of memory and some patience):
  freqtrade download-data -c config.json --timeframes 5m 15m 1h 4h --timerange {start}-
  freqtrade download-data -c config.json --timeframes 1d --timerange {start_slow}-
  freqtrade backtesting -c config.json --timerange {timerange}
Trade on paper with: freqtrade trade -c config.json --dry-run
"""


@dataclass
class Screen:
    """What the user sees: one progress line, and the tables of Freqtrade when they come."""

    console: Console
    progress: Progress
    tables: list[str] = field(default_factory=list)
    task: TaskID | None = None
    said: str = ""

    def step(self, text: str) -> None:
        """Begin a new step."""
        if self.task is not None:
            self.progress.update(self.task, total=1, completed=1)
        self.task = self.progress.add_task(text, total=None)
        self._say(text)

    def _say(self, text: str) -> None:
        """Where no bar can move (a log file, CI), print each step once."""
        if not self.console.is_terminal and text != self.said:
            self.console.print(text, highlight=False)
            self.said = text

    def _describe(self, text: str, total: int | None = None, done: int | None = None) -> None:
        if self.task is not None:
            self.progress.update(self.task, description=text, total=total, completed=done)
        self._say(text)

    def on_line(self, line: str) -> None:
        """Move the progress bar by what Freqtrade logs; keep what is not log."""
        if match := _TRAINING.search(line):
            pair, pair_number, pairs, window, windows = match.groups()
            done = (int(pair_number) - 1) * int(windows) + int(window) - 1
            text = f"train and predict {pair}, window {window} of {windows}"
            self._describe(text, total=int(pairs) * int(windows), done=done)
        elif match := _DOWNLOAD.search(line):
            self._describe(f"download {match[1]} {match[2]}")
        elif " - auriga" in line and " - WARNING - " in line:
            self.console.print(line.split(" - WARNING - ", 1)[1], style="yellow", highlight=False)
        elif self.tables or line.startswith("Result for strategy"):
            self.tables.append(line)


@contextmanager
def offline_exchange(source: list[str], overlay: Path, patience: float = 60) -> Iterator[None]:
    """Run the offline exchange in a process of its own, and stop it whatever happens."""
    command = [
        sys.executable,
        "-m",
        "auriga.cli",
        "exchange",
        *source,
        "--port",
        "0",
        "--overlay",
        str(overlay),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        deadline = time.monotonic() + patience
        while not overlay.exists():
            if process.poll() is not None:
                said = process.stdout.read() if process.stdout else ""
                raise ExchangeError(f"the offline exchange did not start: {said.strip()}")
            if time.monotonic() > deadline:
                raise ExchangeError(f"the offline exchange did not answer within {patience:.0f} s")
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


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
    from auriga.host import load_config, read_backtest, run_freqtrade
    from auriga.report import draw_backtest

    name = "recorded" if candles else f"simulated-{market}"
    source = ["--candles", str(candles)] if candles else ["--market", market]
    console = Console()
    for folder in _FOLDERS:
        (userdir / folder).mkdir(parents=True, exist_ok=True)
    datadir, log = userdir / "data" / name, userdir / "logs" / "backtest.log"
    overlay = userdir / "exchange.json"
    overlay.unlink(missing_ok=True)
    common = ["-c", str(config), "-c", str(overlay), "--userdir", str(userdir), "--datadir", str(datadir)]
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        screen = Screen(console, progress)
        screen.step("start the offline exchange")
        with offline_exchange(source, overlay):
            screen.step("download candles")
            frames = ["--timeframes", "5m", "15m", "1h", "4h", "1d"]
            span = ["--timerange", f"{history}-{timerange.split('-')[1]}"]
            run_freqtrade(["download-data", *common, *frames, *span], log=log, on_line=screen.on_line)
            screen.step("prepare features")
            run_freqtrade(
                ["backtesting", *common, "--timerange", timerange, "--export", "signals", "--cache", "none"],
                log=log,
                on_line=screen.on_line,
            )
        screen.step("draw the picture")
        settings = parse_settings(load_config([config], userdir=userdir, datadir=datadir).get("regime", {}))
        result = read_backtest(userdir / "backtest_results")
        caption = "recorded candles" if candles else f"simulated market '{market}'"
        picture = draw_backtest(
            result, datadir, settings, userdir / "plot" / f"backtest-{name}.png", caption=caption
        )
    print("\n".join(screen.tables))
    console.print(f"Candles: {caption}. Picture: {picture}. Log: {log}.", highlight=False, soft_wrap=True)
    on_binance = _ON_BINANCE.format(start="20240101", start_slow="20230601", timerange=timerange)
    console.print(on_binance, highlight=False, soft_wrap=True)
