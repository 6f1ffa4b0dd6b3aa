"""`auriga explain`: why a trade was opened, or none was, in words."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from auriga.cli._explain_screen import show_explanation
from auriga.cli._options import CONFIGS, Configs, DataDir, DbUrl, OfStrategy, UserDir
from auriga.errors import ParameterError

if TYPE_CHECKING:
    from pandas import Timestamp

    from auriga.host.explain import Explanation

LATEST = "latest"


def explain(
    trade: Annotated[
        int | None,
        typer.Argument(help="Id of the trade as in /status; in a backtest its number in the journal"),
    ] = None,
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    datadir: DataDir = None,
    result: Annotated[
        str | None, typer.Option(help="A backtest instead of a bot: its zip file, or 'latest'")
    ] = None,
    strategy: OfStrategy = None,
    db_url: DbUrl = None,
    candle: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"],
            help="Instead of a trade: opening time of a candle, UTC; with --pair",
        ),
    ] = None,
    pair: Annotated[str | None, typer.Option("--pair", "-p", help="Pair of the candle")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many features are named")] = 12,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON")] = False,
) -> None:
    """Explain a trade: regime, model, probability, threshold, and what each feature added; or any candle.

    Reads only, also beside a running bot.
    """
    if (trade is None) == (candle is None):
        raise ParameterError("give the number of a trade, or --candle DATE with --pair: one of the two")
    if (candle is None) != (pair is None):
        raise ParameterError("--candle and --pair belong together: give both, or the number of a trade")
    if result and db_url:
        raise ParameterError(f"--result {result} and --db-url {db_url} exclude each other: give one of them")
    loaded = _loaded(config, userdir, datadir)
    if result is None:
        explained = _of_bot(loaded, db_url, trade, pair, candle, top)
    else:
        explained = _of_backtest(loaded, result, strategy, trade, pair, candle, top)
    if as_json:
        print(json.dumps(_plain(asdict(explained)), indent=1))
    else:
        show_explanation(explained, Console(highlight=False, soft_wrap=True, markup=False))


def _loaded(config: list[Path], userdir: Path | None, datadir: Path | None) -> dict[str, Any]:
    from auriga.host.setup import load_config

    return load_config(config, userdir=userdir, datadir=datadir)


def _of_bot(
    loaded: dict[str, Any],
    db_url: str | None,
    trade: int | None,
    pair: str | None,
    candle: datetime | None,
    top: int,
) -> "Explanation":
    from auriga.host.explain import explain_bot_candle, explain_bot_trade
    from auriga.host.setup import bot_database

    if trade is not None:
        return explain_bot_trade(loaded, bot_database(loaded, db_url), trade, top=top)
    return explain_bot_candle(loaded, *_candle(pair, candle), top=top)


def _of_backtest(
    loaded: dict[str, Any],
    result: str,
    strategy: str | None,
    trade: int | None,
    pair: str | None,
    candle: datetime | None,
    top: int,
) -> "Explanation":
    from auriga.host.explain import explain_backtest_candle, explain_backtest_trade
    from auriga.host.results import read_backtest

    user_data: Path = loaded["user_data_dir"]
    place = user_data / "backtest_results" if result == LATEST else Path(result)
    backtest = read_backtest(place, strategy or loaded["strategy"])
    places = (user_data / "models", loaded["datadir"])
    if trade is not None:
        return explain_backtest_trade(backtest, *places, trade, top=top)
    return explain_backtest_candle(backtest, *places, *_candle(pair, candle), top=top)


def _candle(pair: str | None, candle: datetime | None) -> tuple[str, "Timestamp"]:
    from pandas import Timestamp

    return str(pair), Timestamp(candle or datetime.min).tz_localize(UTC)


def _plain(value: Any) -> Any:
    """Times as ISO text, all else as it is."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
