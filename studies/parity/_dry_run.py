"""Stock `freqtrade trade --dry-run` on an offline exchange, both by a faster clock, with one restart."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rig._settings import merged

from rig import FAST, MARKET_ORDERS, ROOT, Bot, Exchange, FastClock, FireError

Json = dict[str, Any]

CANDLE_SECONDS = 300
PAIRS = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "BNB/USDT"]
HISTORY_DAYS = 24
TIMEFRAMES = ("5m", "15m", "1h")
_MARKET = ("--market", "easy", "--until-now", "--timeframe", "5m", "--days", str(HISTORY_DAYS), "--no-limits")
_THRESHOLDS: Json = {
    "enter": {"long_threshold": 0.55, "short_threshold": 0.0},
    "exit": {"exit_threshold": 0.5, "take_profit_atr": 0.0},
}


def overlay(speed: float) -> Json:
    """Settings of the bot: few features and days, so that a candle takes a second or two of real time."""
    return merged(
        merged(FAST, MARKET_ORDERS),
        {
            "timeframe": "5m",
            "stake_amount": 100,
            "internals": {"process_throttle_secs": max(1, int(speed / 4))},
            "exchange": {
                "pair_whitelist": PAIRS,
                "enable_ws": False,
                "ccxt_config": {"timeout": int(20_000 * speed)},
            },
            "regime": {"stops": {"kind": "atr"}},
            "freqai": {
                "train_period_days": 6,
                "live_retrain_hours": 4,
                "expiration_hours": 48,
                "feature_parameters": {
                    "include_timeframes": list(TIMEFRAMES),
                    "include_corr_pairlist": PAIRS[:2],
                },
            },
        },
    )


def files(folder: Path, userdir: Path | None = None) -> list[str]:
    """Options that name the configuration, user folder and database of the bot that ran in a folder."""
    configs = (ROOT / "config.json", folder / "overlay.json", folder / "bot.json")
    options = [word for file in configs for word in ("-c", str(file))]
    return [*options, "--userdir", str(userdir or folder / "user_data")]


def dry_run(folder: Path, *, speed: float, candles: int, say: Callable[[str], None] = print) -> None:
    """Run a bot for so many candles after its first models, restart it halfway, and download its candles.

    What `auriga parity` needs stays in the folder, and `run.json` with how long it took.

    Raises
    ------
    FireError
        If libfaketime is missing, or a process ends or hangs.
    """
    clock, started = FastClock(speed), time.monotonic()
    with Exchange(folder / "exchange", *_MARKET, pairs=PAIRS, clock=clock) as exchange:
        shutil.copy(exchange.overlay, folder / "overlay.json")  # the exchange takes it away when it ends
        with Bot(folder, exchange, overlay=overlay(speed), parameters=_THRESHOLDS) as bot:
            bot.wait(bot.running, 300, "it is running")
            bot.wait(bot.trained, 300, "first models")
            begun = clock.time()
            _trade(bot, begun + candles / 2 * CANDLE_SECONDS, say)
            bot.start()
            bot.wait(bot.running, 300, "it is running again")
            _trade(bot, begun + candles * CANDLE_SECONDS, say)
            hours = (clock.time() - begun) / 3600
        _download(folder, clock)
    minutes = (time.monotonic() - started) / 60
    told = {"speed": speed, "market_hours": round(hours, 1), "real_minutes": round(minutes, 1), "restarts": 1}
    (folder / "run.json").write_text(json.dumps(told, indent=1))


def _trade(bot: Bot, moment: float, say: Callable[[str], None]) -> None:
    """Let it trade until a moment of its own clock, then ask it to end."""
    told = float("-inf")
    while (left := moment - bot.clock.time()) > 0:
        if not bot.alive:
            raise FireError(f"the bot ended\n{bot.log[-4000:]}")
        if time.monotonic() - told > 60:
            say(f"{left / CANDLE_SECONDS:.0f} candles to go")
            told = time.monotonic()
        time.sleep(min(1.0, left / bot.clock.speed))
    say(f"ended with exit code {bot.stop(120)}")


def _download(folder: Path, clock: FastClock) -> None:
    """What a trader does before `auriga parity`: get the candles up to now."""
    wanted = ["--timeframes", *TIMEFRAMES, "--days", str(HISTORY_DAYS)]
    command = [sys.executable, "-m", "freqtrade", "download-data", *files(folder), *wanted]
    environment = {**os.environ, **clock.environment()}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FireError(f"download-data ended with {done.returncode}\n{done.stderr[-2000:]}")
