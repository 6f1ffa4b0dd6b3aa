"""A live bot on the offline exchange, with what a trader has: REST interface, webhook, both books."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from tests.host.test_dry_run import FAST, PAIRS, Bot, child, run_exchange


def thresholds(long: float) -> str:
    """Parameters of the strategy: enter above this probability, leave by command alone."""
    params = {"buy": {"long_threshold": long}, "sell": {"exit_threshold": 0.0}}
    return json.dumps({"strategy_name": "RegimeStrategy", "params": params})


ALWAYS, NEVER = 0.001, 0.999


@dataclass
class Receiver:
    """A webhook receiver; `texts` is what would have gone to Telegram."""

    url: str
    texts: list[str] = field(default_factory=list)

    def about(self, word: str) -> list[str]:
        """Messages that contain a word."""
        return [text for text in self.texts if word in text]


@contextmanager
def run_receiver() -> Iterator[Receiver]:
    """Listen for webhooks until the block ends."""
    texts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            texts.append(json.loads(body).get("text", ""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Receiver(f"http://127.0.0.1:{server.server_address[1]}", texts)
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Desk:
    """The exchange from outside: its control interface, and its API as the account's owner."""

    overlay: Path

    @property
    def url(self) -> str:
        urls = json.loads(self.overlay.read_text())["exchange"]["ccxt_config"]["urls"]["api"]
        return str(urls["public"]).removesuffix("/api/v3")

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = httpx.request(method, f"{self.url}/_control/{path}", json=body, timeout=10)
        assert answer.is_success, answer.text
        return answer.json()

    def fault(self, kind: str, endpoint: str, **more: Any) -> None:
        self.control("POST", "faults", {"kind": kind, "endpoint": endpoint, **more})

    def orders(self, symbol: str | None = None, market: str = "spot") -> list[dict[str, Any]]:
        orders = self.control("GET", "books")[market]["orders"]
        return [order for order in orders if symbol in (None, order["symbol"])]

    def ccxt(self) -> Any:
        """Talk to the exchange as the owner of the account."""
        import ccxt

        config = json.loads(self.overlay.read_text())["exchange"]
        options = dict(config["ccxt_config"]) | {"apiKey": config["key"], "secret": config["secret"]}
        return ccxt.binance(options)


@dataclass
class LiveBot:
    """Everything of one live bot; several runs share database, models and guard."""

    root: Path
    folder: Path
    desk: Desk
    receiver: Receiver
    enters_above: float = NEVER
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def config_files(self) -> list[Path]:
        return [self.root / "config.json", self.desk.overlay, self.folder / "live.json"]

    @property
    def db_url(self) -> str:
        return f"sqlite:///{self.folder / 'trades.sqlite'}"

    @contextmanager
    def run(self, name: str) -> Iterator[Bot]:
        """Run `freqtrade trade`."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        auth = ("trader", secrets.token_urlsafe(16))
        api = {"enabled": True, "listen_ip_address": "127.0.0.1", "listen_port": port}
        api |= {"username": auth[0], "password": auth[1], "jwt_secret_key": secrets.token_hex(32)}
        webhook = {"enabled": True, "url": self.receiver.url, "format": "json", "allow_custom_messages": True}
        webhook |= {"strategy_msg": {"text": "{msg}"}, "status": {"text": "{status}"}}
        config = FAST | {"api_server": api, "webhook": webhook, "force_entry_enable": True}
        config |= {"strategy_path": str(self._strategies()), "max_open_trades": 3, "stake_amount": 500}
        config["internals"] = {"process_throttle_secs": 1}
        (self.folder / "live.json").write_text(json.dumps(config | self.options))
        userdir = self.folder / "user_data"
        userdir.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "freqtrade", "trade", "--userdir", str(userdir)]
        command += ["--db-url", self.db_url]
        for file in self.config_files:
            command += ["-c", str(file)]
        models = userdir / "models" / json.loads(self.desk.overlay.read_text())["freqai"]["identifier"]
        output = self.folder / f"{name}.txt"
        with child(command, output, self.root) as process:
            yield Bot(process, f"http://127.0.0.1:{port}", auth, output, models, time.monotonic())

    def _strategies(self) -> Path:
        folder = self.folder / "strategies"
        if not folder.exists():
            folder.mkdir()
            shutil.copy(self.root / "strategies" / "RegimeStrategy.py", folder)
            (folder / "RegimeStrategy.json").write_text(thresholds(self.enters_above))
        return folder

    def reconcile(self, *options: str) -> tuple[int, Any]:
        """Run `auriga reconcile --json`; gives its exit code and what it found."""
        command = [sys.executable, "-m", "auriga.cli", "reconcile", "--json", "--db-url", self.db_url]
        command += ["--userdir", str(self.folder / "user_data"), *options]
        for file in self.config_files:
            command += ["-c", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.root, timeout=120)
        return done.returncode, json.loads(done.stdout) if done.stdout.startswith("{") else done.stderr


def call(bot: Bot, path: str, method: str = "POST", **body: Any) -> httpx.Response:
    """Call the bot's REST interface."""
    return httpx.request(method, f"{bot.url}/api/v1/{path}", auth=bot.auth, json=body or None, timeout=90)


def enter(bot: Bot, pair: str) -> httpx.Response:
    """`/forceenter` at the market, about which the guard is asked as about any entry."""
    return call(bot, "forceenter", pair=pair, ordertype="market")


@contextmanager
def live_exchange(root: Path, folder: Path, *options: str) -> Iterator[Desk]:
    """Run `auriga exchange --live` with a simulated market on 1m candles."""
    market = ("--market", "easy", "--until-now", "--timeframe", "1m", "--days", "6", "--live", "--no-limits")
    with run_exchange(root, folder, *market, "--pairs", ",".join(PAIRS), *options) as overlay:
        yield Desk(overlay)
