"""`auriga reconcile`: does the exchange agree with the trades of a live bot, and what repairs it if not."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from auriga.cli._options import CONFIGS, Configs, DbUrl, UserDir
from auriga.errors import AurigaError
from auriga.wording import counted

if TYPE_CHECKING:
    from auriga.host.guard import Reconciliation

FOUND, NOT_COMPARED = 1, 2


def reconcile(
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    db_url: DbUrl = None,
    days: Annotated[
        int, typer.Option(min=1, help="Compare orders this far back, or from the oldest open trade on")
    ] = 7,
    settle: Annotated[
        float, typer.Option(min=0, help="Seconds until a second look confirms what the first one found")
    ] = 3.0,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Asset or pair: what it holds beyond its trades is yours, not an orphan"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON")] = False,
) -> None:
    """Compare a live bot's trades with its exchange; 0: they agree, 1: they do not, 2: not compared.

    Changes nothing on the exchange and in the database, also beside a running bot.
    """
    from auriga.host.guard import Reconciler

    try:
        books = Reconciler(config, userdir=userdir, db_url=db_url)
        try:
            lines = [line for name in accept or () for line in books.accept(name)]
            result = books.look(days=days, settle_seconds=settle)
        finally:
            books.close()
    except AurigaError as error:
        Console(stderr=True, soft_wrap=True).print(
            f"[bold red]Error:[/] {escape(str(error))}", highlight=False
        )
        raise typer.Exit(NOT_COMPARED) from None
    if as_json:
        print(json.dumps(result.as_dict(), indent=1))
    else:
        _show(result, lines)
    raise typer.Exit(FOUND if result.findings else 0)


def _show(result: "Reconciliation", lines: list[str]) -> None:
    from auriga.host.setup import own_command

    console = Console(highlight=False, soft_wrap=True, markup=False)
    again = own_command("auriga", "reconcile")
    for line in lines:
        console.print(f"Accepted: {line}")
    console.print(
        f"{result.exchange} against {result.database}: {counted(result.trades, 'trade')}, "
        f"{counted(result.orders, 'order')} of {counted(len(result.pairs), 'pair')} since "
        f"{result.since:%Y-%m-%d %H:%M} UTC"
    )
    if not result.baseline:
        console.print("The guard has no baseline of this bot yet: coins beyond its trades are not looked at.")
    for finding in result.findings:
        console.print(f"\n{str(finding.kind).upper()} {finding.name}: {finding.text}", style="bold")
        for step in finding.remedy:
            console.print(f"  {step.replace('auriga reconcile', again)}")
        for call in finding.rest:
            console.print(f"  REST: {call}", style="dim")
    console.print("" if result.findings else "They agree.")
