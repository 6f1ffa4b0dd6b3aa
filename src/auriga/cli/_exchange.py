"""`auriga exchange`: a Binance-compatible exchange on the loopback interface."""

import shlex
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from auriga.errors import ParameterError
from auriga.exchange import (
    AURIGA_PORT,
    CandleSeries,
    CandleStore,
    SimulationPlan,
    Venue,
    bind_loopback,
    create_app,
    exit_on_signals,
    offline_config,
    overlay_file,
    overlay_text,
    plan_until,
    read_recorded_market,
    serve,
    simulate_exchange,
    simulated_datadir,
)

_SIMULATION_ONLY = ("pairs", "seed", "start", "days", "timeframe", "until_now")
_SHIPPED_OVERLAY = Path("configs/offline.json")


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
    """Serve candles as Binance would, on this machine alone, so that Freqtrade needs no network."""
    console = Console(soft_wrap=True, highlight=False)
    _refuse_contradictions(ctx, candles, market, until_now)
    with exit_on_signals(), bind_loopback(port) as listener:
        port = listener.getsockname()[1]
        name = None
        if candles:
            store = _recorded(candles, console)
        else:
            name = market or SimulationPlan.market
            first, length = plan_until(pd.Timestamp.now("UTC"), days) if until_now else (start, days)
            names = tuple(pair.strip() for pair in pairs.split(",") if pair.strip())
            plan = SimulationPlan(
                market=name, pairs=names, seed=seed, start=first, days=length, timeframe=timeframe
            )
            store = _simulated(plan, console)
        text = overlay_text(offline_config(port, simulated=name))
        with overlay_file(overlay, text) if overlay else nullcontext():
            serve(create_app(Venue(store)), listener, partial(_announce, console, store, port, overlay, name))


def _refuse_contradictions(
    ctx: typer.Context, candles: Path | None, market: str | None, until_now: bool
) -> None:
    if candles and market:
        raise ParameterError(f"--candles {candles} and --market {market} exclude each other; give one")
    given = {name for name in _SIMULATION_ONLY if _is_given(ctx, name)}
    if candles and given:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in _SIMULATION_ONLY if name in given)
        raise ParameterError(f"{options} only apply to simulated markets; leave them out with --candles")
    if until_now and "start" in given:
        raise ParameterError("--start and --until-now exclude each other; --days sets the length")


def _is_given(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _recorded(directory: Path, console: Console) -> CandleStore:
    recorded = read_recorded_market(directory)
    console.print(f"Recorded candles of {directory}")
    for line in recorded.holes:
        console.print(f"[yellow]{line}; served as a hole[/]")
    if recorded.left_out:
        console.print(
            f"{recorded.left_out} feather files left out: futures, trades, unknown names and empty files"
        )
    return recorded.store


def _simulated(plan: SimulationPlan, console: Console) -> CandleStore:
    store = simulate_exchange(plan)
    console.print(
        f"[bold yellow]SIMULATED market {plan.market!r}[/], seed {plan.seed}: these are not real prices"
    )
    return store


def _announce(
    console: Console, store: CandleStore, port: int, overlay: Path | None, simulated: str | None
) -> None:
    console.print(_served(store))
    console.print(f"Slower timeframes are resampled. Serving on http://127.0.0.1:{port}, Ctrl-C ends it.")
    shipped = _SHIPPED_OVERLAY if port == AURIGA_PORT and not simulated else None
    config = overlay or shipped
    if config is None:
        console.print("Give --overlay FILE to get the configuration overlay for Freqtrade.")
        return
    # Freqtrade ignores `datadir` in a configuration file.
    datadir = f"--datadir {simulated_datadir(simulated)} " if simulated else ""
    console.print(
        f"freqtrade download-data -c config.json -c {shlex.quote(str(config))} {datadir}"
        "--timeframes 5m 15m 1h 4h 1d --timerange 20230101-"
    )
    if simulated:
        console.print(
            f"Every command of Freqtrade needs {datadir}here. Empty that folder when you change the "
            "simulation: candles of two simulations do not fit together."
        )


def _served(store: CandleStore) -> Table:
    title = "simulated candles" if store.simulated else "recorded candles"
    table = Table("pair", "timeframe", "first", "last", title=title)
    for name, symbol in store.symbols.items():
        for timeframe, series in store.native(name).items():
            table.add_row(symbol.pair, timeframe, *_span(series))
    return table


def _span(series: CandleSeries) -> tuple[str, str]:
    first, last = pd.to_datetime(series.opens_at[[0, -1]], unit="ms", utc=True)
    return f"{first:%Y-%m-%d %H:%M}", f"{last:%Y-%m-%d %H:%M}"
