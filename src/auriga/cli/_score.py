"""`auriga score`: how good the out-of-sample predictions of a backtest are, regime by regime."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from auriga.cli._options import CONFIGS, Configs, DataDir, UserDir
from auriga.errors import HostError
from auriga.wording import counted


def score(
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    datadir: DataDir = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option("--pairs", "-p", metavar="PAIR", help="Only these; default: all of the backtest"),
    ] = None,
    timerange: Annotated[str | None, typer.Option(help="Score only predictions in this range")] = None,
    result: Annotated[
        str, typer.Option(help="Whose predictions: a result zip, its name, or 'latest'")
    ] = "latest",
    strategy: Annotated[str | None, typer.Option(help="Of the result; default: as configured")] = None,
) -> None:
    """Score the predictions that a backtest traded on, for each regime, against the constant predictor."""
    from auriga.evaluation import score_by_regime
    from auriga.host.predictions import read_predictions
    from auriga.host.results import find_result, read_backtest
    from auriga.host.setup import load_config, within_timerange

    loaded = load_config(config, userdir=userdir, datadir=datadir)
    user_data: Path = loaded["user_data_dir"]
    place = find_result(result, user_data / "backtest_results")
    backtest = read_backtest(place, strategy or loaded.get("strategy", "RegimeStrategy"))
    rows = read_predictions(backtest, user_data / "models", loaded["datadir"], pairs)
    rows = within_timerange(rows, timerange)
    if rows.empty:
        span = f" in {timerange}" if timerange else ""
        raise HostError(
            f"there is nothing to score{span}: no prediction may be used (do_predict is 0), "
            "or no outcome of one is known from these candles"
        )
    table = score_by_regime(
        rows["up"].to_numpy(),
        rows["probability"].to_numpy(),
        rows["prior"].to_numpy(),
        rows["regime"].to_numpy(),
    )
    first, last = rows["date"].min(), rows["date"].max()
    title = (
        f"{backtest.path.name}: {counted(len(rows), 'out-of-sample prediction')} from {first:%Y-%m-%d} to "
        f"{last:%Y-%m-%d}: does the price rise over {backtest.settings.label.horizon} candles?"
    )
    Console().print(_rich_table(table, title))
    for pair in sorted({*(pairs or backtest.pairs)} - {*rows["pair"]}):
        print(f"Without {pair}: it was given no predictions, none may be used, or its candles are gone.")


def _rich_table(scores: pd.DataFrame, title: str) -> Table:
    table = Table("regime", "rows", "up", "AUC", "log-loss", "constant", "skill in 1e-5 nats", title=title)
    for regime, row in scores.iterrows():
        table.add_row(
            str(regime), f"{row['rows']:.0f}", f"{row['up_share']:.3f}", f"{row['auc']:.4f}",
            f"{row['log_loss']:.5f}", f"{row['log_loss_constant']:.5f}", f"{row['skill_1e5']:+.0f}",
        )  # fmt: skip
    return table
