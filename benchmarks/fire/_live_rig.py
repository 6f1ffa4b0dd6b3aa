"""An offline exchange and a stock Freqtrade trading live on it, as processes of their own."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx

from benchmarks.fire._agreement import Snapshot
from benchmarks.fire._books import read_books
from benchmarks.fire._database import read_database, symbol_of

ROOT = Path(__file__).parents[2]
CLIENT_TIMEOUT = 3.0
"""Seconds that the bot's client waits for an answer: short, so that a timeout does not take all the time."""

BASES = ("BTC", "ETH", "SOL", "BNB")
_START_SECONDS = 120.0
_STOP_SECONDS = 25.0
_MARKET = ("--market", "easy", "--until-now", "--timeframe", "1m", "--days", "6")

# One-minute candles, so that new ones come while a cell waits; little of everything, so that it is fast.
_CONFIG: dict[str, Any] = {
    "strategy": "SignalStrategy",
    "strategy_path": "benchmarks/fire/strategies",
    "timeframe": "1m",
    "initial_state": "running",
    "force_entry_enable": True,
    "stake_amount": 500,
    "max_open_trades": 4,
    "internals": {"process_throttle_secs": 1},
    "entry_pricing": {"price_side": "other", "use_order_book": True, "order_book_top": 1},
    "exit_pricing": {"price_side": "other", "use_order_book": True, "order_book_top": 1},
    "regime": {
        "timeframe": "1h",
        "moving_average": {"period": 20, "enter_level": 0.005, "exit_level": 0.002},
        "price_change": {"period": 10, "enter_level": 0.005, "exit_level": 0.002},
        "volatility": {"period": 10},
        "confirm_candles": 1,
        "min_dwell": 1,
        "min_samples": 200,
    },
    "freqai": {
        "train_period_days": 1,
        "live_retrain_hours": 24,
        "expiration_hours": 48,
        "feature_parameters": {"include_timeframes": ["1m", "5m"], "indicator_periods_candles": [14]},
        "model_training_parameters": {"n_estimators": 10, "learning_rate": 0.3, "min_child_samples": 20},
    },
}
_STOPS = {
    "entry": "limit",
    "exit": "limit",
    "stoploss": "limit",
    "stoploss_on_exchange": True,
    "stoploss_on_exchange_interval": 5,
}


class RigError(Exception):
    """A process of the rig that ended or did not start in time."""


class LiveRig:
    """One exchange, one bot, one folder; see `_rig.Rig` for what a cell asks of it.

    Parameters
    ----------
    folder : Path
        Where everything is written.
    market : str
        `spot` or `futures`.
    bot : str
        `plain`, `stops` (on the exchange) or `streams` (candles by websocket).
    guard : bool
        Whether our entry guard is on.
    """

    def __init__(self, folder: Path, market: str = "spot", bot: str = "plain", *, guard: bool = True) -> None:
        self.market, self._folder, self._bot_kind, self._guard = market, folder, bot, guard
        quote = "USDT" if market == "spot" else "USDT:USDT"
        self.pairs = [f"{base}/{quote}" for base in BASES]
        self._turn = cycle(self.pairs)
        self._port, self._api_port = free_port(), free_port()
        self._auth = ("trader", secrets.token_urlsafe(16))
        self._exchange: subprocess.Popen[bytes] | None = None
        self._bot: subprocess.Popen[bytes] | None = None
        self._steps: dict[str, Decimal] = {}
        self._client = httpx.Client(timeout=20)

    def pair(self) -> str:
        return next(self._turn)

    def signal(self, **signals: list[str]) -> None:
        path = self._folder / "user_data" / "signals.json"
        path.with_suffix(".new").write_text(json.dumps(signals))
        path.with_suffix(".new").replace(path)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._client.request(method, f"{self._url}/_control/{path}", json=body)
        if answer.is_error:
            raise RigError(f"{method} {path} {body}: {answer.text}")
        return answer.json()

    def api(self, method: str, path: str, body: Any = None) -> Any:
        url = f"http://127.0.0.1:{self._api_port}/api/v1/{path}"
        try:
            answer = self._client.request(method, url, json=body, auth=self._auth)
        except httpx.HTTPError:
            return None
        return None if answer.is_error else answer.json()

    def snapshot(self) -> Snapshot:
        books = read_books(self.control("GET", "books"), self.market)
        return Snapshot(books, read_database(self._database))

    def steps(self) -> dict[str, Decimal]:
        if not self._steps:
            path = "api/v3" if self.market == "spot" else "fapi/v1"
            told = self._client.get(f"{self._url}/{path}/exchangeInfo").json()["symbols"]
            by_symbol = {each["symbol"]: _step(each) for each in told}
            self._steps = {pair: by_symbol[symbol_of(pair)] for pair in self.pairs}
        return self._steps

    def log(self) -> Path:
        return self._folder / "bot.txt"

    def reconcile(self) -> list[dict[str, Any]] | None:
        return None

    def fresh(self) -> None:
        self.stop()
        for file in self._folder.glob("trades.sqlite*"):
            file.unlink()
        self.start()

    def restart(self) -> None:
        self.stop_bot()
        self.start_bot()

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def _database(self) -> Path:
        return self._folder / "trades.sqlite"

    def start(self) -> None:
        """Start the exchange, then the bot, and wait until it has been through its loop once."""
        self._start_exchange()
        self.start_bot()

    def _start_exchange(self) -> None:
        command = [sys.executable, "-m", "auriga.cli", "exchange", "--port", str(self._port), "--live"]
        command += ["--overlay", str(self._folder / "exchange.json"), "--mode", self.market, *_MARKET]
        command += ["--pairs", ",".join(f"{base}/USDT" for base in BASES)]
        self._exchange = self._run(command, "exchange.txt")
        self._wait(self._exchange, lambda: self._answers(f"{self._url}/api/v3/ping"), "exchange.txt")

    def start_bot(self) -> None:
        """Start the bot on the database that is there."""
        config = self._folder / "bot.json"
        config.write_text(json.dumps(self._config(), indent=1))
        self.signal()
        command = [sys.executable, "-m", "freqtrade", "trade", "--userdir", str(self._folder / "user_data")]
        command += ["--db-url", f"sqlite:///{self._database}"]
        for file in (ROOT / "config.json", self._folder / "exchange.json", config):
            command += ["-c", str(file)]
        self._bot = self._run(command, "bot.txt")
        self._wait(self._bot, self._runs, "bot.txt")

    def _config(self) -> dict[str, Any]:
        api = {"enabled": True, "listen_ip_address": "127.0.0.1", "listen_port": self._api_port}
        api |= {"username": self._auth[0], "password": self._auth[1], "jwt_secret_key": secrets.token_hex(32)}
        exchange: dict[str, Any] = {
            "pair_whitelist": self.pairs,
            "enable_ws": self._bot_kind == "streams",
            "ccxt_config": {"timeout": int(1000 * CLIENT_TIMEOUT)},
        }
        config = {**_CONFIG, "api_server": api, "exchange": exchange}
        config["regime"] = {**_CONFIG["regime"], "guard": {"enabled": self._guard}}
        if self._bot_kind == "stops":
            config["order_types"] = _STOPS
        leaders = {"include_corr_pairlist": self.pairs[:2]}
        config["freqai"] = {
            **_CONFIG["freqai"],
            "feature_parameters": {**_CONFIG["freqai"]["feature_parameters"], **leaders},
        }
        return config

    def _runs(self) -> bool:
        state = (self.api("GET", "show_config") or {}).get("state")
        return state == "running" and bool((self.api("GET", "health") or {}).get("last_process_ts"))

    def _answers(self, url: str) -> bool:
        try:
            return self._client.get(url).is_success
        except httpx.HTTPError:
            return False

    def _run(self, command: list[str], output: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "COLUMNS": "400", "NO_COLOR": "1"}
        (self._folder / "user_data").mkdir(parents=True, exist_ok=True)
        with (self._folder / output).open("ab") as stream:
            return subprocess.Popen(
                command, stdout=stream, stderr=subprocess.STDOUT, cwd=ROOT, env=environment
            )

    def _wait(self, process: subprocess.Popen[bytes], ready: Callable[[], bool], output: str) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RigError(f"{output} ends with\n{(self._folder / output).read_text()[-3000:]}")
            time.sleep(0.25)

    def stop_bot(self) -> None:
        """Ask the bot to end, as a service manager does."""
        _stop(self._bot)

    def stop(self) -> None:
        """End both processes."""
        _stop(self._bot)
        _stop(self._exchange)


def _stop(process: subprocess.Popen[bytes] | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _step(symbol: dict[str, Any]) -> Decimal:
    sizes = [each["stepSize"] for each in symbol["filters"] if each["filterType"] == "LOT_SIZE"]
    return Decimal(sizes[0])


def free_port() -> int:
    """Return a port on the loopback interface that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def live_rig(
    market: str, bot: str, guard: bool, *, folder: Path | None = None, keep: bool = False
) -> Iterator[LiveRig]:
    """Run a rig; its folder goes with it unless it is kept or given."""
    place = folder or Path(mkdtemp(prefix="auriga-fire-"))
    rig = LiveRig(place, market, bot, guard=guard)
    try:
        rig.start()
        yield rig
    finally:
        rig.stop()
        if folder is None and not keep:
            shutil.rmtree(place, ignore_errors=True)
