"""Freqtrade's trades database, read without Freqtrade and without a chance to change it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

_RESTING = "select count(*) from orders where ft_trade_id = trades.id and ft_is_open = 1"
_TRADES = f"select id, pair, is_open, is_short, amount, ({_RESTING}) from trades"
_ORDERS = "select ft_trade_id, order_id, ft_pair, ft_order_side, status, filled, cost, ft_is_open from orders"


@dataclass(frozen=True)
class Trade:
    """One trade as Freqtrade keeps it; `amount` in base currency, fees already taken off."""

    trade_id: int
    pair: str
    is_open: bool
    is_short: bool
    amount: Decimal
    open_orders: int = 0


@dataclass(frozen=True)
class KnownOrder:
    """One order as Freqtrade keeps it; `side` is buy, sell or stoploss, `status` is in ccxt's words."""

    trade_id: int
    order_id: str
    pair: str
    side: str
    status: str
    filled: Decimal
    cost: Decimal
    is_open: bool

    @property
    def symbol(self) -> str:
        """Binance's name of the pair."""
        return symbol_of(self.pair)


@dataclass(frozen=True)
class Database:
    """All trades and orders of a trades database."""

    trades: tuple[Trade, ...] = ()
    orders: tuple[KnownOrder, ...] = ()

    @property
    def open_trades(self) -> list[Trade]:
        """Trades that are open, those whose entry still rests included."""
        return [trade for trade in self.trades if trade.is_open]


def symbol_of(pair: str) -> str:
    """Binance's name of a pair.

    Examples
    --------
    >>> symbol_of("BTC/USDT:USDT")
    'BTCUSDT'
    """
    return pair.partition(":")[0].replace("/", "")


def read_database(path: Path) -> Database:
    """Read a trades database; one that is not there yet has no trades."""
    if not path.exists():
        return Database()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
        if not connection.execute("select 1 from sqlite_master where name = 'orders'").fetchone():
            return Database()
        connection.execute("begin")  # trades and orders of one moment
        trades = connection.execute(_TRADES).fetchall()
        orders = connection.execute(_ORDERS).fetchall()
    return Database(tuple(map(_trade, trades)), tuple(map(_order, orders)))


def _trade(row: tuple[Any, ...]) -> Trade:
    trade_id, pair, is_open, is_short, amount, resting = row
    return Trade(trade_id, pair, bool(is_open), bool(is_short), _decimal(amount), resting or 0)


def _order(row: tuple[Any, ...]) -> KnownOrder:
    trade_id, order_id, pair, side, status, filled, cost, is_open = row
    return KnownOrder(
        trade_id, str(order_id), pair, side, status or "", _decimal(filled), _decimal(cost), bool(is_open)
    )


def _decimal(value: float | None) -> Decimal:
    return Decimal(repr(value)) if value else Decimal(0)
