"""Both books of a live bot: what the exchange says, what the trades database says, what reconcile says."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

from rig._agreement import Snapshot
from rig._books import read_books
from rig._bot import Bot
from rig._database import read_database, symbol_of
from rig._errors import FireError
from rig._http import HTTP
from rig._settings import ROOT

_API = {"spot": "api/v3", "futures": "fapi/v1"}


def snapshot(bot: Bot) -> Snapshot:
    """Both books now; in a dry run the exchange's stay empty."""
    books = read_books(bot.exchange.control.books(), bot.exchange.market)
    return Snapshot(books, read_database(bot.database))


def lot_steps(bot: Bot) -> dict[str, Decimal]:
    """Smallest amount of every pair of the bot."""
    url = f"{bot.exchange.url}/{_API[bot.exchange.market]}/exchangeInfo"
    symbols = HTTP.get(url, timeout=20).raise_for_status().json()["symbols"]
    steps = {each["symbol"]: _step(each) for each in symbols}
    return {pair: steps[symbol_of(pair)] for pair in bot.pairs}


def _step(symbol: dict[str, Any]) -> Decimal:
    return next(Decimal(each["stepSize"]) for each in symbol["filters"] if each["filterType"] == "LOT_SIZE")


def reconcile(bot: Bot, *options: str) -> list[dict[str, Any]]:
    """What `auriga reconcile` finds, as a trader would call it; its words are kept in `reconcile.txt`.

    Raises
    ------
    FireError
        If it could not compare, or its exit code does not say what it found.
    """
    command = [sys.executable, "-m", "auriga.cli", "reconcile", "--json", "--settle", "1", *options]
    environment = {**os.environ, **bot.clock.environment()}
    ran = subprocess.run(
        [*command, *bot.files], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    with (bot.folder / "reconcile.txt").open("a") as report:
        report.write(ran.stdout + ran.stderr)
    if ran.returncode not in (0, 1):
        raise FireError(f"auriga reconcile ended with {ran.returncode}: {ran.stderr[-1000:]}")
    findings = list(json.loads(ran.stdout)["findings"])
    if ran.returncode != bool(findings):
        raise FireError(f"auriga reconcile ended with {ran.returncode} and found {findings}")
    return findings
