"""The journal as a table: which trades, one row a fill or a trade, and CSV that a spreadsheet may open."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TextIO

from auriga.host.journal._trades import Fill, JournalTrade, average_price, fills_with_pnl, money
from auriga.reconciliation import plain

Cell = str | int | float | Decimal | datetime | None

FILL_COLUMNS = (
    "timestamp", "pair", "side", "price", "amount", "fee", "pnl", "regime", "probability",
    "currency", "value", "fee_paid_in", "funding", "leverage", "direction", "action", "tag",
    "trade_id", "order_id", "strategy",
)  # fmt: skip
"""Columns of a journal with one row for each fill."""

TRADE_COLUMNS = (
    "opened_at", "closed_at", "pair", "direction", "open_price", "close_price", "amount", "fee", "pnl",
    "regime", "probability", "currency", "pnl_frac", "stake", "funding", "leverage", "enter_tag",
    "exit_reason", "trade_id", "strategy",
)  # fmt: skip
"""Columns of a journal with one row for each trade."""

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class JournalFilter:
    """Which rows are wanted: those of some pairs (none given: all), from `since` on and before `until`."""

    pairs: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def wants(self, trade: JournalTrade, at: datetime) -> bool:
        """Whether a row of this trade, dated `at`, is wanted."""
        if self.pairs and trade.pair not in self.pairs:
            return False
        return not ((self.since and at < self.since) or (self.until and at >= self.until))


def fill_rows(trades: Iterable[JournalTrade], wanted: JournalFilter) -> list[tuple[Cell, ...]]:
    """One row for each fill, in order of time; columns as `FILL_COLUMNS`."""
    rows = [
        (fill.at, trade.id, _fill_row(trade, fill, pnl))
        for trade in trades
        for fill, pnl in fills_with_pnl(trade)
        if wanted.wants(trade, fill.at)
    ]
    return [row for _, _, row in sorted(rows, key=lambda entry: entry[:2])]


def _fill_row(trade: JournalTrade, fill: Fill, pnl: Decimal | None) -> tuple[Cell, ...]:
    return (
        fill.at, trade.pair, fill.side, fill.price, fill.amount, money(fill.fee), pnl, trade.regime,
        trade.probability, trade.currency, money(fill.amount * fill.price), fill.fee_paid_in, fill.funding,
        trade.leverage, trade.direction, "entry" if fill.is_entry else "exit", fill.tag,
        trade.id, fill.order_id, trade.strategy,
    )  # fmt: skip


def trade_rows(trades: Iterable[JournalTrade], wanted: JournalFilter) -> list[tuple[Cell, ...]]:
    """One row for each trade with a fill, dated by its close, or its opening while it is open."""
    rows = [
        (trade.closed_at or trade.opened_at, trade.id, _trade_row(trade))
        for trade in trades
        if trade.fills and wanted.wants(trade, trade.closed_at or trade.opened_at)
    ]
    return [row for _, _, row in sorted(rows, key=lambda entry: entry[:2])]


def _trade_row(trade: JournalTrade) -> tuple[Cell, ...]:
    entries, exits = trade.entries, trade.exits
    return (
        trade.opened_at, trade.closed_at, trade.pair, trade.direction,
        average_price(entries), average_price(exits), _sum(fill.amount for fill in entries),
        money(_sum(fill.fee for fill in trade.fills)), trade.pnl if exits or trade.closed_at else None,
        trade.regime, trade.probability, trade.currency, trade.pnl_frac, trade.stake, trade.funding,
        trade.leverage, trade.enter_tag, trade.exit_reason, trade.id, trade.strategy,
    )  # fmt: skip


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


JOURNALS: dict[str, tuple[Sequence[str], Callable[..., list[tuple[Cell, ...]]]]] = {
    "fill": (FILL_COLUMNS, fill_rows),
    "trade": (TRADE_COLUMNS, trade_rows),
}
"""Kinds of journals: their columns, and what makes their rows of trades and a filter."""


def write_journal(columns: Sequence[str], rows: Iterable[Sequence[Cell]], file: TextIO) -> None:
    """Write rows as CSV: exact numbers without exponent, ISO times in UTC, nothing where nothing is known.

    Text that a spreadsheet would take for a formula (`=`, `+`, `-`, `@` or white space in front) gets an
    apostrophe in front.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell_text(cell) for cell in row] for row in rows)


def cell_text(cell: Cell) -> str:
    """One cell as CSV shows it.

    Examples
    --------
    >>> from decimal import Decimal
    >>> cell_text(Decimal("-1.50E-7")), cell_text("=1+1"), cell_text(None), cell_text(0.5251)
    ('-0.00000015', "'=1+1", '', '0.5251')
    """
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="milliseconds")
    if isinstance(cell, Decimal):
        return plain(cell)
    if isinstance(cell, float):
        return plain(Decimal(repr(cell)))
    text = str(cell)
    return f"'{text}" if text.startswith(_RISKY) else text
