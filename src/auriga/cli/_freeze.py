"""`auriga freeze`: pin the models of a backtest window or of a live bot into a folder."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from auriga.cli._options import CONFIGS, Configs, UserDir
from auriga.errors import ParameterError


def freeze(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to make; it must not be there")],
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    result: Annotated[str, typer.Option(help="A backtest: the zip Freqtrade wrote, or latest")] = "latest",
    strategy: Annotated[str | None, typer.Option(help="Of the result; default: the configuration's")] = None,
    window: Annotated[str, typer.Option(help="Which window of the backtest: from 1, or last")] = "last",
    live: Annotated[
        bool, typer.Option("--live", help="The models the bot uses now, not a backtest's")
    ] = False,
    expires_days: Annotated[float, typer.Option(help="Live entries stop after so many days")] = 30,
) -> None:
    """Pin models into a folder from which regime.frozen_models deploys them; nothing is trained again."""
    from auriga.host.freeze import describe_freeze, freeze_backtest, freeze_live
    from auriga.host.results import read_backtest
    from auriga.host.setup import load_config

    loaded = load_config(config, userdir=userdir)
    models = loaded["user_data_dir"] / "models"
    if live:
        folder = models / loaded["freqai"]["identifier"]
        manifest = freeze_live(folder, output, expires_days=expires_days)
    else:
        zipped = loaded["user_data_dir"] / "backtest_results" if result == "latest" else Path(result)
        backtest = read_backtest(zipped, strategy or loaded.get("strategy", "RegimeStrategy"))
        number = None if window == "last" else _number(window)
        manifest = freeze_backtest(backtest, models, output, window=number, expires_days=expires_days)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for name, value in describe_freeze(manifest).items():
        console.print(f"{name + ':':<14}{value}")
    console.print(f"Frozen in {output}. Deploy it with an overlay (-c) that says")
    console.print(json.dumps({"regime": {"frozen_models": _told(output, loaded["user_data_dir"])}}))


def _number(window: str) -> int:
    try:
        return int(window)
    except ValueError:
        raise ParameterError(f"--window is {window!r}; it must be a number from 1, or last") from None


def _told(output: Path, userdir: Path) -> str:
    """How the configuration names the folder: relative to the user directory where it lies in there."""
    whole, root = output.resolve(), userdir.resolve()
    return str(whole.relative_to(root)) if whole.is_relative_to(root) else str(whole)
