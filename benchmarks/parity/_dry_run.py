"""Stock `freqtrade trade --dry-run` on an offline exchange, both by a faster clock, with one restart."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.fire import FAST, MARKET_ORDERS, PAIRS, ROOT, Bot, Exchange, FastClock, FireError
from benchmarks.fire._settings import merged

Json = dict[str, Any]

CANDLE_SECONDS = 300
HISTORY_DAYS = 24
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
            "exchange": {"enable_ws": False, "ccxt_config": {"timeout": int(20_000 * speed)}},
            "regime": {"stops": {"kind": "atr"}},
            "freqai": {
                "train_period_days": 6,
                "live_retrain_hours": 6,
                "expiration_hours": 48,
                "feature_parameters": {
                    "include_timeframes": ["5m", "15m", "1h"],
                    "include_corr_pairlist": PAIRS,
                },
            },
        },
    )


def dry_run(folder: Path, *, speed: float, candles: int, say: Callable[[str], None] = print) -> Bot:
    """Run a bot for so many candles after its first models, restart it halfway, and download its candles.

    Returns
    -------
    Bot
        It has ended; its files and options are what `auriga parity` needs.

    Raises
    ------
    FireError
        If libfaketime is missing, or a process ends or hangs.
    """
    clock = FastClock(speed)
    with Exchange(folder / "exchange", *_MARKET, clock=clock) as exchange:
        bot = Bot(folder, exchange, overlay=overlay(speed), parameters=_THRESHOLDS)
        with bot:
            bot.wait(bot.running, 300, "it is running")
            bot.wait(bot.trained, 300, "first models")
            begun = clock.time()
            for part, until in enumerate((0.5, 1.0), start=1):
                _wait(bot, begun + until * candles * CANDLE_SECONDS, say)
                say(f"stopped with exit code {bot.stop(120)} after part {part}")
                if part == 1:
                    bot.start()
                    bot.wait(bot.running, 300, "it is running again")
            _download(bot, clock)
    return bot


def _wait(bot: Bot, moment: float, say: Callable[[str], None]) -> None:
    """Let it trade until a moment of its own clock."""
    told = 0.0
    while (left := moment - bot.clock.time()) > 0:
        if not bot.alive:
            raise FireError(f"the bot ended\n{bot.log[-4000:]}")
        if time.monotonic() - told > 60:
            say(f"{left / CANDLE_SECONDS:.0f} candles to go")
            told = time.monotonic()
        time.sleep(min(1.0, left / bot.clock.speed))


def _download(bot: Bot, clock: FastClock) -> None:
    """What a trader does before `auriga parity`: get the candles up to now."""
    options = [word for word in bot.files if not word.startswith("sqlite")]
    options.remove("--db-url")
    wanted = ["--timeframes", "5m", "15m", "1h", "--days", str(HISTORY_DAYS)]
    command = [sys.executable, "-m", "freqtrade", "download-data", *options, *wanted]
    done = subprocess.run(command, cwd=ROOT, env=_environment(clock), capture_output=True, text=True)
    if done.returncode:
        raise FireError(f"download-data ended with {done.returncode}\n{done.stderr[-2000:]}")


def _environment(clock: FastClock) -> dict[str, str]:
    import os

    return {**os.environ, **clock.environment()}
