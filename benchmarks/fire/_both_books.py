"""Both books of a live bot: what the exchange says, what the trades database says, what reconcile says."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

import httpx

from benchmarks.fire._agreement import Snapshot
from benchmarks.fire._books import read_books
from benchmarks.fire._bot import Bot
from benchmarks.fire._database import read_database, symbol_of
from benchmarks.fire._errors import FireError
from benchmarks.fire._settings import ROOT


def snapshot(bot: Bot) -> Snapshot:
    """Both books now; in a dry run the exchange's stay empty."""
    books = read_books(bot.exchange.control.books(), "spot")
    return Snapshot(books, read_database(bot.database))


def lot_steps(bot: Bot) -> dict[str, Decimal]:
    """Smallest amount of every pair of the bot."""
    answer = httpx.get(f"{bot.exchange.url}/api/v3/exchangeInfo", timeout=20).raise_for_status()
    steps = {each["symbol"]: _step(each) for each in answer.json()["symbols"]}
    return {pair: steps[symbol_of(pair)] for pair in bot.pairs}


def _step(symbol: dict[str, Any]) -> Decimal:
    return next(Decimal(each["stepSize"]) for each in symbol["filters"] if each["filterType"] == "LOT_SIZE")


def reconcile(bot: Bot, *options: str) -> list[dict[str, Any]]:
    """What `auriga reconcile` finds, as a trader would call it.

    Raises
    ------
    FireError
        If it could not compare.
    """
    command = [sys.executable, "-m", "auriga.cli", "reconcile", "--json", "--settle", "1", *options]
    for file in (ROOT / "config.json", bot.exchange.overlay, bot.folder / f"{bot.name}.json"):
        command += ["--config", str(file)]
    command += ["--userdir", str(bot.userdir), "--db-url", f"sqlite:///{bot.database}"]
    environment = {**os.environ, **bot.clock.environment()}
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    if ran.returncode not in (0, 1):
        raise FireError(f"auriga reconcile ended with {ran.returncode}: {ran.stderr[-1000:]}")
    return list(json.loads(ran.stdout)["findings"])
