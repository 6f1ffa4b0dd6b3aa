"""Trades of a dry-run or live bot for the journal, from its database read only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from freqtrade.persistence.base import ModelBase
from sqlalchemy import select

from auriga.columns import PROBABILITY, REGIME
from auriga.host.books import as_decimal, reading_session
from auriga.host.journal._trades import Fill, JournalTrade, regime_of_tag
from auriga.typing import Regime

_TABLES = ("trades", "orders", "trade_custom_data")

Row = Mapping[str, Any]


def journal_of_database(db_url: str) -> list[JournalTrade]:
    """Trades of a bot's database, oldest first, those still open included.

    All tables are read as of one moment, in one short transaction, also while the bot writes. Regime and
    probability are what the strategy froze in the trade's custom data at entry; where that is missing the
    entry tag tells the regime, and the probability stays unknown.

    Parameters
    ----------
    db_url : str
        As Freqtrade's option; SQLite is opened read only.

    Raises
    ------
    HostError
        If the database is not there, not Freqtrade's, or cannot be read.
    """
    trades, orders, custom = _read(db_url)
    by_trade: dict[int, list[Row]] = defaultdict(list)
    for order in orders:
        by_trade[order["ft_trade_id"]].append(order)
    known: dict[int, dict[str, str]] = defaultdict(dict)
    for entry in custom:
        known[entry["ft_trade_id"]][entry["cd_key"].lower()] = entry["cd_value"]
    return [_trade(row, by_trade[row["id"]], known[row["id"]]) for row in trades]


def frozen_of_database(db_url: str, trade_id: int) -> dict[str, str | float]:
    """Return what the strategy froze in the custom data of one trade, by name; empty where there is nothing.

    Raises
    ------
    HostError
        As `journal_of_database`.
    """
    _, _, custom = _read(db_url)
    own = [entry for entry in custom if entry["ft_trade_id"] == trade_id]
    return {entry["cd_key"].lower(): _plain(entry["cd_value"], entry["cd_type"]) for entry in own}


def _plain(value: str, kind: str) -> str | float:
    try:
        return float(value) if kind in ("float", "int") else str(value).strip('"')
    except ValueError:
        return str(value)


def _read(db_url: str) -> list[list[Row]]:
    tables = (ModelBase.metadata.tables[name] for name in _TABLES)
    with reading_session(db_url) as session:
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")  # the driver would begin at the first write only
        return [
            [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]
            for table in tables
        ]


def _trade(row: Row, orders: Iterable[Row], known: Mapping[str, str]) -> JournalTrade:
    opened_at = _utc(row["open_date"])
    pnl = row["realized_profit"] if row["is_open"] else row["close_profit_abs"]
    return JournalTrade(
        id=row["id"],
        pair=row["pair"],
        is_short=bool(row["is_short"]),
        currency=row["stake_currency"] or "",
        leverage=as_decimal(row["leverage"] or 1.0),
        stake=as_decimal(row["max_stake_amount"] or row["stake_amount"]),
        opened_at=opened_at,
        closed_at=None if row["is_open"] else _utc(row["close_date"] or row["open_date"]),
        fee_open_frac=as_decimal(row["fee_open"]),
        fee_close_frac=as_decimal(row["fee_close"]),
        funding=as_decimal(row["funding_fees"]),
        pnl=as_decimal(pnl),
        pnl_frac=None if row["is_open"] else as_decimal(row["close_profit"]),
        enter_tag=row["enter_tag"] or "",
        exit_reason="" if row["is_open"] else row["exit_reason"] or "",
        regime=_regime(known.get(REGIME)) or regime_of_tag(row["enter_tag"] or ""),
        probability=_number(known.get(PROBABILITY)),
        strategy=row["strategy"] or "",
        fills=tuple(_fill(order, row) for order in orders if order["filled"] and not order["ft_is_open"]),
    )


def _fill(order: Row, trade: Row) -> Fill:
    is_entry = order["ft_order_side"] == ("sell" if trade["is_short"] else "buy")
    price = as_decimal(order["average"] or order["price"] or order["stop_price"] or order["ft_price"])
    amount, in_coins = as_decimal(order["filled"]), as_decimal(order["ft_fee_base"])
    side, rate = ("open", trade["fee_open"]) if is_entry else ("close", trade["fee_close"])
    paid_in = trade[f"fee_{side}_currency"] or ""
    return Fill(
        at=_utc(order["order_filled_date"] or order["order_date"]),
        side="buy" if is_entry != bool(trade["is_short"]) else "sell",
        is_entry=is_entry,
        price=price,
        amount=amount,
        kept=amount - in_coins,
        fee=in_coins * price if in_coins else amount * price * as_decimal(rate),
        fee_paid_in=paid_in,
        funding=as_decimal(order["funding_fee"]),
        tag=order["ft_order_tag"] or _told(trade, is_entry),
        order_id=order["order_id"] or "",
    )


def _told(trade: Row, is_entry: bool) -> str:
    """A stop that was filled on the exchange has no tag of its own."""
    return (trade["enter_tag"] if is_entry else trade["exit_reason"]) or ""


def _regime(value: str | None) -> str:
    """Label of a regime that is stored by name or by code."""
    names = {str(int(regime)): regime.label for regime in Regime.known()}
    name = str(value).strip('"').lower()
    return names.get(name, name if name in names.values() else "")


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "nan")
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def _utc(moment: datetime) -> datetime:
    """Freqtrade keeps UTC without saying so."""
    return moment.replace(tzinfo=UTC)
