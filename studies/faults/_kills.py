"""Kill a trading bot at random moments, start it again, and look whether anything is lost or doubled."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rig._agreement import Disagreement, Kind, Snapshot, compare
from rig._bot import Bot
from rig._both_books import lot_steps, reconcile, snapshot
from rig._errors import FireError
from rig._exchange import Exchange
from rig._saved_files import SavedFiles, inspect_files
from rig._settings import MARKET_OPTIONS, MARKET_ORDERS, merged
from rig._strategies import TRADING

from studies.faults._moments import MOMENTS, orders_placed

Json = dict[str, Any]

_PAIRS = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "BNB/USDT"]
_SETTLE = 60.0
_ORPHANS = (Kind.ORPHAN_ENTRY, Kind.ORPHAN_EXIT, Kind.ORPHAN_STOP)


@dataclass
class Kill:
    """One kill and what came of it.

    Attributes
    ----------
    phase : str
        Moment that was waited for.
    last_line : str
        What the bot wrote last.
    seconds : float
        Real time from the next start until it trades, predicts and has trained again.
    outcome : str
        `recovered`, `orphan named` (by `auriga reconcile`), or what is wrong.
    disagreements : list of str
        What books and database disagree about once the bot has settled; live only.
    """

    number: int
    phase: str
    last_line: str = ""
    seconds: float = 0
    outcome: str = "recovered"
    orders: int = 0
    trades: int = 0
    unsealed: int = 0
    set_aside: list[str] = field(default_factory=list)
    damaged_at_kill: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    lost_predictions: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)
    reconciled: list[str] = field(default_factory=list)

    @property
    def survived(self) -> bool:
        """Whether nothing is lost, doubled, damaged or unexplained."""
        return self.outcome in ("recovered", "orphan named")


class Campaign:
    """A bot that is killed again and again.

    Parameters
    ----------
    bot : Bot
        Running, its models trained.
    seed : int
    """

    def __init__(self, bot: Bot, seed: int) -> None:
        self.bot, self._rng = bot, random.Random(seed)
        self._steps = lot_steps(bot) if bot.live else {}
        self._before = snapshot(bot)
        self._files = self._inspect()

    def kill(self, number: int, phase: str) -> Kill:
        """Kill once, start again, compare."""
        kill = Kill(number, phase)
        MOMENTS[phase](self.bot, self._rng)
        self.bot.kill()
        kill.last_line = (self.bot.log.splitlines() or [""])[-1][:160]
        kill.damaged_at_kill = self._inspect().damaged
        trades = {trade.trade_id for trade in snapshot(self.bot).database.trades}
        try:
            kill.seconds = round(self._recover(), 1)
        except FireError as error:
            kill.outcome = f"did not start again: {error}"[:2000]
            self.bot.close()
            self._recover()
        self._judge(kill, trades)
        return kill

    def _recover(self) -> float:
        bot = self.bot
        bot.restart()
        started, moment = time.monotonic(), bot.clock.time()
        bot.wait(bot.running, 90, "it is running again")
        bot.wait(bot.analyzed, 60, "candles after the kill")
        bot.wait(lambda: bot.trained(after=moment - 5 * bot.clock.speed), 60, "new models after the kill")
        return time.monotonic() - started

    def _inspect(self) -> SavedFiles:
        return inspect_files(self.bot.userdir, self.bot.models, self.bot.database)

    def _judge(self, kill: Kill, trades: set[int]) -> None:
        found = self._settled() if self.bot.live else []
        files, now = self._inspect_at_rest(), snapshot(self.bot)
        kill.complaints = self.bot.complaints()[:5]
        kill.damaged, kill.set_aside, kill.unsealed = files.damaged, files.set_aside, files.unsealed
        kill.lost_predictions = self._files.lost_history(files)[:5]
        kill.disagreements = [str(each) for each in found]
        kill.orders, kill.trades = orders_placed(self.bot), len(now.database.trades)
        self._files = files
        for aside in self.bot.models.glob("*.unreadable"):
            aside.unlink()  # noted; the next kill is judged by what it leaves itself
        if found:
            self._reconcile(kill, found, now)
        if wrong := self._wrong(kill, trades, now):
            kill.outcome = wrong

    def _wrong(self, kill: Kill, trades: set[int], now: Snapshot) -> str:
        """Name what is wrong, apart from what reconcile has to name."""
        lost = trades - {trade.trade_id for trade in now.database.trades}
        held = Counter(trade.pair for trade in now.database.open_trades)
        doubled = [pair for pair, count in held.items() if count > 1]
        found = [
            "damaged files" if kill.damaged or kill.set_aside else "",
            "lost predictions" if kill.lost_predictions else "",
            "complaints" if kill.complaints else "",
            f"lost trades {sorted(lost)}" if lost else "",
            f"doubled trades {doubled}" if doubled else "",
        ]
        return "; ".join(each for each in found if each)

    def _inspect_at_rest(self) -> SavedFiles:
        """Look again when a file was just being written or purged."""
        for _ in range(8):
            files = self._inspect()
            if not files.damaged:
                break
            time.sleep(0.5)
        return files

    def _settled(self) -> list[Disagreement]:
        """What remains of the disagreements after the bot had time to ask for its orders."""
        deadline = time.monotonic() + _SETTLE
        while found := compare(self._before, snapshot(self.bot), self._steps):
            if time.monotonic() > deadline:
                break
            time.sleep(1)
        return found

    def _reconcile(self, kill: Kill, found: list[Disagreement], now: Snapshot) -> None:
        """Let `auriga reconcile` name the orphans, then take the coins as the trader's own and go on."""
        findings = reconcile(self.bot)
        kill.reconciled = [f"{each['kind']} {each['name']} {each['orders']}" for each in findings]
        named = {order for each in findings for order in each["orders"]}
        orphans = {each.subject for each in found if each.kind in _ORPHANS}
        doubled = [str(each) for each in found if each.kind is Kind.DOUBLED_ENTRY]
        if doubled or not orphans:
            kill.outcome = "; ".join(doubled or kill.disagreements)
        else:
            kill.outcome = (
                "orphan named" if orphans <= named else f"orphans {sorted(orphans - named)} not named"
            )
        self.bot.stop()
        reconcile(self.bot, *(f"--accept={name}" for name in {each["name"] for each in findings}))
        self._before = now
        self._recover()


def run_kills(
    folder: Path, *, count: int, seed: int, live: bool, phases: Sequence[str] = tuple(MOMENTS)
) -> Json:
    """Kill a bot `count` times, each phase in its turn, and return what came of it.

    Raises
    ------
    FireError
        If the bot does not get going in the first place.
    """
    options = (*MARKET_OPTIONS, "--live") if live else MARKET_OPTIONS
    overlay = merged(MARKET_ORDERS, {"stake_amount": 100, "exchange": {"pair_whitelist": _PAIRS}})
    leaders = {"freqai": {"feature_parameters": {"include_corr_pairlist": _PAIRS[:2]}}}
    started = time.monotonic()
    with Exchange(folder / "exchange", *options, pairs=_PAIRS) as exchange:
        bot = Bot(folder, exchange, live=live, overlay=merged(overlay, leaders), parameters=TRADING)
        with bot:
            bot.wait(bot.running, 120, "it is running")
            bot.wait(bot.trained, 60, "first models")
            campaign = Campaign(bot, seed)
            kills = []
            for number in range(count):
                kills.append(campaign.kill(number + 1, phases[number % len(phases)]))
                print(_line(kills[-1]), flush=True)
    return {
        "mode": "live" if live else "dry-run",
        "seed": seed,
        "minutes": round((time.monotonic() - started) / 60, 1),
        "figures": figures(kills),
        "kills": [asdict(kill) for kill in kills],
    }


def _line(kill: Kill) -> str:
    return f"{kill.number} {kill.phase}: {kill.outcome}, {kill.seconds} s, {kill.trades} trades"


def figures(kills: Sequence[Kill]) -> Json:
    """Summary of a campaign."""
    seconds = sorted(kill.seconds for kill in kills)
    return {
        "kills": len(kills),
        "survived": sum(kill.survived for kill in kills),
        "orphans_named": sum(kill.outcome == "orphan named" for kill in kills),
        "orders": kills[-1].orders if kills else 0,
        "trades": kills[-1].trades if kills else 0,
        "seconds_median": seconds[len(seconds) // 2] if seconds else 0,
        "seconds_longest": seconds[-1] if seconds else 0,
        "phases": dict(Counter(kill.phase for kill in kills)),
        "outcomes": dict(Counter(kill.outcome for kill in kills)),
    }
