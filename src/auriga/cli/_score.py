"""`auriga score`: how good the out-of-sample predictions of a backtest are, regime by regime."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from auriga.wording import counted


def score(
    config: Annotated[
        list[Path],
        typer.Option("--config", "-c", metavar="FILE", help="Configuration; later ones overlay earlier ones"),
    ] = [Path("config.json")],  # noqa: B006 - Typer copies the default
    userdir: Annotated[Path | None, typer.Option(help="As in the backtest")] = None,
    datadir: Annotated[Path | None, typer.Option(help="As in the backtest")] = None,
    pairs: Annotated[
        list[str] | None, typer.Option("--pairs", "-p", metavar="PAIR", help="Default: the whitelist")
    ] = None,
    timerange: Annotated[str | None, typer.Option(help="Score only predictions in this range")] = None,
) -> None:
    """Score cached backtest predictions for each regime against the constant predictor."""
    from auriga.evaluation import score_by_regime
    from auriga.host import load_config, read_predictions, within_timerange
    from auriga.settings import parse_settings

    loaded = load_config(config, userdir=userdir, datadir=datadir)
    settings = parse_settings(loaded.get("regime", {}))
    rows = read_predictions(
        loaded["user_data_dir"] / "models" / loaded["freqai"]["identifier"],
        loaded["datadir"],
        pairs or loaded["exchange"]["pair_whitelist"],
        settings,
        loaded["timeframe"],
    )
    rows = within_timerange(rows, timerange)
    table = score_by_regime(
        rows["up"].to_numpy(),
        rows["probability"].to_numpy(),
        rows["prior"].to_numpy(),
        rows["regime"].to_numpy(),
    )
    first, last = rows["date"].min(), rows["date"].max()
    title = (
        f"{counted(len(rows), 'out-of-sample prediction')} from {first:%Y-%m-%d} to {last:%Y-%m-%d}: "
        f"does the price rise over {settings.label.horizon} candles?"
    )
    Console().print(_rich_table(table, title))


def _rich_table(scores: pd.DataFrame, title: str) -> Table:
    table = Table("regime", "rows", "up", "AUC", "log-loss", "constant", "skill in 1e-5 nats", title=title)
    for regime, row in scores.iterrows():
        table.add_row(
            str(regime), f"{row['rows']:.0f}", f"{row['up_share']:.3f}", f"{row['auc']:.4f}",
            f"{row['log_loss']:.5f}", f"{row['log_loss_constant']:.5f}", f"{row['skill_1e5']:+.0f}",
        )  # fmt: skip
    return table
