"""`auriga compare`: backtest results side by side."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from rich.console import Console

from auriga.cli._compare_screen import print_comparison
from auriga.cli._options import CONFIGS, Configs, DataDir, UserDir
from auriga.quiet import quiet_log

if TYPE_CHECKING:
    from auriga.host.evidence import Comparison
    from auriga.host.results import BacktestResult


@quiet_log(logging.WARNING)  # what Freqtrade says of missing candles stands among the notes
def compare(
    results: Annotated[
        list[str],
        typer.Argument(help="Result zips, their names in backtest_results, or 'latest'"),
    ],
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    datadir: DataDir = None,
    strategy: Annotated[
        list[str] | None,
        typer.Option(metavar="STRATEGY", help="Only these of each result [default: all in it]"),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Also write all to this CSV")] = None,
) -> None:
    """Compare backtest results: settings that differ, figures with intervals, skill of the predictions.

    A result of `--strategy-list` holds several strategies; each becomes a column. The first column is the one
    that the others are set against, day by day.
    """
    from auriga.host.evidence import compare_results
    from auriga.host.results import find_result, read_strategies
    from auriga.host.setup import load_config

    loaded = load_config(config, userdir=userdir, datadir=datadir)
    folder = loaded["user_data_dir"] / "backtest_results"
    read: list[BacktestResult] = []
    for name in results:
        read += read_strategies(find_result(name, folder), strategy)
    comparison = compare_results(read, loaded["user_data_dir"] / "models", loaded["datadir"])
    console = Console(highlight=False)
    print_comparison(console, comparison)
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        tidy(comparison).to_csv(output, index=False)
        console.print(f"Written to {output}", soft_wrap=True, markup=False)


def tidy(comparison: "Comparison") -> pd.DataFrame:
    """All of a comparison, one value a row: `section`, `name`, `result`, `value`, `low`, `high`."""
    parts = []
    for section, texts in (("fact", comparison.facts), ("setting", comparison.settings)):
        parts.append(_long(texts.rename_axis("name").reset_index(), section))
    figures = comparison.figures.stack(level=0, future_stack=True).reset_index()
    figures.columns = pd.Index(["name", "result", "value", "low", "high"])
    parts.append(figures.assign(section="figure"))
    apart = comparison.differences.rename(columns={"daily_bp": "value"}).rename_axis("result").reset_index()
    parts.append(apart.assign(section="difference", name="daily_bp"))
    together = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return together.reindex(columns=["section", "name", "result", "value", "low", "high"])


def _long(texts: pd.DataFrame, section: str) -> pd.DataFrame:
    return texts.melt(id_vars="name", var_name="result").assign(section=section)
