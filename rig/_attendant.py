"""What a trader does beside a bot: look at `auriga reconcile` and follow what it proposes."""

import json
from contextlib import suppress
from typing import Any

import httpx

from rig._bot import Bot
from rig._both_books import reconcile
from rig._errors import FireError

Json = dict[str, Any]


class Attendant:
    """Follows the remedies of each finding, and starts a bot again that has stopped itself.

    Attributes
    ----------
    findings : list of dict
        Everything that was found, each once.
    settled : dict of order id to int
        When (ms on the clock of bot and exchange) an order was repaired or taken as the owner's.
    started_again : int
        How often Freqtrade had gone into its state `stopped`.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.findings: list[Json] = []
        self.settled: dict[str, int] = {}
        self.started_again = 0
        self.failures: list[str] = []

    @property
    def orders(self) -> set[str]:
        """Orders that were named."""
        return {order for finding in self.findings for order in finding["orders"]}

    def look(self) -> list[Json]:
        """Compare once and repair; returns what was found."""
        with suppress(httpx.HTTPError):
            if self._bot.rest.get("show_config")["state"] == "stopped":
                self.started_again += 1
                self._bot.rest.post("start")
        try:
            found = reconcile(self._bot)
        except FireError as error:
            self.failures.append(str(error)[-300:])
            return []
        for finding in found:
            if not any(_same(finding, known) for known in self.findings):
                self.findings.append(finding)
            self._repair(finding)
        return found

    def _repair(self, finding: Json) -> None:
        at = self._bot.clock.time()  # before: what comes while it is repaired was let in by the remedy
        for call in finding["rest"]:
            method, path, *body = call.split(" ", 2)
            with suppress(httpx.HTTPError):
                self._bot.rest.call(
                    method, path.removeprefix("/api/v1/"), json.loads(body[0]) if body else None
                )
        if not finding["rest"]:
            with suppress(FireError):
                reconcile(self._bot, f"--accept={finding['name']}")
        for order in finding["orders"]:
            self.settled.setdefault(order, int(1000 * at))


def _same(one: Json, other: Json) -> bool:
    return all(one[key] == other[key] for key in ("kind", "name", "trade_id", "orders"))
