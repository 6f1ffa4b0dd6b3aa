"""`auriga journal`: the trades of a bot or a backtest as CSV."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from auriga.cli._options import CONFIGS, Configs, DbUrl, OfStrategy, UserDir
from auriga.errors import HostError, ParameterError, clause
from auriga.wording import counted

if TYPE_CHECKING:
    from auriga.host.journal import JournalTrade

LATEST = "latest"

_Moment = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])]


class Kind(StrEnum):
    """One row a fill, or one row a trade."""

    FILL = "fill"
    TRADE = "trade"


def journal(
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    db_url: DbUrl = None,
    result: Annotated[
        str | None, typer.Option(help="A backtest instead of a bot: its zip file, or 'latest'")
    ] = None,
    strategy: OfStrategy = None,
    predictions: Annotated[
        bool, typer.Option(help="Of a backtest: with the probability of each entry, or trades alone")
    ] = True,
    by: Annotated[Kind, typer.Option(help="One row for each fill, or for each trade")] = Kind.FILL,
    pairs: Annotated[
        list[str] | None, typer.Option("--pairs", "-p", metavar="PAIR", help="Only these")
    ] = None,
    since: _Moment = None,
    until: _Moment = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="CSV file; default: print it")] = None,
) -> None:
    """Export trades as CSV, from the database of a dry-run or live bot or from a backtest.

    Reads only, also beside a running bot. `--since` and `--until` (not included) are UTC and look at the time
    of a fill, or at the close of a trade.
    """
    from auriga.host.journal import JOURNALS, JournalFilter, write_journal

    if result and db_url:
        raise ParameterError(f"--result {result} and --db-url {db_url} exclude each other: give one of them")
    wanted = JournalFilter(tuple(pairs or ()), _utc(since), _utc(until))
    source, trades = _trades(config, userdir, db_url, result, strategy, predictions=predictions)
    columns, rows_of = JOURNALS[by]
    rows = rows_of(trades, wanted)
    if output is None:
        write_journal(columns, rows, sys.stdout)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("w", encoding="utf-8", newline="") as file:
            write_journal(columns, rows, file)
    place = f" in {output}" if output else ""
    Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(
        f"{counted(len(rows), 'row')}{place}, {counted(len(trades), 'trade')} in {source}"
    )


def _trades(
    config: list[Path],
    userdir: Path | None,
    db_url: str | None,
    result: str | None,
    strategy: str | None,
    *,
    predictions: bool,
) -> tuple[str, list["JournalTrade"]]:
    """Where they are from, for people, and the trades."""
    from auriga.host.books import shown_url
    from auriga.host.journal import journal_of_backtest, journal_of_database
    from auriga.host.results import read_backtest
    from auriga.host.setup import bot_database, load_config

    loaded = load_config(config, userdir=userdir)
    if result is None:
        url = bot_database(loaded, db_url)
        return shown_url(url), journal_of_database(url)
    user_data: Path = loaded["user_data_dir"]
    place = user_data / "backtest_results" if result == LATEST else Path(result)
    backtest = read_backtest(place, strategy or loaded["strategy"])
    try:
        trades = journal_of_backtest(backtest, user_data / "models" if predictions else None)
    except HostError as error:
        raise HostError(f"{clause(error)}; or leave probabilities out with --no-predictions") from None
    return str(backtest.path), trades


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
