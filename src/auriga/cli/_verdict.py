"""`auriga verdict`: whether the regime split of a backtest pays."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from auriga.cli._options import CONFIGS, Configs, DataDir, OfStrategy, UserDir

if TYPE_CHECKING:
    from auriga.evaluation import Verdict


def verdict(
    result: Annotated[str, typer.Argument(help="Result zip of a backtest, or 'latest'")] = "latest",
    config: Configs = CONFIGS,
    full: Annotated[
        bool, typer.Option("--full/--quick", help="Every window and row, or a preview on a part of them")
    ] = True,
    userdir: UserDir = None,
    datadir: DataDir = None,
    strategy: OfStrategy = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Do not use or keep earlier predictions")] = False,
) -> None:
    """Train one model per regime and what it must beat on the backtest's windows, and judge the split.

    A full verdict takes about as long as the backtest's training several times over. Interrupted, it goes on
    where it was.
    """
    console = Console(highlight=False, soft_wrap=True)
    try:
        judged = _judged(console, result, config, userdir, datadir, strategy, full=full, fresh=fresh)
    except KeyboardInterrupt:
        console.print("Interrupted. Finished windows are kept; the same command goes on from here.")
        raise typer.Exit(130) from None
    print_verdict(console, judged)


def _judged(
    console: Console,
    result: str,
    config: list[Path],
    userdir: Path | None,
    datadir: Path | None,
    strategy: str | None,
    *,
    full: bool,
    fresh: bool,
) -> "Verdict":
    from auriga.host.results import find_result, read_backtest
    from auriga.host.setup import load_config
    from auriga.host.verdict import verdict_of

    loaded = load_config(config, userdir=userdir, datadir=datadir)
    user_data: Path = loaded["user_data_dir"]
    found = read_backtest(find_result(result, user_data / "backtest_results"), strategy or loaded["strategy"])
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("features, then windows", total=None)
        return verdict_of(
            found, loaded["datadir"], sample="full" if full else "quick", userdir=user_data, cache=not fresh,
            on_progress=lambda done, of: progress.update(task, completed=done, total=of),
        )  # fmt: skip


def print_verdict(console: Console, judged: "Verdict") -> None:
    """Print the tables, what the judgement rests on, and its sentence."""
    wide = Console(width=None if console.is_terminal else 160, highlight=False)
    for table in verdict_tables(judged):
        wide.print(table)
    for reason in judged.reasons:
        console.print(f"- {reason}", markup=False)
    from auriga.host.setup import own_command

    if judged.sample:
        whole = own_command("auriga", "verdict", "--full")
        console.print(f"Preview on {judged.sample}. All of it: {whole}", markup=False)
    console.print(judged.sentence, style="bold", markup=False)


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
