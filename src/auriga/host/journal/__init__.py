"""Trades as a table."""

from auriga.host.journal._backtest import journal_of_backtest
from auriga.host.journal._database import frozen_of_database, journal_of_database
from auriga.host.journal._journal import JOURNALS, JournalFilter, write_journal
from auriga.host.journal._trades import JournalTrade, average_price, regime_of_tag

__all__ = [
    "JOURNALS",
    "JournalFilter",
    "JournalTrade",
    "average_price",
    "frozen_of_database",
    "journal_of_backtest",
    "journal_of_database",
    "regime_of_tag",
    "write_journal",
]
