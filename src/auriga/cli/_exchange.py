"""`auriga exchange`: a Binance-compatible exchange on the loopback interface."""

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from auriga.cli._exchange_account import AccountOptions, Mode
from auriga.cli._exchange_markets import MarketOptions
from auriga.cli._exchange_screen import Announcement
from auriga.memory import map_large_blocks
from auriga.simulated import SimulationPlan
from auriga_exchange import (
    AURIGA_PORT,
    SpeedClock,
    account_keys,
    bind_loopback,
    create_app,
    exit_on_signals,
    offline_config,
    overlay_file,
    overlay_text,
    read_scenario,
    run_scenario,
    serve,
    wall_clock,
)


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
    balance: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CURRENCY=AMOUNT", help="What a new account has, e.g. USDT=10000; may be repeated"
        ),
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="SQLite file that keeps orders, balances and keys over a restart")
    ] = None,
    scenario: Annotated[Path | None, typer.Option(help="YAML file with a timetable of faults")] = None,
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
    map_large_blocks()  # before candles are loaded
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
    account = AccountOptions(
        mode=mode, live=live, overlay=overlay, state=state, balances=balance or (), limited=not no_limits
    )
    timetable = None if scenario is None else read_scenario(scenario)
    clock = wall_clock if speed == 1 else SpeedClock(speed)
    with exit_on_signals(), bind_loopback(port) as listener:
        port = listener.getsockname()[1]
        journal = account.journal()
        options = options.as_kept(journal)
        venue = account.open(journal, *options.open(console), clock)
        venue.gate.keys, key, secret = account_keys(venue.journal)
        shared: dict[str, Any] = {"simulated": options.simulated, "mode": mode, "limited": not no_limits}
        contracts = [symbol.pair for symbol in venue.futures_store.symbols.values()]
        config = offline_config(port, live=live, keys=(key, secret), pairs=contracts, **shared)
        announcement = Announcement(
            venue=venue,
            port=port,
            overlay=overlay,
            simulated=options.simulated,
            is_default=config == offline_config(port),
            mode=mode,
            live=live,
            speed=speed,
            scenario=timetable.name if timetable else None,
        )
        with overlay_file(overlay, overlay_text(config), secret=live) if overlay else nullcontext():
            serve(
                create_app(venue),
                listener,
                partial(announcement.show, console),
                meanwhile=partial(run_scenario, venue, timetable) if timetable else None,
            )


def _is_given(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
