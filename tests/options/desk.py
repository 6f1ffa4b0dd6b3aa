"""Every command of an option, as a user types it: stock Freqtrade and `auriga` at the offline exchange."""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.options.markets import MARKETS, SMALL, Market
from tests.options.table import Option
from tests.support.freqai_runs import deep_merge
from tests.support.programs import Done, Program, run_program

COMMANDS = (
    "exchange", "backtest", "report", "score", "regimes", "doctor", "journal", "explain", "freeze", "live",
    "reconcile",
)  # fmt: skip
"""Columns of the table; `live` is the bot, and `auriga parity` of its record."""

ENVIRONMENT = {"COLUMNS": "400", "NO_COLOR": "1"}
_ERROR = re.compile(r" - ERROR - (.*)")
_MOST = 600


@dataclass(frozen=True)
class Cell:
    """What a command did: `works`, `refused` with its sentence, `fault` with what is wrong, or `none`."""

    state: str
    words: str = ""


UNTOUCHED = {"freqai": ("regimes", "reconcile"), "trading": ("regimes",), "timeframe": ("reconcile",)}
"""Commands that read nothing of a group's options."""
READING = ("report", "score", "journal", "explain", "freeze")
NOTHING = Cell("none", "nothing to read: the backtest is refused")


@contextmanager
def exchange(market: Market, folder: Path) -> Iterator[Path]:
    """The overlay of an offline exchange that serves a market until the block ends."""
    overlay = folder / f"exchange-{market.name}.json"
    overlay.unlink(missing_ok=True)
    candles = MARKETS["usual"].write(folder) if market.data_format != "feather" else market.write(folder)
    mode = "futures" if any(":" in pair for pair in market.pairs) else "spot"
    words = ["auriga", "exchange", "--candles", str(candles), "--port", "0", "--overlay", str(overlay)]
    server = Program([*words, "--mode", mode, "--no-limits", "--live"], cwd=ROOT, environment=ENVIRONMENT)
    try:
        end = time.monotonic() + 90
        while not overlay.exists():
            if not server.running or time.monotonic() > end:
                raise RuntimeError(f"no exchange of {market.name}: {server.said()[-2000:]}")
            time.sleep(0.05)
        yield overlay
    finally:
        server.kill()


@dataclass(frozen=True)
class Desk:
    """One option, tried in a folder of its own with an exchange that runs."""

    option: Option
    folder: Path
    datadir: Path
    overlay: Path

    @property
    def userdir(self) -> Path:
        """The user folder, of whatever name the option wants."""
        return self.folder / self.option.folder

    def settings(self) -> Path:
        """Overlay of small settings, the market's and the option's; a null leaves the shipped value out."""
        market, file = self.option.market, self.folder / "option.json"
        told = deep_merge(SMALL, {"exchange": {"pair_whitelist": list(market.pairs)}})
        told = deep_merge(deep_merge(told, dict(market.settings)), dict(self.option.overlay))
        file.write_text(json.dumps(told))
        for name, content in self.option.files.items():
            (self.folder / name).write_text(json.dumps(content))
        return file

    def config(self) -> Path:
        """`config.json` without what the option takes out."""
        whole = json.loads((ROOT / "config.json").read_text())
        whole = deep_merge(whole, _removals(self.option.overlay))
        for key, value in self.option.overlay.items():  # Freqtrade cannot merge a block into a number
            if isinstance(value, dict) and not isinstance(whole.get(key, {}), dict):
                del whole[key]
        file = self.folder / "config.json"
        file.write_text(json.dumps(whole))
        return file

    def common(self) -> list[str]:
        """Configuration and folders of every command."""
        files = (self.config(), self.overlay, self.settings())
        words = [word for file in files for word in ("-c", str(file))]
        userdir = os.path.relpath(self.userdir, ROOT) if self.option.relative else str(self.userdir)
        return [*words, "--userdir", userdir, "--datadir", str(self.datadir)]

    def run(self, *words: str) -> Done:
        """Run a command; once more where the exchange did not answer, which says nothing of an option."""
        told = {**ENVIRONMENT, **self.option.environment}
        done = run_program(words, cwd=ROOT, environment=told, seconds=300)
        if done.returncode and "due to ExchangeNotAvailable" in done.stdout:
            done = run_program(words, cwd=ROOT, environment=told, seconds=300)
        return done

    def backtest(self) -> Cell:
        """Backtest, and see that it trained and traded the pairs that the option means."""
        words = list(self.option.words)
        if "--timerange" not in words and "--freqai-backtest-live-models" not in words:
            words += ["--timerange", self.option.market.timerange]
        if "--export" not in words:
            words += ["--export", "trades"]
        paths = ["--strategy-path", str(ROOT / "strategies")]
        paths += ["--freqaimodel-path", str(ROOT / "freqaimodels")]
        done = self.run("freqtrade", "backtesting", *self.common(), *paths, "--cache", "none", *words)
        cell = judged(done)
        if cell.state != "works":
            return cell
        return self._trained(done.stdout)

    def _trained(self, said: str) -> Cell:
        trained = re.findall(r" - (?:all (\d+) pairs|([^ ]+)), window \d+ of \d+ \(.*\): trained on", said)
        errors = _ERROR.findall(said) or re.findall(r" - CRITICAL - (.*)", said)
        if not trained and errors:  # Freqtrade ends with 0 after a `ConfigurationError`
            return Cell("refused", _short(errors[-1]))
        if not trained:
            return Cell("fault", "nothing was trained")
        expected = self.option.pairs
        if expected is None:
            return Cell("works", "")
        numbers = {int(number) for number, _ in trained if number}
        if numbers and numbers != {len(expected)}:
            return Cell("fault", f"trained on {numbers} pairs, not {len(expected)}")
        listed = self._pairs()
        if listed is not None and set(listed) != set(expected):
            return Cell("fault", f"Freqtrade's pairs are {listed}, not {expected}")
        return Cell("works", "")

    def _pairs(self) -> list[str] | None:
        done = sorted((self.userdir / "backtest_results").glob("backtest-result-*.meta.json"))
        if not done:
            return None
        from auriga.host.results import read_backtest

        return read_backtest(self.userdir / "backtest_results").pairs

    def reading(self) -> Iterator[tuple[str, Cell]]:
        """Commands that read the finished backtest."""
        common = self.common()
        page = ("--verdict", "none", "--no-open", "--output", str(self.folder / "report.html"))
        yield "report", judged(self.run("auriga", "report", *common, *page))
        yield "score", judged(self.run("auriga", "score", *common))
        config = self.common()[:-2]
        csv = str(self.folder / "journal.csv")
        yield "journal", judged(self.run("auriga", "journal", *config, "--result", "latest", "--output", csv))
        yield "explain", judged(self.run("auriga", "explain", *common, "--result", "latest", *self._candle()))
        frozen = ("--result", "latest", "--output", str(self.folder / "frozen"))
        yield "freeze", judged(self.run("auriga", "freeze", *config, *frozen))

    def _candle(self) -> list[str]:
        """Some candle within the backtest."""
        listed = self._pairs() or list(self.option.market.pairs)
        start = self.option.market.timerange.split("-")[0]
        return ["--candle", f"{start[:4]}-{start[4:6]}-{start[6:]} 00:00", "--pair", listed[0]]

    def regimes(self) -> Cell:
        """Regimes of the downloaded candles."""
        picture = ("--picture", str(self.folder / "regimes.png"))
        return judged(self.run("auriga", "regimes", *self.common(), *picture))

    def doctor(self) -> Cell:
        """What the checks of settings, candles and history say before a backtest."""
        span = ("--timerange", self.option.market.timerange)
        only = [word for check in ("settings", "candles", "history") for word in ("--only", check)]
        return judged(self.run("auriga", "doctor", *self.common(), *span, *only), fine=(0, 1))

    def live(self) -> Cell:
        """The bot, and its record against the backtest path."""
        if not self.option.live:
            return Cell("none", "an option of backtesting alone")
        done = self.run("bot", self.option.key, str(self.folder / "bot"), str(self.datadir))
        if done.returncode or "Traceback" in done.stdout:
            return Cell("fault", _traceback(done.stdout))
        state, _, words = done.stdout.strip().splitlines()[-1].partition(": ")
        return Cell({"differs": "fault"}.get(state, state), _short(words))

    def reconcile(self) -> Cell:
        """Both books of a live bot that has not traded."""
        from freqtrade.persistence import init_db

        database = self.folder / "live.sqlite"
        init_db(f"sqlite:///{database}")
        words = ["--db-url", f"sqlite:///{database}", "--json"]
        return judged(self.run("auriga", "reconcile", *self.common()[:-2], *words), fine=(0, 1))


def _removals(overlay: Any) -> dict[str, Any]:
    """The nulls of an overlay: keys to take out."""
    kept: dict[str, Any] = {}
    for key, value in dict(overlay).items():
        if value is None:
            kept[key] = None
        elif isinstance(value, dict) and (inner := _removals(value)):
            kept[key] = inner
    return kept


def judged(done: Done, fine: tuple[int, ...] = (0,)) -> Cell:
    """Works, refused in one sentence, or a fault."""
    if "Traceback" in done.stdout:
        return Cell("fault", _traceback(done.stdout))
    said = done.stdout.strip().splitlines()[-1:]
    if done.returncode in fine and not (done.returncode and said and said[0].startswith("Error")):
        return Cell("works")
    errors = _ERROR.findall(done.stdout) or said
    if not errors:
        return Cell("fault", f"exit code {done.returncode} without a word")
    start = done.stdout.rfind(errors[-1])
    return Cell("refused", _short(done.stdout[start:] if " - ERROR - " in done.stdout else errors[-1]))


def _traceback(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"^[\w.]*(Error|Exception|Interrupt)\b", line)]
    return _short((errors or lines)[-1])


def _short(text: str) -> str:
    return " ".join(text.split())[:_MOST]


def try_option(
    option: Option, folder: Path, overlay: Path, columns: tuple[str, ...] = COMMANDS
) -> dict[str, Cell]:
    """All commands of an option, in a fresh folder."""
    own = folder / "tried"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    desk = Desk(option, own, option.market.write(folder), overlay)
    desk.userdir.mkdir(parents=True)
    untouched = UNTOUCHED.get(option.group, ())
    cells = {name: Cell("none", "reads nothing of it") for name in untouched}
    cells |= {"exchange": Cell("works"), "backtest": desk.backtest()}
    if "regimes" in columns and "regimes" not in untouched:
        cells["regimes"] = desk.regimes()
    if "doctor" in columns:
        cells["doctor"] = desk.doctor()
    readable = cells["backtest"].state == "works" and option.words[-2:] != ("--export", "none")
    if "report" in columns:
        cells |= dict(desk.reading()) if readable else dict.fromkeys(READING, NOTHING)
    if "live" in columns:
        cells["live"] = desk.live()
    if "reconcile" in columns and "reconcile" not in untouched:
        cells["reconcile"] = desk.reconcile()
    cells = {name: Cell(cell.state, cell.words.replace(f"{folder}/", "")) for name, cell in cells.items()}
    return {name: cells.get(name, Cell("untried")) for name in COMMANDS}
