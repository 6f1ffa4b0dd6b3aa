"""`auriga score`: how good the out-of-sample predictions of a backtest are, regime by regime."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from auriga.errors import AurigaError, HostError

if TYPE_CHECKING:
    from auriga.settings import RegimeSettings


def score(
    config: Annotated[
        list[Path], typer.Option("--config", "-c", help="Configuration; later ones overlay earlier ones")
    ] = [Path("config.json")],  # noqa: B006 - Typer copies the default
    userdir: Annotated[Path | None, typer.Option(help="As in the backtest")] = None,
    datadir: Annotated[Path | None, typer.Option(help="As in the backtest")] = None,
    pairs: Annotated[list[str] | None, typer.Option("--pairs", "-p", help="Default: the whitelist")] = None,
    timerange: Annotated[str | None, typer.Option(help="Score only predictions in this range")] = None,
) -> None:
    """Score cached backtest predictions for each regime against the constant predictor."""
    from auriga.evaluation import score_by_regime
    from auriga.host import load_config, within_timerange
    from auriga.settings import parse_settings

    loaded = load_config(config, userdir=userdir, datadir=datadir)
    settings = parse_settings(loaded.get("regime", {}))
    rows, notes = _predictions(loaded, pairs or loaded["exchange"]["pair_whitelist"], settings)
    rows = within_timerange(rows, timerange)
    if rows.empty:
        span = f" in {timerange}" if timerange else ""
        raise HostError(
            f"there is nothing to score{span}: no cached prediction may be used (do_predict is 0), "
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
        f"{len(rows)} out-of-sample predictions from {first:%Y-%m-%d} to {last:%Y-%m-%d}: "
        f"does the price rise over {settings.label.horizon} candles?"
    )
    console = Console()
    console.print(_rich_table(table, title))
    for note in notes:
        console.print(note, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _predictions(
    loaded: dict[str, Any], pairs: list[str], settings: "RegimeSettings"
) -> tuple[pd.DataFrame, list[str]]:
    """Rows of all pairs that have some, and why others have none."""
    from auriga.host import read_predictions

    identifier = loaded.get("freqai", {}).get("identifier")
    if not identifier:
        raise HostError("the configuration has no freqai.identifier, so there are no predictions to score")
    models = loaded["user_data_dir"] / "models" / identifier
    frames, notes = [], []
    for pair in pairs:
        try:
            frames.append(read_predictions(models, loaded["datadir"], [pair], settings, loaded["timeframe"]))
        except AurigaError as error:
            notes.append(f"Without {pair}: {error}")
    if not frames:
        raise HostError(notes[0].partition(": ")[2] if notes else "no pair was named")
    return pd.concat(frames, ignore_index=True), notes


def _rich_table(scores: pd.DataFrame, title: str) -> Table:
    table = Table("regime", "rows", "up", "AUC", "log-loss", "constant", "skill in 1e-5 nats", title=title)
    for regime, row in scores.iterrows():
        table.add_row(
            str(regime), f"{row['rows']:.0f}", f"{row['up_share']:.3f}", f"{row['auc']:.4f}",
            f"{row['log_loss']:.5f}", f"{row['log_loss_constant']:.5f}", f"{row['skill_1e5']:+.0f}",
        )  # fmt: skip
    return table
