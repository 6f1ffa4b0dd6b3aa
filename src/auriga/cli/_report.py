"""`auriga report`: one page about one backtest."""

import webbrowser
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from auriga.cli._options import CONFIGS, Configs, DataDir, OfStrategy, UserDir
from auriga.errors import ParameterError, clause

if TYPE_CHECKING:
    from auriga.report import ReportData

LATEST = "latest"


class Judge(StrEnum):
    """How the split is judged: on some of the windows, on all of them, or not."""

    QUICK = "quick"
    FULL = "full"
    NONE = "none"


def report(
    result: Annotated[str, typer.Argument(help="Result zip of a backtest, or 'latest'")] = LATEST,
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    datadir: DataDir = None,
    strategy: OfStrategy = None,
    verdict: Annotated[
        Judge, typer.Option(help="Judge the split on some windows, on all (minutes), or not at all")
    ] = Judge.QUICK,
    trials: Annotated[
        int, typer.Option(min=0, help="Tries that left no trace here, added to those that did")
    ] = 0,
    candles: Annotated[
        str, typer.Option(help="What candles these are, said on the page, as 'simulated market standard'")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="HTML file [default: plot/<result>-report.html in the userdir]"),
    ] = None,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser")] = False,
) -> None:
    """Write one HTML page about a backtest: earnings, trades, predictions, regimes, the verdict."""
    if output and output.suffix.lower() not in (".html", ".htm"):
        raise ParameterError(f"--output {output} must end in .html")
    console = Console(highlight=False, soft_wrap=True)
    try:
        target, data, failures = _written(
            console, result, config, userdir, datadir, strategy, verdict, trials, candles, output
        )
    except KeyboardInterrupt:
        console.print("Interrupted; no page was written. What was trained is kept for the next run.")
        raise typer.Exit(130) from None
    print_report(console, data, target, failures)
    if open_:
        webbrowser.open(target.resolve().as_uri())


def _written(
    console: Console,
    result: str,
    config: list[Path],
    userdir: Path | None,
    datadir: Path | None,
    strategy: str | None,
    verdict: Judge,
    trials: int,
    candles: str,
    output: Path | None,
) -> tuple[Path, "ReportData", tuple[str, ...]]:
    from auriga.host.results import find_result, read_backtest
    from auriga.host.setup import load_config
    from auriga.report import gather_report, require_packages

    require_packages()
    loaded = load_config(config, userdir=userdir, datadir=datadir)
    home: Path = loaded["user_data_dir"]
    found = find_result(result, home / "backtest_results")
    backtest = read_backtest(found, strategy or loaded["strategy"])
    target = output or home / "plot" / f"{backtest.path.stem}-report.html"
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        steps = Steps(console, progress)
        data = gather_report(
            backtest, loaded["datadir"], home, verdict=verdict.value, more_trials=trials, candles=candles,
            on_step=steps,
        )  # fmt: skip
        steps("write the page", 0, 0)
        failures = _write(data, target)
        steps.finish()
    return target, data, failures


def _write(data: "ReportData", target: Path) -> tuple[str, ...]:
    from auriga.report import write_report

    try:
        return write_report(data, target)
    except OSError as error:
        raise ParameterError(f"no page could be written to {target}: {clause(error)}") from None


class Steps:
    """One progress line a step; where nothing can move, each step is printed once."""

    def __init__(self, console: Console, progress: Progress) -> None:
        self._console, self._progress = console, progress
        self._said, self._task = "", progress.add_task("", visible=False)

    def __call__(self, said: str, done: int, of: int) -> None:
        """Show a step, and how far it is."""
        if said != self._said:
            self.finish()
            self._said, self._task = said, self._progress.add_task(said, total=None)
            if not self._console.is_terminal:
                self._console.print(said)
        self._progress.update(self._task, total=of or None, completed=done)

    def finish(self) -> None:
        """End the current step."""
        self._progress.update(self._task, total=1, completed=1)


def print_report(console: Console, data: "ReportData", target: Path, failures: tuple[str, ...] = ()) -> None:
    """Print the headline, what is missing or failed, the verdict and where the page is."""
    from auriga.report import headline_lines, verdict_line

    print_lines(console, headline_lines(data))
    for name, why in data.missing.items():
        if name != "verdict":
            console.print(f"{name}: {why}", style="yellow", markup=False)
    for failure in failures:
        console.print(failure, style="yellow", markup=False)
    console.print(verdict_line(data), style="bold", markup=False)
    console.print(f"Report: {target}", markup=False)


def print_lines(console: Console, lines: list[str]) -> None:
    """Print lines whose brackets are nobody's markup."""
    for line in lines:
        console.print(line, markup=False)
