"""Which candles `auriga exchange` serves, from its options."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape

from auriga.errors import ParameterError
from auriga.memory import release_memory
from auriga.simulated import SimulationPlan, plan_until, simulate_exchange
from auriga.wording import counted
from auriga_exchange import (
    CandleStore,
    FuturesStore,
    Journal,
    futures_on_spot,
    read_recorded_market,
    replay_shift,
    shift_futures,
    shift_store,
    wall_clock,
)

_KIND, _KEY = "venue", "market"
_WEEK = 7 * 24 * 60 * 60 * 1000
_SIMULATION_ONLY = ("pairs", "seed", "start", "days", "timeframe", "until_now")


@dataclass(frozen=True, kw_only=True)
class MarketOptions:
    """The options that choose candles.

    Parameters
    ----------
    candles : Path or None
        Folder of recorded candles.
    market : str or None
        Name of a simulated market.
    replay_from : str or None
        Date of the recording that is now.
    pairs, seed, start, days, timeframe
        What to simulate.
    until_now : bool
        Whether the simulation ends at the present and runs on for two days.
    given : frozenset of str
        Names of the options that were given, with or without their default.
    opened_at : int or None
        When (ms) a replay began: what `replay_from` counts from; None: now.
    """

    candles: Path | None
    market: str | None
    replay_from: str | None
    pairs: str
    seed: int
    start: str
    days: int
    timeframe: str
    until_now: bool
    given: frozenset[str]
    opened_at: int | None = None

    def __post_init__(self) -> None:
        if self.candles and self.market:
            raise ParameterError(
                f"--candles {self.candles} and --market {self.market} exclude each other; give one"
            )
        needless = [name for name in _SIMULATION_ONLY if name in self.given]
        if self.candles and needless:
            options = ", ".join(f"--{name.replace('_', '-')}" for name in needless)
            raise ParameterError(f"{options} only apply to simulated markets; leave them out with --candles")
        if self.until_now and "start" in self.given:
            raise ParameterError("--start and --until-now exclude each other; --days sets the length")
        if self.replay_from and not self.candles:
            raise ParameterError(
                "--replay-from plays recorded candles; give --candles, or --until-now for a simulated market"
            )

    @property
    def simulated(self) -> str | None:
        """Name of the simulated market, or None for recorded candles."""
        return None if self.candles else self.market or SimulationPlan.market

    def as_kept(self, journal: Journal) -> "MarketOptions":
        """Go on with the market that an account was opened on: its prices must not jump over a restart.

        Raises
        ------
        ParameterError
            If the options name another market.
        """
        told = self._told()
        kept = journal.get(_KIND, _KEY)
        if kept is None:
            first, _ = plan_until(pd.Timestamp.now("UTC"), self.days)
            kept = told | {"opened_at": wall_clock()} | ({"start": first} if self.until_now else {})
            with journal.transaction():
                journal.put(_KIND, _KEY, kept)
        different = [name for name in told if kept.get(name) != told[name]]
        if different:
            names = ", ".join(f"{name} {kept.get(name)!r} instead of {told[name]!r}" for name in different)
            raise ParameterError(
                f"the account of this --state was opened on another market: {names}; give the same options "
                "as then, or another --state"
            )
        if not self.until_now:
            return replace(self, opened_at=kept["opened_at"])
        now = pd.Timestamp.now("UTC")
        _, days = plan_until(now, (now - pd.Timestamp(kept["start"], tz="UTC")).days)
        return replace(self, start=kept["start"], days=days, until_now=False)

    def _told(self) -> dict[str, Any]:
        """What makes one market another, as JSON has it."""
        if self.candles:
            return {"candles": str(self.candles.resolve()), "replay_from": self.replay_from}
        told = {"market": self.simulated, "pairs": self.pairs, "seed": self.seed, "timeframe": self.timeframe}
        return told if self.until_now else told | {"start": self.start}

    def open(self, console: Console) -> tuple[CandleStore, FuturesStore]:
        """Read or simulate the candles of spot and futures, and say what they are."""
        if self.candles:
            return self._recorded(self.candles, console)
        store = self._simulated(console)
        return store, futures_on_spot(store)

    def _recorded(self, directory: Path, console: Console) -> tuple[CandleStore, FuturesStore]:
        recorded = read_recorded_market(directory)
        release_memory()  # what reading took is kept for a next file, and there is none
        console.print(f"Recorded candles of {directory}", markup=False)
        for line in recorded.holes:
            console.print(f"[yellow]{escape(line)}; served as a hole[/]")
        for line in recorded.faulty:
            console.print(f"[bold red]Not served:[/] {escape(line)}")
        if recorded.left_out:
            files = "file" if recorded.left_out == 1 else "files"
            console.print(f"{recorded.left_out} {files} left out: trades, unknown names and empty ones")
        if not self.replay_from:
            return recorded.store, recorded.futures_store
        now = wall_clock()
        shift = replay_shift(recorded.store, self.replay_from, self.opened_at or now)
        console.print(
            f"[bold yellow]REPLAY[/]: every candle was moved by {counted(shift // _WEEK, 'week')}; now is "
            f"{pd.Timestamp(now - shift, unit='ms'):%Y-%m-%d %H:%M} of the recording"
        )
        return shift_store(recorded.store, shift), shift_futures(recorded.futures_store, shift)

    def _simulated(self, console: Console) -> CandleStore:
        now = pd.Timestamp.now("UTC")
        first, length = plan_until(now, self.days) if self.until_now else (self.start, self.days)
        plan = SimulationPlan(
            market=self.market or SimulationPlan.market,
            pairs=tuple(pair.strip() for pair in self.pairs.split(",") if pair.strip()),
            seed=self.seed,
            start=first,
            days=length,
            timeframe=self.timeframe,
        )
        store = simulate_exchange(plan)
        console.print(
            f"[bold yellow]SIMULATED market {plan.market!r}[/], seed {plan.seed}: these are not real prices"
        )
        return store
