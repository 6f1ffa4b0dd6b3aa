"""`auriga exchange`: a Binance-compatible exchange on the loopback interface."""

from contextlib import nullcontext
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from auriga.cli._exchange_markets import MarketOptions
from auriga.cli._exchange_screen import Announcement
from auriga.errors import ParameterError
from auriga.exchange import (
    AURIGA_PORT,
    ApiKeys,
    SimulationPlan,
    SpeedClock,
    Venue,
    bind_loopback,
    create_app,
    exit_on_signals,
    offline_config,
    overlay_file,
    overlay_text,
    serve,
    wall_clock,
)


class Mode(StrEnum):
    """What the overlay makes Freqtrade trade."""

    SPOT = "spot"
    FUTURES = "futures"


def exchange(
    ctx: typer.Context,
    candles: Annotated[
        Path | None, typer.Option(help="Serve the feather files of this folder, e.g. user_data/data/binance")
    ] = None,
    market: Annotated[
        str | None, typer.Option(help="Serve a simulated market: easy, standard, hard or noise [standard]")
    ] = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 picks a free one")] = AURIGA_PORT,
    overlay: Annotated[
        Path | None, typer.Option(help="Configuration overlay to write while the exchange runs")
    ] = None,
    mode: Annotated[Mode, typer.Option(help="Market the overlay is for")] = Mode.SPOT,
    live: Annotated[
        bool, typer.Option("--live", help="Overlay that trades on the exchange's account, with its keys")
    ] = False,
    no_limits: Annotated[
        bool, typer.Option("--no-limits", help="No request limits, and no pacing in the overlay")
    ] = False,
    replay_from: Annotated[
        str | None, typer.Option(help="Play recorded candles as if this date were now, to the week")
    ] = None,
    speed: Annotated[float, typer.Option(help="Run the exchange's clock this many times as fast")] = 1.0,
    pairs: Annotated[str, typer.Option(help="Simulated pairs")] = ",".join(SimulationPlan.pairs),
    seed: Annotated[int, typer.Option(help="Seed of the simulation")] = SimulationPlan.seed,
    start: Annotated[str, typer.Option(help="First simulated candle, UTC")] = SimulationPlan.start,
    days: Annotated[int, typer.Option(help="Simulated days")] = SimulationPlan.days,
    timeframe: Annotated[
        str, typer.Option(help="Finest simulated timeframe; slower ones are resampled")
    ] = SimulationPlan.timeframe,
    until_now: Annotated[
        bool,
        typer.Option("--until-now", help="End the simulation at the present, then run on for 2 days"),
    ] = False,
) -> None:
    """Serve a market as Binance would, on this machine alone, so that Freqtrade needs no network."""
    console = Console(soft_wrap=True, highlight=False)
    options = MarketOptions(
        candles=candles,
        market=market,
        replay_from=replay_from,
        pairs=pairs,
        seed=seed,
        start=start,
        days=days,
        timeframe=timeframe,
        until_now=until_now,
        given=frozenset(name for name in ctx.params if _is_given(ctx, name)),
    )
    if live and overlay is None:
        raise ParameterError("--live needs --overlay FILE: it is what carries the keys to Freqtrade")
    clock = wall_clock if speed == 1 else SpeedClock(speed)
    with exit_on_signals(), bind_loopback(port) as listener:
        port = listener.getsockname()[1]
        store, futures = options.open(console)
        keys, key, secret = ApiKeys.random()
        venue = Venue(store, clock, futures_store=futures, keys=keys, limited=not no_limits)
        config = offline_config(
            port,
            simulated=options.simulated,
            mode=mode,
            live=live,
            keys=(key, secret) if live else None,
            limited=not no_limits,
            pairs=[contract.pair for contract in futures.symbols.values()],
        )
        announcement = Announcement(
            store=store,
            port=port,
            overlay=overlay,
            simulated=options.simulated,
            is_default=config == offline_config(port),
            live=live,
            speed=speed,
        )
        with overlay_file(overlay, overlay_text(config), secret=live) if overlay else nullcontext():
            serve(create_app(venue), listener, partial(announcement.show, console))


def _is_given(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
