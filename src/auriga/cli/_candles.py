"""`auriga candles`: what is wrong with downloaded candles."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from auriga.candles import CandleReport, inspect_candles
from auriga.errors import CandleError


def candles(
    folder: Annotated[Path, typer.Argument(help="Folder of feather files, such as user_data/data/binance")],
) -> None:
    """Report holes and damage in downloaded candles; exit code 1 when a file cannot be used."""
    files = sorted(folder.glob("*-*.feather"))
    if not files:
        raise CandleError(f"no candle files in {folder}; freqtrade download-data writes them there")
    table = Table("file", "candles", "first", "last", "report")
    usable = True
    for file in files:
        frame = pd.read_feather(file)
        report = inspect_candles(frame, file.stem.rsplit("-", 1)[1])
        usable &= report.usable
        table.add_row(file.name, *_cells(frame, report))
    Console().print(table)
    if not usable:
        raise typer.Exit(1)


def _cells(frame: pd.DataFrame, report: CandleReport) -> tuple[str, str, str, str]:
    style = "green" if not report.findings else "yellow" if report.usable else "bold red"
    span = [f"{frame['date'].iloc[i]:%Y-%m-%d %H:%M}" if len(frame) else "" for i in (0, -1)]
    return str(len(frame)), span[0], span[1], f"[{style}]{report}[/]"
