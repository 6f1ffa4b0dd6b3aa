"""Hours of accelerated live trading under random faults: memory, exceptions, books."""

import re
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from rig._agreement import Kind, compare, doubled_entries
from rig._attendant import Attendant
from rig._bot import Bot
from rig._both_books import lot_steps, reconcile, snapshot
from rig._clock import FastClock
from rig._database import symbol_of
from rig._errors import FireError
from rig._exchange import Exchange
from rig._settings import MARKET_OPTIONS, MARKET_ORDERS, merged
from rig._strategies import TRADING

from studies.faults._schedule import Event, schedule

Json = dict[str, Any]

PAIRS = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "BNB/USDT"]
MOST_GROWTH = 0.10
"""What memory may grow by after the first quarter."""

_EXCEPTION = re.compile(
    r"^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Timeout|Reset|Refused)\b.*$", re.MULTILINE
)
_LOOK_EVERY = 45.0  # real seconds between two looks at reconcile
_MOST_ENDS = 5
_LASTS = 45.0  # market seconds of a halt, or until the rest of an order trades


@dataclass
class Memory:
    """Resident memory of one process over time, MiB."""

    samples: list[float] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """Last tenth against the tenth after the first quarter, as a share."""
        count = len(self.samples)
        tenth = max(1, count // 10)
        after_warm_up = statistics.median(self.samples[count // 4 :][:tenth])
        return statistics.median(self.samples[-tenth:]) / after_warm_up - 1

    def as_dict(self) -> Json:
        return {"peak_mib": round(max(self.samples)), "growth_frac": round(self.growth, 3)}


class Soak:
    """A running live bot under a schedule of faults.

    Parameters
    ----------
    bot : Bot
        Running, its models trained.
    seed : int
    every : float
        Market seconds between two faults on average.
    """

    def __init__(self, bot: Bot, seed: int, every: float) -> None:
        self.bot = bot
        self.attendant = Attendant(bot)
        self.kinds: Counter[str] = Counter()
        self.memory = {"bot": Memory(), "exchange": Memory()}
        self._events = schedule(seed, [symbol_of(pair) for pair in bot.pairs], every)
        self._before, self._steps = snapshot(bot), lot_steps(bot)
        self._seen: dict[Kind, set[str]] = {}
        self._known: set[str] = set()
        self.ended: list[str] = []
        self._ends: list[tuple[float, Callable[[], Any]]] = []
        self._market_start = bot.clock.time()

    def run(self, minutes: float) -> None:
        """Inject faults for some minutes of real time, and look after the bot meanwhile."""
        started = looked = time.monotonic()
        event = next(self._events)
        due = self.bot.clock.time() + event.wait
        while time.monotonic() < started + 60 * minutes:
            self._sample()
            while self.bot.clock.time() > due:
                self._inject(event)
                event = next(self._events)
                due += event.wait
            if time.monotonic() > looked + _LOOK_EVERY:
                self._look()
                looked = time.monotonic()
            time.sleep(0.5)

    def _look(self) -> bool:
        """Note what the books disagree about and let the attendant repair it; what it accepts is settled."""
        self.bot.exchange.control.fills(release=True)  # the order may have come after the last release
        now = snapshot(self.bot)
        self._known |= {order.order_id for order in now.database.orders}
        for each in compare(self._before, now, self._steps):
            self._seen.setdefault(each.kind, set()).add(each.subject)
        found = bool(self.attendant.look())
        if found:
            self._before = snapshot(self.bot)
        return found

    def _sample(self) -> None:
        if not self.bot.alive:
            self._restart()
        self.memory["bot"].samples.append(self.bot.memory)
        self.memory["exchange"].samples.append(self.bot.exchange.memory)
        self._end_what_lasts(self.bot.clock.time())

    def _restart(self) -> None:
        """Do what a service manager does when a bot ends by itself; a bot that keeps ending is broken."""
        self.ended.append(_last_words(self.bot.log))
        if len(self.ended) > _MOST_ENDS:
            raise FireError(f"the bot ended {len(self.ended)} times\n{self.bot.log[-4000:]}")
        self.bot.restart()
        self.bot.wait(self.bot.running, 180, "it is running again")

    def _end_what_lasts(self, now: float) -> None:
        """Resume halted markets and let the rest of partly filled orders go, once their time has come."""
        due = [each for each in self._ends if each[0] <= now]
        self._ends = [each for each in self._ends if each[0] > now]
        for _, end in due:
            end()

    def _inject(self, event: Event) -> None:
        control, body = self.bot.exchange.control, dict(event.body)
        if event.what == "fault":
            control.inject(**body)
            return
        self.kinds[event.name] += 1
        end = self.bot.clock.time() + _LASTS
        if event.what == "fills":
            control.fills(**body)
            self._ends.append((end, partial(control.fills, release=True)))
            return
        control.market(**body)
        if body["kind"] == "halt":
            self._ends.append((end, partial(control.market, "resume", body["symbol"])))

    def calm_down(self, market_minutes: float = 3) -> None:
        """End every fault and let the bot settle."""
        control = self.bot.exchange.control
        control.clear()
        self._end_what_lasts(float("inf"))
        for _ in range(6):
            time.sleep(60 * market_minutes / self.bot.clock.speed / 2)
            if not self._look():
                break

    def figures(self, minutes: float) -> Json:
        """What came of it."""
        log = "".join(
            file.read_text(errors="replace") for file in self.bot.folder.glob(f"{self.bot.name}-*.txt")
        )
        control, now = self.bot.exchange.control, snapshot(self.bot)
        self._known |= {order.order_id for order in now.database.orders}
        remaining = reconcile(self.bot)
        unnamed = {
            each.subject
            for each in compare(self._before, now, self._steps)
            if each.kind in (Kind.ORPHAN_ENTRY, Kind.ORPHAN_EXIT, Kind.ORPHAN_STOP)
        }
        tracebacks = exceptions(log)
        market_minutes = (self.bot.clock.time() - self._market_start) / 60
        counts = control.counts()
        return {
            "minutes": round(minutes, 1),
            "speed": self.bot.clock.speed,
            "market_hours": round(market_minutes / 60, 2),
            "candles": int(market_minutes) * len(self.bot.pairs),
            "faults": dict(sorted({**counts["faults"], **self.kinds}.items())),
            "faults_injected": sum(counts["faults"].values()) + self.kinds.total(),
            "orders_placed": counts["orders_placed"],
            "trades": len(now.database.trades),
            "trainings": log.count("Total time spent training pairlist"),
            "lost": len(self._seen.get(Kind.LOST_ORDER, ())),
            "without_id": len(self._seen.get(Kind.NO_ORDER_ID, ())),
            "doubled": len(doubled_entries(now.books, self._known, self.attendant.settled)),
            "orphans_named": len(self.attendant.findings),
            "orphans_not_named": sorted(unnamed - self.attendant.orders),
            "findings": [
                f"{each['kind']} {each['name']} {each['orders']}" for each in self.attendant.findings
            ],
            "findings_at_the_end": [each["text"] for each in remaining],
            "reconcile_failures": self.attendant.failures[:5],
            "stopped_itself": self.attendant.started_again,
            "ended_itself": len(self.ended),
            "last_words": sorted(set(self.ended)),
            "memory": {name: memory.as_dict() for name, memory in self.memory.items()},
            "exceptions": dict(tracebacks),
            "exchange_exceptions": dict(exceptions(self.bot.exchange.log)),
            "ours": our_tracebacks(log)[:5],
        }


def _last_words(log: str) -> str:
    """The last warning before a bot that ended by itself said nothing more."""
    warnings = [line.partition(" - WARNING - ")[2] for line in log.splitlines() if " - WARNING - " in line]
    return warnings[-1][:160] if warnings else ""


def exceptions(log: str) -> Counter[str]:
    """Last line of every traceback, by class."""
    names: Counter[str] = Counter()
    for part in log.split("Traceback (most recent call last):")[1:]:
        last = _EXCEPTION.search(part)
        names[last.group().partition(":")[0] if last else "unknown"] += 1
    return names


def our_tracebacks(log: str) -> list[str]:
    """Tracebacks that pass through our own files."""
    parts = log.split("Traceback (most recent call last):")[1:]
    blocks = [re.split(r"\n\d{4}-\d\d-\d\d ", part)[0] for part in parts]
    return [block[-1500:] for block in blocks if re.search(r"/(src/auriga|strategies|freqaimodels)/", block)]


def verdict(figures: Json) -> list[str]:
    """Name what is not as it should be."""
    grown = {name: each["growth_frac"] for name, each in figures["memory"].items()}
    wrong = [
        f"memory of the {name} grew by {share:.0%}" for name, share in grown.items() if share > MOST_GROWTH
    ]
    for key in ("lost", "doubled", "orphans_not_named", "findings_at_the_end", "exchange_exceptions", "ours"):
        if figures[key]:
            wrong.append(f"{key}: {figures[key]}")
    return wrong


def run_soak(folder: Path, *, minutes: float, speed: float, seed: int, every: float = 60) -> Json:
    """Trade live for some minutes of real time at a multiple of its speed, under faults.

    Raises
    ------
    FireError
        If libfaketime is missing, or a process ends.
    """
    clock = FastClock(speed)
    with Exchange(folder / "exchange", *MARKET_OPTIONS, "--live", pairs=PAIRS, clock=clock) as exchange:
        bot = Bot(folder, exchange, live=True, overlay=_overlay(speed), parameters=TRADING)
        with bot:
            bot.wait(bot.running, 180, "it is running")
            bot.wait(bot.trained, 120, "first models")
            soak = Soak(bot, seed, every)
            soak.run(minutes)
            soak.calm_down()
            figures = soak.figures(minutes)
    return {"seed": seed, **figures, "wrong": verdict(figures)}


def _overlay(speed: float) -> Json:
    """Patience in market time: what takes a second of real time takes `speed` seconds there."""
    patience = {"ccxt_config": {"timeout": int(10_000 * speed), "options": {"recvWindow": 60_000}}}
    return merged(
        MARKET_ORDERS,
        {
            "stake_amount": 100,
            "internals": {"process_throttle_secs": max(1, int(speed / 2))},
            "exchange": {"pair_whitelist": PAIRS, **patience},
            "freqai": {
                "live_retrain_hours": 0.002 * speed,
                "feature_parameters": {"include_corr_pairlist": PAIRS[:2]},
            },
        },
    )
