"""`auriga doctor`: what is wrong with a configuration, a strategy and its candles, before a run."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from auriga.cli._options import CONFIGS, Configs, DataDir, UserDir
from auriga.wording import counted

if TYPE_CHECKING:
    from auriga.host.doctor import Check
    from auriga.host.examination import Finding

_STYLES = ("green", "yellow", "bold red")


def doctor(
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    datadir: DataDir = None,
    strategy: Annotated[str | None, typer.Option("--strategy", "-s", help="Instead of the config's")] = None,
    timerange: Annotated[str | None, typer.Option(help="Range of the run [the last candles]")] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option("--pairs", "-p", metavar="PAIR", help="Instead of the whitelist; repeat for each pair"),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="CHECK", help="Make this check alone; repeat for more")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print findings as JSON")] = False,
) -> None:
    """Look for what would spoil a run before it starts; exit code 1 when something is wrong."""
    from auriga.host.doctor import examine
    from auriga.host.setup import load_config

    loaded = load_config(config, userdir=userdir, datadir=datadir)
    loaded |= {name: value for name, value in (("strategy", strategy), ("timerange", timerange)) if value}
    if pairs:
        loaded["exchange"]["pair_whitelist"] = [
            name for text in pairs for name in text.replace(",", " ").split()
        ]
    said = Console(stderr=True)
    with said.status("read the configuration") as status:
        found = examine(loaded, only=only, on_check=lambda check: status.update(f"look at {check.looks_at}"))
    if as_json:
        typer.echo(json.dumps([_as_dict(check, finding) for check, finding in found], indent=1))
    else:
        _show(found)
    worst = max((finding.level for _, finding in found), default=0)
    if worst >= (1 if strict else 2):
        raise typer.Exit(1)


def _as_dict(check: "Check", finding: "Finding") -> dict[str, str]:
    return {
        "check": check.name,
        "finding": finding.name,
        "level": finding.level.label,
        "what": finding.what,
        "remedy": finding.remedy,
    }


def _show(found: "list[tuple[Check, Finding]]") -> None:
    console = Console()
    table = Table("check", "", "what was found", "what to do", show_lines=True)
    for check, finding in found:
        style = _STYLES[finding.level]
        table.add_row(
            check.name, f"[{style}]{finding.level.label}[/]", escape(finding.what), escape(finding.remedy)
        )
    Console(width=None if console.is_terminal else 200).print(table)
    counts = [sum(finding.level == level for _, finding in found) for level in range(3)]
    console.print(f"{counts[2]} wrong, {counted(counts[1], 'warning')}, {counts[0]} ok")
