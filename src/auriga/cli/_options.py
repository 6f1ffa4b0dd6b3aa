"""Options that several commands have, each with one name and one meaning."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Configs: TypeAlias = Annotated[
    list[Path],
    typer.Option("--config", "-c", metavar="FILE", help="Configuration; later ones overlay earlier ones"),
]
CONFIGS = [Path("config.json")]
"""Default of `Configs`, which Typer copies."""

UserDir: TypeAlias = Annotated[Path | None, typer.Option(help="user_data folder, as in the backtest or bot")]
DataDir: TypeAlias = Annotated[Path | None, typer.Option(help="Candles, as in the backtest or bot")]
DbUrl: TypeAlias = Annotated[
    str | None, typer.Option("--db-url", "--db", help="Database, as the bot's, or its SQLite file")
]
OfStrategy: TypeAlias = Annotated[str | None, typer.Option(help="Of the backtest; default: as configured")]
