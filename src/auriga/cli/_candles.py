"""`auriga candles`: what is wrong with downloaded candles."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from auriga.candles import (
    FUNDING,
    CandleFile,
    CandleFolder,
    CandleReport,
    Problem,
    inspect_candles,
    list_candle_files,
    read_candle_file,
    read_funding_rates,
)
from auriga.errors import CandleError, clause
from auriga.wording import counted

_WIDEST = 1000
_SILENT_KINDS = ("mark", "index")
"""Prices that nobody trades at: every candle of theirs is without volume."""


def candles(
    folder: Annotated[
        Path,
        typer.Argument(help="Folder of candle files, such as user_data/data/binance"),
    ],
) -> None:
    """Report holes and damage in downloaded candles; exit code 1 when a file cannot be used."""
    findings = _Findings()
    findings.add(list_candle_files(folder), "")
    findings.add_below(folder / "futures")
    findings.show(Console(soft_wrap=True, highlight=False))
    if not findings.seen:
        raise CandleError(_nothing(folder))
    if findings.wrong:
        raise typer.Exit(1)


def _nothing(folder: Path) -> str:
    """Where candles may be, for a folder without any."""
    below = [place for place in sorted(folder.iterdir()) if place.is_dir() and list_candle_files(place).files]
    remedy = f"there are some in {below[0]}" if below else "freqtrade download-data writes them there"
    return f"no candle files in {folder}; {remedy}"


@dataclass
class _Findings:
    """What there is to say of all files: a row for each sound one, a line for each other one."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def seen(self) -> bool:
        return bool(self.rows or self.wrong)

    def add(self, folder: CandleFolder, prefix: str) -> None:
        for file in folder.files:
            try:
                self.rows.append(_row(file, prefix))
            except CandleError as error:
                self.wrong.append(_of_file(error, file, prefix + file.path.name))
        self.wrong += [f"{prefix}{name}: {why}" for name, why in folder.misnamed.items()]
        for why, names in folder.left_out.items():
            self.left_out.append(f"left out ({why}): {', '.join(prefix + name for name in names)}")

    def add_below(self, folder: Path) -> None:
        """Add a folder in the folder; one that cannot be read does not end the files beside it."""
        if not folder.is_dir():
            return
        try:
            self.add(list_candle_files(folder), f"{folder.name}/")
        except CandleError as error:
            self.wrong.append(clause(error))

    def show(self, console: Console) -> None:
        if self.rows:
            _show_table(console, self.rows)
        for line in self.wrong:
            console.print(f"[bold red]{escape(line)}[/]")
        for line in self.left_out:
            console.print(f"[dim]{escape(line)}[/]")
        if self.wrong:
            every = counted(len(self.rows) + len(self.wrong), "file")
            console.print(f"{len(self.wrong)} of {every} cannot be used")


def _of_file(error: CandleError, file: CandleFile, name: str) -> str:
    """Name the file as it is listed, in the place of the path that some messages begin with."""
    text, path = clause(error), str(file.path)
    return f"{name}{text.removeprefix(path)}" if text.startswith(path) else f"{name}: {text}"


def _show_table(console: Console, rows: list[tuple[str, ...]]) -> None:
    """No name is cut: what reads a pipe gets a table as wide as its rows."""
    table = Table("file", "candles", "first", "last", "report")
    table.columns[0].no_wrap = True
    for row in rows:
        table.add_row(*row)
    if not console.is_terminal:
        unlimited = console.options.update(width=_WIDEST)
        console.width = max(console.width, Measurement.get(console, unlimited, table).maximum)
    console.print(table, soft_wrap=False)


def _row(file: CandleFile, prefix: str) -> tuple[str, ...]:
    """Cells of a file that can be used.

    Raises
    ------
    CandleError
        If it cannot.
    """
    frame, report = _funding(file) if file.kind == FUNDING else _inspected(file)
    text = "; ".join(filter(None, [report, file.misplaced])) or "no problem"
    style = "green" if text == "no problem" else "yellow"
    first, last = (f"{frame['date'].iloc[i]:%Y-%m-%d %H:%M}" for i in (0, -1))
    return escape(prefix + file.path.name), str(len(frame)), first, last, f"[{style}]{escape(text)}[/]"


def _funding(file: CandleFile) -> tuple[pd.DataFrame, str]:
    rates = read_funding_rates(file)
    if rates.empty:
        raise CandleError("no funding rates at all; download it again")
    return rates, ""


def _inspected(file: CandleFile) -> tuple[pd.DataFrame, str]:
    frame = read_candle_file(file)
    report = inspect_candles(frame, file.timeframe)
    if file.kind in _SILENT_KINDS:
        traded = tuple(found for found in report.findings if found.problem is not Problem.ZERO_VOLUME)
        report = CandleReport(report.candles, traded)
    if not report.usable:
        raise CandleError(f"{report}; download it again")
    return frame, str(report) if report.findings else ""
