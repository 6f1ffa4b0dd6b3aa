"""`auriga verdict`: whether the regime split of a backtest pays."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from auriga.evaluation import Verdict


def verdict(
    result: Annotated[str, typer.Argument(help="Result zip, or its folder, or latest")] = "latest",
    full: Annotated[
        bool, typer.Option("--full/--quick", help="Every window and row, or a preview on a part of them")
    ] = True,
    userdir: Annotated[Path, typer.Option(help="As in the backtest")] = Path("user_data"),
    datadir: Annotated[
        Path | None, typer.Option(help="Candles of the backtest [userdir/data/EXCHANGE]")
    ] = None,
    strategy: Annotated[str, typer.Option(help="Which strategy of the result")] = "RegimeStrategy",
    fresh: Annotated[bool, typer.Option("--fresh", help="Do not use or keep earlier predictions")] = False,
) -> None:
    """Train one model per regime and what it must beat on the backtest's windows, and judge the split.

    A full verdict takes about as long as the backtest's training several times over. Interrupted, it goes on
    where it was.
    """
    from auriga.host import read_backtest, verdict_of

    place = userdir / "backtest_results" if result == "latest" else Path(result)
    found = read_backtest(place, strategy)
    candles = datadir or userdir / "data" / str(found.config.get("exchange", {}).get("name", "binance"))
    logging.getLogger("auriga").addHandler(logging.StreamHandler())  # what is left out or made anew
    console = Console(highlight=False, soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("features, then windows", total=None)
        judged = verdict_of(
            found, candles, sample="full" if full else "quick", userdir=userdir, cache=not fresh,
            on_progress=lambda done, of: progress.update(task, completed=done, total=of),
        )  # fmt: skip
    wide = Console(width=None if console.is_terminal else 160, highlight=False)
    for table in verdict_tables(judged):
        wide.print(table)
    for reason in judged.reasons:
        console.print(f"- {reason}")
    if judged.sample:
        console.print(f"Preview on {judged.sample}. All of it: auriga verdict --full")
    console.print(f"[bold]{judged.sentence}[/]")


def verdict_tables(judged: "Verdict") -> tuple[Table, Table]:
    """Everybody's scores, and what the experts are ahead of each."""
    title = (
        f"{judged.n_rows:,} predictions of {judged.n_windows} of {judged.n_windows_of} windows, "
        f"{judged.n_days} days (95 % intervals)"
    )
    scores = Table("model", "AUC", "log-loss saved against a constant, 1e-5 nats", title=title)
    for _, row in judged.variants.iterrows():
        scores.add_row(row["title"], _interval(row, "auc", ".4f"), _interval(row, "skill", "+.0f"))
    ahead = Table("experts against", "AUC, 1e-4", "log-loss saved, 1e-5 nats", title="above zero is better")
    for _, row in judged.differences.iterrows():
        ahead.add_row(row["title"], _interval(row, "auc", "+.0f"), _interval(row, "skill", "+.0f"))
    return scores, ahead


def _interval(row: "pd.Series[float]", name: str, form: str) -> str:
    estimate = next(row[key] for key in (name, f"{name}_1e5", f"{name}_1e4") if key in row)
    return f"{estimate:{form}} \\[{row[f'{name}_low']:{form}}, {row[f'{name}_high']:{form}}]"
