"""`auriga parity`: whether the backtest path says today what the bot said live."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from auriga.cli._options import CONFIGS, Configs, DataDir, DbUrl, UserDir
from auriga.quiet import quiet_log
from auriga.wording import counted

if TYPE_CHECKING:
    from auriga.host.journal import JournalTrade
    from auriga.host.parity import Parity

_MOST = 12


@quiet_log(logging.WARNING)  # of candles before the download, which is said below where it matters
def parity(
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    datadir: DataDir = None,
    db_url: DbUrl = None,
    anyway: Annotated[
        bool, typer.Option(help="Compare although settings or code have changed since the bot trained")
    ] = False,
    repeat: Annotated[
        bool, typer.Option(help="Train each saved model once more, and see whether it answers the same")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="CSV of all differences")] = None,
) -> None:
    """Replay the candles a bot predicted through the backtest path; exit code 1 if anything differs.

    Compares every live prediction that the bot recorded with what a backtest says of the same candle by the
    same model, and every trade with the signal of its candle. Reads only, also beside a running bot.
    """
    from auriga.host.parity import live_parity
    from auriga.host.setup import load_config

    loaded = load_config(config, userdir=userdir, datadir=datadir)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    source, trades = _trades(loaded, db_url)
    with Console(stderr=True).status("reading") as status:
        result = live_parity(loaded, trades, anyway=anyway, repeat=repeat, on_step=status.update)
    _show(console, result, source)
    if output is not None:
        _write(result, output)
    raise typer.Exit(0 if result.agrees else 1)


def _trades(loaded: dict[str, object], db_url: str | None) -> tuple[str, "list[JournalTrade] | None"]:
    """Where they are from, and the trades; none where no database was named and there is none."""
    from auriga.errors import HostError
    from auriga.host.books import shown_url
    from auriga.host.journal import journal_of_database
    from auriga.host.setup import bot_database

    url = bot_database(loaded, db_url)
    try:
        return shown_url(url), journal_of_database(url)
    except HostError:
        if db_url:
            raise
        return shown_url(url), None


def _show(console: Console, result: "Parity", source: str) -> None:
    total = sum(result.compared.values())
    pairs = ", ".join(f"{pair} {count}" for pair, count in result.compared.items())
    console.print(f"Record: {result.record}")
    console.print(
        f"{counted(total, 'live prediction')} from {result.first:%Y-%m-%d %H:%M} to "
        f"{result.last:%Y-%m-%d %H:%M} UTC: {pairs}"
    )
    for reason, count in result.left_out.items():
        console.print(f"  left out: {counted(count, 'candle')}, {reason}")
    for line in result.changed:
        console.print(f"  changed since the bot trained: {line}")
    models = ", ".join(f"{count} {origin}" for origin, count in result.models.items() if count)
    same, tried = result.repeated
    again = f"; {same} of {tried} saved ones, trained once more, answer the same" if tried else ""
    console.print(f"Models: {models}{again}")
    _show_trades(console, result, source)
    _show_differences(console, result)


def _show_trades(console: Console, result: "Parity", source: str) -> None:
    if result.trades is None:
        console.print(f"Trades: none compared, there is no database {source}")
        return
    late = f", {result.trades.late} of them on a signal before the last candle" if result.trades.late else ""
    console.print(f"Trades: {result.trades.compared} compared with their signals{late} (prices are not)")
    for reason, count in result.trades.left_out.items():
        console.print(f"  left out: {counted(count, 'trade')}, {reason}")


def _show_differences(console: Console, result: "Parity") -> None:
    trades = result.trades.differences if result.trades else ()
    if result.agrees:
        console.print("No difference: the backtest path says the same of every one.")
        return
    found = [*result.differences, *trades]
    console.print(f"{counted(len(found), 'difference')}. First, by candle:")
    for one in found[:_MOST]:
        console.print(
            f"  {one.date:%Y-%m-%d %H:%M} {one.pair} {one.column}: live {one.live}, replayed {one.replayed}"
        )
        console.print(f"    {one.reason}{': ' * bool(one.detail)}{one.detail}")
    if len(found) > _MOST:
        console.print(f"  and {len(found) - _MOST} more (--output FILE writes all)")


def _write(result: "Parity", file: Path) -> None:
    import pandas as pd

    trades = result.trades.differences if result.trades else ()
    columns = ["date", "pair", "column", "live", "replayed", "reason", "detail"]
    rows = [[getattr(one, name) for name in columns] for one in (*result.differences, *trades)]
    file.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows, columns=columns).sort_values("date").to_csv(file, index=False)
