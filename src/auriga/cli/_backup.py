"""`auriga backup`: everything of a bot in one archive, also while it runs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from auriga.cli._options import CONFIGS, Configs, DbUrl, UserDir
from auriga.wording import counted


def backup(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="New archive (.tar.gz, .tgz) or folder; must not be there")
    ],
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    db_url: DbUrl = None,
    secrets: Annotated[
        bool,
        typer.Option("--with-secrets/--without-secrets", help="Keep keys and passwords"),
    ] = True,
    with_trades: Annotated[
        bool, typer.Option("--with-trades/--without-trades", help="Back up the trades database")
    ] = True,
) -> None:
    """Back up models, predictions, trades, the guard's state and configuration of a bot; it may run."""
    from auriga.host.backup import write_backup
    from auriga.host.setup import bot_database, load_config

    loaded = load_config(config, userdir=userdir)
    if db_url:
        loaded["original_config"] = {**loaded["original_config"], "db_url": bot_database(loaded, db_url)}
    manifest = write_backup(loaded, config, output, secrets=secrets, with_trades=with_trades)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    size = sum(file.bytes for file in manifest.files.values()) / 2**20
    console.print(
        f"{output}: {counted(len(manifest.files), 'file')}, {size:.1f} MB before compression, verify it with"
    )
    console.print(f"  auriga restore {output} --verify")
    for unit in manifest.units:
        console.print(f"  {unit}")
    for warning in manifest.warnings:
        console.print(f"Note: {warning}", style="bold")
    console.print(
        "Keys and passwords of the configuration files are in it; only you may read it (mode 0600)."
        if secrets
        else "Keys and passwords are not in it: the configuration files say REDACTED."
    )
