"""The bot as a trader runs it: stock `freqtrade trade --dry-run` against the offline exchange."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from auriga.columns import DO_PREDICT, EXPERT, PROBABILITY, REGIME
from auriga.typing import Regime

PAIRS = ["BTC/USDT", "ETH/USDT"]
KNOWN = (Regime.BULL, Regime.SIDEWAYS, Regime.BEAR)

ENDED_BY_SIGNAL = 130  # what Freqtrade returns after it has put everything in order

# One-minute candles, so that new ones come while a test waits; little of everything, so that it is fast.
FAST: dict[str, Any] = {
    "timeframe": "1m",
    "initial_state": "running",
    "internals": {"process_throttle_secs": 1},
    "exchange": {"pair_whitelist": PAIRS},
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
        "live_retrain_hours": 0.002,
        "expiration_hours": 1,
        "feature_parameters": {"include_timeframes": ["1m", "5m"], "indicator_periods_candles": [14]},
        # Few and fast trees: probabilities far from one half, so that entries happen.
        "model_training_parameters": {"n_estimators": 10, "learning_rate": 0.3, "min_child_samples": 20},
    },
}


@dataclass
class Bot:
    """A running Freqtrade: its REST interface, its models and everything it wrote."""

    process: subprocess.Popen[bytes]
    url: str
    auth: tuple[str, str]
    output: Path
    models: Path
    started: float

    @property
    def log(self) -> str:
        return self.output.read_text()

    def report(self, what: str) -> None:
        """Say when something was reached; `pytest -rP` shows it."""
        seconds, trainings = time.monotonic() - self.started, self.log.count(": trained on ")
        print(f"{what}: {seconds:.1f} s after the start, {trainings} trainings, {len(self.tags())} trades")

    def get(self, path: str, **params: str) -> Any:
        answer = httpx.get(f"{self.url}/api/v1/{path}", auth=self.auth, params=params, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def wait(self, condition: Callable[[], Any], seconds: float, what: str) -> Any:
        """Poll until the condition gives something; fail with the log when it does not, or the bot ends."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                pytest.fail(f"the bot ended before: {what}\n{self.log[-4000:]}")
            try:
                if (found := condition()) is not None:
                    return found
            except (httpx.HTTPError, FileNotFoundError, json.JSONDecodeError):
                pass  # not listening yet, or a file half written
            time.sleep(0.25)
        pytest.fail(f"not within {seconds} s: {what}\n{self.log[-4000:]}")

    def running(self) -> bool | None:
        """Whether it has been through its loop once."""
        state, looped_at = self.get("show_config")["state"], self.get("health")["last_process_ts"]
        return True if state == "running" and looped_at else None

    def trained(self, after: float = 0) -> dict[str, int] | None:
        """Time of each pair's newest model, once all are younger than a moment."""
        pairs = json.loads((self.models / "pair_dictionary.json").read_text())
        times = {pair: info["trained_timestamp"] for pair, info in pairs.items()}
        return times if set(times) == set(PAIRS) and min(times.values()) > after else None

    def candles(self, pair: str) -> pd.DataFrame | None:
        """What the strategy made of a pair's candles; it is what FreqUI draws."""
        answer = self.get("pair_candles", pair=pair, timeframe="1m", limit="1000")
        frame = pd.DataFrame(answer["data"], columns=answer["columns"])
        return frame.assign(date=pd.to_datetime(frame["date"])) if len(frame) else None

    def analyzed(self) -> dict[str, pd.DataFrame] | None:
        """All candles, once every pair has some."""
        frames = {pair: self.candles(pair) for pair in PAIRS}
        return None if any(frame is None for frame in frames.values()) else frames

    def predicted(self) -> dict[str, pd.DataFrame] | None:
        """All candles, once the last one of every pair has a usable prediction."""
        frames = self.analyzed() or {}
        usable = [frame[DO_PREDICT].iloc[-1] == 1 for frame in frames.values()]
        return frames if usable and all(usable) else None

    def tags(self) -> list[str]:
        """Entry tags of all trades, open and closed."""
        closed, still_open = self.get("trades")["trades"], self.get("status")
        return [trade["enter_tag"] for trade in (*closed, *still_open)]

    def complaints(self) -> list[str]:
        """Lines that no healthy bot writes; look before `stop`, which may fall into a database query."""
        marks = (" - ERROR - ", " - CRITICAL - ", "Traceback", "raised exception", "Unable to analyze")
        lines = self.log.splitlines()
        return [line for line in lines if any(mark in line for mark in marks)]

    def stop(self) -> int:
        """Ask it to end, as a service manager does, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


@contextmanager
def child(command: list[str], output: Path, cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that does not outlive the test."""
    environment = {**os.environ, "COLUMNS": "400", "NO_COLOR": "1"}
    with output.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, cwd=cwd, env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=20)


@contextmanager
def run_exchange(root: Path, folder: Path, *options: str) -> Iterator[Path]:
    """Run `auriga exchange` on a free port; gives the overlay that leads to it."""
    overlay, output = folder / "exchange.json", folder / "exchange.txt"
    command = [sys.executable, "-m", "auriga.cli", "exchange", "--port", "0", "--overlay", str(overlay)]
    with child([*command, *options], output, root) as process:
        deadline = time.monotonic() + 60
        while not _answers(overlay):
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)
        yield overlay


def _answers(overlay: Path) -> bool:
    try:
        urls = json.loads(overlay.read_text())["exchange"]["ccxt_config"]["urls"]["api"]
        return httpx.get(f"{urls['public']}/ping", timeout=5).is_success
    except (FileNotFoundError, httpx.HTTPError):
        return False


@contextmanager
def run_bot(root: Path, folder: Path, overlay: Path, name: str) -> Iterator[Bot]:
    """Run `freqtrade trade --dry-run`; all runs in one folder share models, database and candles."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    auth = ("trader", secrets.token_urlsafe(16))
    api = {"enabled": True, "listen_ip_address": "127.0.0.1", "listen_port": port}
    api |= {"username": auth[0], "password": auth[1], "jwt_secret_key": secrets.token_hex(32)}
    config = folder / "fast.json"
    config.write_text(json.dumps(FAST | {"api_server": api}))
    userdir = folder / "user_data"
    userdir.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "freqtrade", "trade", "--dry-run"]
    for file in (root / "config.json", overlay, config):
        command += ["-c", str(file)]
    command += ["--userdir", str(userdir), "--db-url", f"sqlite:///{folder / 'trades.sqlite'}"]
    output = folder / f"{name}.txt"
    started = time.monotonic()
    models = userdir / "models" / json.loads(overlay.read_text())["freqai"]["identifier"]
    with child(command, output, root) as process:
        yield Bot(process, f"http://127.0.0.1:{port}", auth, output, models, started)


@pytest.mark.host
@pytest.mark.timeout(400)
def test_bot_trains_predicts_retrains_stops_and_starts_again(root, tmp_path) -> None:
    options = ("--market", "easy", "--until-now", "--timeframe", "1m", "--days", "6")
    with run_exchange(root, tmp_path, *options, "--pairs", ",".join(PAIRS)) as overlay:
        with run_bot(root, tmp_path, overlay, "first") as bot:
            first = _check_first_start(bot)
        with run_bot(root, tmp_path, overlay, "second") as bot:
            _check_restart(bot, first)


def _check_first_start(bot: Bot) -> dict[str, pd.DataFrame]:
    bot.wait(bot.running, 60, "bot is running")
    bot.report("running")
    first_models = bot.wait(bot.trained, 60, "first model of every pair")
    bot.report("first models")

    # FreqAI marks what it predicts for past candles as unusable, so the first usable one is a new candle.
    frames = bot.wait(bot.predicted, 150, "usable prediction of a new candle")
    bot.report("usable prediction of a new candle")
    for frame in frames.values():
        _check_candles(frame)

    # Trap T18: stock FreqAI trains once, and never after the first new candle.
    closed = max(frame["date"].iloc[-1] for frame in frames.values()) + pd.Timedelta(minutes=1)
    models = bot.wait(lambda: bot.trained(after=closed.timestamp()), 45, "models with the new candle")
    assert all(models[pair] > first_models[pair] for pair in PAIRS)
    bot.report("models with the new candle")
    assert set(bot.tags()) <= {f"{regime.label}_long" for regime in KNOWN}
    assert bot.complaints() == []
    assert bot.stop() == ENDED_BY_SIGNAL
    return dict(frames)


def _check_candles(frame: pd.DataFrame) -> None:
    # Freqtrade asks for 1000 candles, and does not hand over the running one.
    assert len(frame) >= 999
    last = frame.iloc[-1]
    assert pd.Timestamp.now("UTC") - last["date"] < pd.Timedelta(minutes=3)
    assert 0 < last[PROBABILITY] < 1
    assert last[REGIME] in KNOWN
    assert last[EXPERT] in (last[REGIME], Regime.UNKNOWN)


def _check_restart(bot: Bot, before: dict[str, pd.DataFrame]) -> None:
    started = time.time()
    bot.wait(bot.running, 60, "bot is running again")
    frames = bot.wait(bot.analyzed, 30, "candles after the restart")
    bot.report("candles after the restart")

    # What was predicted before comes from the stored history, not from the newest model.
    columns = [PROBABILITY, EXPERT, DO_PREDICT]
    for pair in PAIRS:
        was, now = (frame.set_index("date")[columns] for frame in (before[pair], frames[pair]))
        common = now.index.intersection(was.index)
        assert len(common) > 990
        pd.testing.assert_frame_equal(now.loc[common], was.loc[common], check_dtype=False)

    bot.wait(lambda: bot.trained(after=started), 45, "models of the restarted bot")
    bot.report("models of the restarted bot")
    assert "No model ready" not in bot.log
    assert bot.complaints() == []
    assert bot.stop() == ENDED_BY_SIGNAL
