"""`auriga features`: which features the models of the regimes use, and a list of those worth keeping."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from auriga.cli._options import CONFIGS, Configs, DataDir, UserDir
from auriga.errors import ParameterError

if TYPE_CHECKING:
    from auriga.evaluation import Selection
from auriga.typing import Regime
from auriga.wording import counted


def features(
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    datadir: DataDir = None,
    timerange: Annotated[str | None, typer.Option(help="Range to be backtested afterwards")] = None,
    until: Annotated[
        str | None, typer.Option(help="Use candles before this day [start of the timerange]")
    ] = None,
    windows: Annotated[int, typer.Option(min=1, help="Training windows")] = 4,
    step_days: Annotated[
        int | None, typer.Option(min=1, help="Days between their ends [training period / windows]")
    ] = None,
    train_days: Annotated[
        int | None, typer.Option(min=1, help="Days of a window [freqai.train_period_days]")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Places that features compete for in each window")] = 60,
    max_correlation: Annotated[
        float, typer.Option(help="Of two features above this rank correlation the more important one stays")
    ] = 0.95,
    min_stability: Annotated[float, typer.Option(help="Share of windows in which a place must be won")] = 0.5,
    write: Annotated[Path | None, typer.Option(help="Write the list as an overlay for a second -c")] = None,
    rows: Annotated[int, typer.Option(min=1, help="Rows of the table")] = 40,
) -> None:
    """Select features before a backtest: importance in each regime's model, correlation, stability."""
    from auriga.evaluation import select_features
    from auriga.host.evidence import feature_evidence, selection_end
    from auriga.host.setup import load_config

    loaded = load_config(config, userdir=userdir, datadir=datadir)
    end = selection_end(until, timerange or loaded.get("timerange"))
    console = Console(highlight=False, soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("compute features, train", total=windows)
        evidence = feature_evidence(
            loaded, until=end, windows=windows, step_days=step_days, train_days=train_days,
            on_window=lambda number, of: progress.update(task, completed=number),
        )  # fmt: skip
    selection = select_features(
        evidence.gains, evidence.values, top=top, max_correlation=max_correlation, min_stability=min_stability
    )
    for line in evidence.failed:
        console.print(f"[yellow]not trained: {escape(line)}[/]")
    first, last = (
        pd.Timestamp(moment, unit="ms") for moment in (evidence.spans[0][0], evidence.spans[-1][1])
    )
    title = (
        f"{selection.kept.sum()} of {counted(len(evidence.names), 'feature')} kept, from "
        f"{counted(len(evidence.spans), 'window')} "
        f"between {first:%Y-%m-%d} and {last:%Y-%m-%d}"
    )
    Console(width=None if console.is_terminal else 160).print(
        selection_table(evidence.names, selection, rows=rows, title=title)
    )
    if write:
        write_overlay(write, evidence.names, selection)
        files = " -c ".join(map(str, [*config, write]))
        console.print(f"Written to {write}. Use it with: -c {files}", markup=False)


def selection_table(names: tuple[str, ...], selection: "Selection", *, rows: int, title: str) -> Table:
    """Return the most important features with their share of each model and what became of them."""
    from auriga.host.evidence import MODELS

    models = ["base" if regime == Regime.UNKNOWN else regime.label for regime in MODELS]
    table = Table("feature", "all", *models, "stability", "kept", title=title)
    for feature in selection.ranked()[:rows]:
        twin = selection.twin[feature]
        fate = (
            f"no: as {names[twin]}" if twin >= 0 else "yes" if selection.kept[feature] else "no: rarely used"
        )
        table.add_row(
            names[feature],
            f"{selection.importance[feature]:.2%}",
            *(f"{share:.2%}" for share in selection.by_model[:, feature]),
            f"{selection.stability[feature]:.0%}",
            fate,
        )
    return table


def write_overlay(file: Path, names: tuple[str, ...], selection: "Selection") -> None:
    """Write a configuration overlay with the features that are kept, in the order of the columns.

    Raises
    ------
    ParameterError
        If none is kept.
    """
    keep = [name for name, kept in zip(names, selection.kept, strict=True) if kept]
    if not keep:
        raise ParameterError("no feature is kept; lower --min-stability or raise --top")
    file.write_text(json.dumps({"regime": {"features": {"keep": keep}}}, indent=1) + "\n")
