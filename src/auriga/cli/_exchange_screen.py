"""What `auriga exchange` says when it is ready."""

import shlex
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from auriga_exchange import AURIGA_PORT, CandleSeries, CandleStore, Venue, simulated_datadir

_SHIPPED_OVERLAY = Path("configs/offline.json")


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """Everything the trader has to know to point Freqtrade at the exchange.

    Parameters
    ----------
    venue : Venue
        What is served.
    port : int
        Where.
    overlay : Path or None
        Configuration overlay that was written.
    simulated : str or None
        Name of the simulated market.
    is_default : bool
        Whether the overlay of this run is the one the repository ships.
    mode : str
        Market the overlay is for.
    live : bool
        Whether the overlay makes the bot trade.
    speed : float
        Venue time per real time.
    scenario : str or None
        Name of the scenario that begins now.
    """

    venue: Venue
    port: int
    overlay: Path | None
    simulated: str | None
    is_default: bool
    mode: str
    live: bool
    speed: float
    scenario: str | None

    @property
    def _store(self) -> CandleStore:
        return self.venue.store if self.mode == "spot" else self.venue.futures_store

    def show(self, console: Console) -> None:
        """Print it."""
        console.print(_served(self._store))
        console.print(
            f"Slower timeframes are resampled. Serving on http://127.0.0.1:{self.port}, Ctrl-C ends it."
        )
        if self.speed != 1:
            console.print(
                f"[yellow]The clock of the exchange runs {self.speed:g} times as fast.[/] Freqtrade looks at "
                "the clock of the machine: without faketime it takes these candles for future ones."
            )
        if self.scenario:
            console.print(f"[bold yellow]SCENARIO {self.scenario!r}[/] begins now.")
        self._show_commands(console)

    def _show_commands(self, console: Console) -> None:
        shipped = _SHIPPED_OVERLAY if self.port == AURIGA_PORT and self.is_default else None
        config = self.overlay or shipped
        if config is None:
            console.print("Give --overlay FILE to get the configuration overlay for Freqtrade.")
            return
        # Freqtrade ignores `datadir` in a configuration file.
        datadir = f"--datadir {simulated_datadir(self.simulated)} " if self.simulated else ""
        futures = "-c configs/futures.json " if self.mode == "futures" else ""
        configs = f"-c config.json {futures}-c {shlex.quote(str(config))} {datadir}"
        console.print(
            f"freqtrade download-data {configs}--timeframes 5m 15m 1h 4h 1d --timerange 20230101-",
            markup=False,
        )
        if self.live:
            console.print(f"freqtrade trade {configs}--strategy RegimeStrategy".rstrip(), markup=False)
            console.print("The overlay holds the account's key and secret, which only you can read.")
        if self.simulated:
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
