"""Stock Freqtrade in dry-run takes its candles from the websocket, and gets over a lost one."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.host, pytest.mark.timeout(400)]

PAIRS = ["BTC/USDT", "ETH/USDT"]
SIMULATION = (
    "--market",
    "easy",
    "--until-now",
    "--timeframe",
    "1m",
    "--days",
    "3",
    "--pairs",
    ",".join(PAIRS),
)
STRATEGY = '''
from freqtrade.strategy import IStrategy


class Watcher(IStrategy):
    """Trades nothing and says which candle it saw last."""

    timeframe = "1m"
    startup_candle_count = 30
    minimal_roi = {"0": 100.0}
    stoploss = -0.9
    process_only_new_candles = True

    def populate_indicators(self, dataframe, metadata):
        last = dataframe.iloc[-1]
        date = f"{last['date']:%Y-%m-%dT%H:%M}"
        print("SEEN", metadata["pair"], date, last["close"], last["volume"], flush=True)
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
'''
CONFIG: dict[str, Any] = {
    "max_open_trades": 1,
    "stake_currency": "USDT",
    "stake_amount": 100,
    "dry_run": True,
    "initial_state": "running",
    "strategy": "Watcher",
    "exchange": {"name": "binance", "pair_whitelist": PAIRS, "pair_blacklist": []},
    "pairlists": [{"method": "StaticPairList"}],
    "internals": {"process_throttle_secs": 1},
    "entry_pricing": {"price_side": "same", "use_order_book": True, "order_book_top": 1},
    "exit_pricing": {"price_side": "same", "use_order_book": True, "order_book_top": 1},
}


@dataclass(frozen=True)
class Bot:
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def log(self) -> str:
        return self.output.read_text()

    def seen(self) -> dict[tuple[str, str], tuple[float, float]]:
        """Close and volume of the last candle at each analysis, by pair and opening time."""
        lines = [line.split()[1:] for line in self.log.splitlines() if line.startswith("SEEN ")]
        return {(pair, date): (float(close), float(volume)) for pair, date, close, volume in lines}

    def wait(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.log[-4000:]
            assert time.monotonic() < deadline, self.log[-4000:]
            time.sleep(0.2)


@contextmanager
def run_bot(folder: Path, overlay: dict[str, Any]) -> Iterator[Bot]:
    (folder / "user_data" / "strategies").mkdir(parents=True)
    (folder / "user_data" / "strategies" / "watcher.py").write_text(STRATEGY)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    # This bot trains nothing; a name for its models would be half a configuration.
    (folder / "offline.json").write_text(json.dumps({"exchange": overlay["exchange"]}))
    command = [sys.executable, "-m", "freqtrade", "trade", "-v", "-c", "config.json", "-c", "offline.json"]
    output = folder / "bot.txt"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, "COLUMNS": "400"},
        )
        try:
            yield Bot(process, output)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def control(url: str, path: str, content: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        url.replace("/api/v3", f"/_control/{path}"),
        data=None if content is None else json.dumps(content).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def rest_candles(url: str, pair: str) -> dict[str, tuple[float, float]]:
    query = f"{url}/klines?symbol={pair.replace('/', '')}&interval=1m&limit=30"
    with urllib.request.urlopen(query, timeout=10) as answer:
        rows = json.load(answer)
    return {
        time.strftime("%Y-%m-%dT%H:%M", time.gmtime(row[0] / 1000)): (float(row[4]), float(row[5]))
        for row in rows
    }


@dataclass(frozen=True)
class Streaming:
    """A bot that has had its first candles, and their exchange."""

    bot: Bot
    url: str

    def kline_requests(self) -> int:
        return int(control(self.url, "counts")["requests"]["GET /api/v3/klines"])

    def wait_for_candles(self, count: int, seconds: float = 90) -> None:
        """Wait until every pair has been analysed with so many more candles."""
        enough = len(self.bot.seen()) + count * len(PAIRS)
        self.bot.wait(lambda: len(self.bot.seen()) >= enough, seconds)

    def check_candles(self, least: int) -> None:
        for pair in PAIRS:
            expected = rest_candles(self.url, pair)
            seen = {date: candle for (name, date), candle in self.bot.seen().items() if name == pair}
            assert len(seen) >= least
            assert seen == {date: expected[date] for date in sorted(seen)}
            # No candle was left out either: one a minute from the first to the last.
            between = [date for date in expected if min(seen) <= date <= max(seen)]
            assert sorted(seen) == between


@pytest.fixture(scope="module")
def streaming(
    tmp_path_factory: pytest.TempPathFactory, exchange_process: Callable[..., Any]
) -> Iterator[Streaming]:
    folder = tmp_path_factory.mktemp("streams")
    with (
        exchange_process(folder / "overlay.json", *SIMULATION) as running,
        run_bot(folder, running.config) as bot,
    ):
        bot.wait(lambda: len(bot.seen()) >= len(PAIRS), 60)
        yield Streaming(bot, running.url)


def test_dry_run_reads_candles_from_the_websocket(streaming: Streaming) -> None:
    bot, refused = streaming.bot, "Couldn't reuse watch"
    asked, fallbacks = streaming.kline_requests(), bot.log.count(refused)
    # Freqtrade takes candles from the websocket as soon as it holds the one before the running one.
    bot.wait(lambda: all(f"reuse watch result for {pair}, 1m" in bot.log for pair in PAIRS), 200)
    bot.wait(lambda: len(bot.seen()) >= 2 * len(PAIRS), 20)
    assert streaming.kline_requests() - asked == bot.log.count(refused) - fallbacks
    streaming.check_candles(2)


@pytest.mark.fire
def test_no_candle_is_lost_with_a_dropped_websocket(streaming: Streaming) -> None:
    bot = streaming.bot
    bot.wait(lambda: all(f"reuse watch result for {pair}, 1m" in bot.log for pair in PAIRS), 200)
    control(streaming.url, "faults", {"kind": "ws_drop", "count": 1})
    bot.wait(lambda: "Connection closed" in bot.log or "Task finished" in bot.log, 20)
    reused = bot.log.count("reuse watch result")
    streaming.wait_for_candles(2, 200)
    bot.wait(lambda: bot.log.count("reuse watch result") >= reused + len(PAIRS), 200)
    streaming.check_candles(4)
