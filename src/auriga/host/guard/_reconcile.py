"""Compare a live bot's database with its exchange, from outside and without changing either."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from freqtrade.enums import RunMode
from freqtrade.exceptions import FreqtradeException
from freqtrade.persistence.key_value_store import _KeyValueStoreModel
from freqtrade.resolvers import ExchangeResolver
from sqlalchemy import select

from auriga.errors import GuardError, HostError, clause
from auriga.host.books import (
    ExchangeBooks,
    as_decimal,
    read_trades,
    reading_session,
    shown_url,
    traded_pairs,
    without_secrets,
)
from auriga.host.guard._state import Baseline, GuardState
from auriga.host.setup import ReadConfiguration, exchange_pairs, guard_file, settings_from_config
from auriga.reconciliation import BookOrder, BookTrade, Finding, compare, held_by, plain, unknown_orders

_MARGIN_MS = 60_000


@dataclass(frozen=True)
class Reconciliation:
    """What a comparison looked at, and what it found."""

    database: str
    exchange: str
    pairs: list[str]
    since: datetime
    trades: int
    orders: int
    baseline: bool
    findings: list[Finding]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "exchange": self.exchange,
            "database": self.database,
            "pairs": self.pairs,
            "since": self.since.isoformat(),
            "trades": self.trades,
            "orders": self.orders,
            "baseline": self.baseline,
            "agree": not self.findings,
            "findings": [finding.as_dict() for finding in self.findings],
        }


class Reconciler:
    """The two books of a live bot; ask as often as you like, and `close` it in the end.

    Parameters
    ----------
    files : sequence of Path
        The bot's configuration files, in its order.
    userdir : Path, optional
    db_url : str, optional
        As given to the bot.

    Raises
    ------
    HostError
        For a configuration that is not valid, is for dry-run, or has no key, and for an exchange or a
        database that cannot be asked. No message contains a key.
    """

    def __init__(
        self, files: Sequence[Path], *, userdir: Path | None = None, db_url: str | None = None
    ) -> None:
        self._config = _live_config(files, userdir, db_url)
        options = self._config["exchange"]
        self._secrets = [str(options.get(name) or "") for name in ("key", "secret", "password", "uid")]
        self._settings = settings_from_config(self._config).guard
        self._state = GuardState(guard_file(self._config))
        with self._asking():
            exchange = ExchangeResolver.load_exchange(self._config, validate=False)
            exchange.reload_markets(True, load_leverage_tiers=False)
        self._exchange = exchange
        self._books = ExchangeBooks(exchange)

    def close(self) -> None:
        """Close connections."""
        self._exchange.close()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Whatever goes wrong on the way to the exchange is one line without keys."""
        try:
            yield
        except (HostError, GuardError):
            raise
        except Exception as error:
            line = without_secrets(error, self._secrets)
            raise HostError(f"the exchange could not be asked: {type(error).__name__}: {line}") from None

    def look(self, *, days: int = 7, settle_seconds: float = 3) -> Reconciliation:
        """Compare once, and when something is found once more: a running bot is between two steps at times.

        Parameters
        ----------
        days : int
            How far back orders are compared, at least from the oldest open trade on.
        settle_seconds : float
            Between the two looks; only what both find is reported. 0 looks once.
        """
        first = self._once(days)
        if not first.findings or not settle_seconds:
            return first
        time.sleep(settle_seconds)
        second = self._once(days)
        seen = {finding.key for finding in first.findings}
        return replace(second, findings=[f for f in second.findings if f.key in seen])

    def _once(self, days: int) -> Reconciliation:
        baseline = self._state.baseline() if self._state.exists else None
        now = datetime.now(UTC)
        trades, started = self._trades(baseline, now - timedelta(days=days))
        since = _since(trades, started, now, days)
        with self._asking():
            markets = list(self._exchange.markets)
            pairs = sorted({*exchange_pairs(self._config, markets), *traded_pairs(trades)} & {*markets})
            orders = self._orders(pairs, since, trades)
            held = self._books.positions() if self._books.futures else self._books.holdings()[0]
            steps = {pair: self._books.step(pair) for pair in pairs}
        # Trades are read last: what the bot notes meanwhile must not look like a stranger's order.
        trades, _ = self._trades(baseline, now - timedelta(days=days))
        findings = compare(
            trades, orders, held,
            steps=steps, since=since, futures=self._books.futures, baseline=self._before(baseline),
            accepted=baseline.orders if baseline else (),
            tolerance_frac=as_decimal(self._settings.tolerance_frac),
        )  # fmt: skip
        return Reconciliation(
            shown_url(self._config["db_url"]), self._exchange.name, pairs,
            datetime.fromtimestamp(since / 1000, tz=UTC), len(trades), len(orders), baseline is not None,
            findings,
        )  # fmt: skip

    def _before(self, baseline: Baseline | None) -> dict[str, Decimal] | None:
        if baseline is None:
            return None
        return dict(baseline.positions if self._books.futures else baseline.coins)

    def _trades(
        self, baseline: Baseline | None, from_day: datetime
    ) -> tuple[list[BookTrade], datetime | None]:
        """Trades that explain orders and holdings, and when the bot was first started."""
        closed = int(from_day.timestamp() * 1000)
        closed = min(closed, baseline.at) if baseline else closed
        with reading_session(self._config["db_url"]) as session:
            key = _KeyValueStoreModel
            started = session.scalars(select(key.datetime_value).filter(key.key == "bot_start_time")).first()
            return read_trades(session, closed), started

    def _orders(self, pairs: Sequence[str], since: int, trades: Sequence[BookTrade]) -> list[BookOrder]:
        """Orders of all pairs; of those that no trade knows, with the fees taken from coins."""
        orders = [order for pair in pairs for order in self._books.orders(pair, since)]
        strangers = {order.key for order in unknown_orders(orders, trades)}
        known = [order for order in orders if order.key not in strangers]
        return known + self._books.with_fees(order for order in orders if order.key in strangers)

    def accept(self, name: str) -> list[str]:
        """Take what the account holds beyond its trades for the user's own: an asset, or a pair.

        Changes the guard's own file only. Gives a line for each change.

        Raises
        ------
        HostError
            If the guard has not seen this bot yet, or the name means nothing to it.
        """
        if not self._state.exists:
            raise HostError(
                f"there is no {self._state.file}: the guard takes its baseline at the bot's first start"
            )
        baseline = self._state.baseline()
        trades, _ = self._trades(baseline, datetime.now(UTC))
        with self._asking():
            if "/" in name:
                if name not in self._exchange.markets:
                    raise HostError(f"{name} is no pair of {self._exchange.name}")
                return self._accept_orders(name, trades) + self._accept_holding(name, trades)
            return self._accept_holding(name, trades)

    def _accept_orders(self, pair: str, trades: Sequence[BookTrade]) -> list[str]:
        since = min((trade.opened_at for trade in trades), default=0)
        since = max(since, int((datetime.now(UTC) - timedelta(days=30)).timestamp() * 1000))
        strangers = unknown_orders(self._books.orders(pair, since), trades, self._state.baseline().orders)
        self._state.change("order", {f"{pair} {order.id}": Decimal(1) for order in strangers})
        if not self._books.futures and any(order.is_open for order in strangers):
            quote = pair.split("/")[1]
            before = self._state.baseline().locked.get(quote, Decimal(0))
            locked = sum((o.remaining * o.price for o in strangers if not o.sells), before)
            self._state.change("locked", {quote: locked})
        return [f"order {order.id} of {pair} is yours" for order in strangers]

    def _accept_holding(self, name: str, trades: Sequence[BookTrade]) -> list[str]:
        if self._books.futures:
            span = held_by(trade for trade in trades if trade.pair == name)
            rest, kind = self._books.positions().get(name, Decimal(0)) - span.known, "position"
        else:
            name, kind = name.split("/")[0], "coins"
            span = held_by(trade for trade in trades if trade.base == name)
            rest = max(self._books.holdings()[0].get(name, Decimal(0)) - span.known, Decimal(0))
        self._state.change(kind, {name: rest})
        return [f"{plain(rest)} {name} is yours"]


def _since(trades: Sequence[BookTrade], started: datetime | None, now: datetime, days: int) -> int:
    """Compare from the oldest open trade or some days ago on, but not from before the bot's first start."""
    oldest = [trade.opened_at - _MARGIN_MS for trade in trades if trade.is_open]
    asked = int((now - timedelta(days=days)).timestamp() * 1000)
    first = int(started.replace(tzinfo=UTC).timestamp() * 1000) - _MARGIN_MS if started else 0
    return max(min([asked, *oldest]), first)


def _live_config(files: Sequence[Path], userdir: Path | None, db_url: str | None) -> dict[str, Any]:
    """Read the configuration as the bot does, but without websockets and without a strategy."""
    arguments: dict[str, Any] = {"config": [str(file) for file in files], "db_url": db_url}
    if userdir:
        arguments["user_data_dir"] = str(userdir)
    names = ", ".join(map(str, files))
    try:
        config: dict[str, Any] = ReadConfiguration(arguments, RunMode.LIVE).get_config()
    except FreqtradeException as error:
        raise HostError(f"freqtrade refuses {names}: {clause(error)}") from None
    if config.get("dry_run", True):
        raise HostError(
            f"{names} is for dry-run: its orders are simulated and no exchange knows them. Give the "
            "configuration of the live bot, with dry_run false and its key."
        )
    if not config["exchange"].get("key"):
        raise HostError(f"{names} has no exchange.key; reconcile asks the exchange about your account")
    config["runmode"] = RunMode.UTIL_EXCHANGE
    config["exchange"]["enable_ws"] = False
    config["exchange"]["log_responses"] = False
    logging.getLogger("freqtrade").setLevel(logging.CRITICAL)
    return config
