"""An offline exchange and a stock Freqtrade trading live on it, for the cells of the matrix."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import ccxt
import httpx

from rig._agreement import Snapshot
from rig._bot import Bot
from rig._both_books import lot_steps, reconcile, snapshot
from rig._exchange import Exchange
from rig._receiver import Receiver
from rig._settings import MARKET_OPTIONS, merged, signal_settings

CLIENT_TIMEOUT = 3.0
"""Seconds that the bot's client waits for an answer: short, so that a timeout does not take all the time."""

BASES = ("BTC", "ETH", "SOL", "BNB")


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
    receiver : Receiver, optional
        Where the bot's messages go.
    """

    def __init__(
        self,
        folder: Path,
        market: str = "spot",
        bot: str = "plain",
        *,
        guard: bool = True,
        receiver: Receiver | None = None,
    ) -> None:
        self.market = market
        quote = "USDT" if market == "spot" else "USDT:USDT"
        self.pairs = [f"{base}/{quote}" for base in BASES]
        self._turn = cycle(self.pairs)
        pairs = [f"{base}/USDT" for base in BASES]
        self.exchange = Exchange(folder, *MARKET_OPTIONS, "--live", pairs=pairs, market=market)
        overlay = self._settings(bot, guard)
        self.bot = Bot(folder, self.exchange, live=True, overlay=overlay, receiver=receiver)
        self._steps: dict[str, Decimal] = {}
        self._client = httpx.Client(timeout=20)

    def _settings(self, bot: str, guard: bool) -> dict[str, Any]:
        patience = {"ccxt_config": {"timeout": int(1000 * CLIENT_TIMEOUT)}, "enable_ws": bot == "streams"}
        return merged(
            signal_settings(self.pairs, stops=bot == "stops"),
            {"exchange": patience, "regime": {"guard": {"enabled": guard}}},
        )

    def pair(self) -> str:
        return next(self._turn)

    def signal(self, **signals: list[str]) -> None:
        path = self.bot.userdir / "signals.json"
        path.with_suffix(".new").write_text(json.dumps(signals))
        path.with_suffix(".new").replace(path)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return self.exchange.control.call(method, path, body)

    def api(self, method: str, path: str, body: Any = None) -> Any:
        url, auth = f"{self.bot.rest.url}/{path}", self.bot.rest.auth
        try:
            answer = self._client.request(method, url, json=body, auth=auth)
        except httpx.HTTPError:
            return None
        return None if answer.is_error else answer.json()

    def snapshot(self) -> Snapshot:
        return snapshot(self.bot)

    def steps(self) -> dict[str, Decimal]:
        self._steps = self._steps or lot_steps(self.bot)
        return self._steps

    def log(self) -> Path:
        return self.bot.output

    def reconcile(self) -> list[dict[str, Any]] | None:
        return reconcile(self.bot)

    def clear(self) -> bool:
        if self.market != "spot":
            return False
        books = self.snapshot()
        trades = [self.api("DELETE", f"trades/{trade.trade_id}") for trade in books.database.open_trades]
        trader = self.trader()
        for order in self.snapshot().books.orders.values():
            if order.status == "open":
                trader.cancel_order(order.order_id, order.symbol.removesuffix("USDT") + "/USDT")
        for asset, amount in (*((base, "0") for base in BASES), ("USDT", "10000")):
            self.control("POST", "balances", {"market": "spot", "asset": asset, "amount": amount})
        return None not in trades

    def trader(self) -> ccxt.binance:
        """The trader's own hands: a client with the bot's keys."""
        told = self.exchange.config["exchange"]
        return ccxt.binance({**told["ccxt_config"], "apiKey": told["key"], "secret": told["secret"]})

    def fresh(self) -> None:
        self.stop()
        for file in (*self.bot.folder.glob("trades.sqlite*"), *self.bot.folder.glob("exchange.sqlite*")):
            file.unlink()
        shutil.rmtree(self.bot.userdir / "guard", ignore_errors=True)
        self.start()

    def restart(self) -> None:
        self.bot.stop()
        self.start_bot()

    def start(self) -> None:
        """Start the exchange, then the bot, and wait until it has been through its loop once."""
        self.exchange.start()
        self.start_bot()

    def start_bot(self) -> None:
        """Start the bot on the database that is there, and wait until it has been through its loop."""
        self.signal()
        self.bot.start()
        self.bot.wait(self.bot.running, 120, "bot is running")

    def close(self) -> None:
        """End both processes and every connection."""
        self.stop()
        self._client.close()

    def stop(self) -> None:
        """End both processes."""
        self.bot.close()
        self.exchange.close()


@contextmanager
def live_rig(
    market: str,
    bot: str,
    guard: bool,
    *,
    folder: Path | None = None,
    keep: bool = False,
    receiver: Receiver | None = None,
) -> Iterator[LiveRig]:
    """Run a rig; its folder goes with it unless it is kept or given."""
    place = folder or Path(mkdtemp(prefix="auriga-fire-"))
    rig = LiveRig(place, market, bot, guard=guard, receiver=receiver)
    try:
        rig.start()
        yield rig
    finally:
        rig.close()
        if folder is None and not keep:
            shutil.rmtree(place, ignore_errors=True)
