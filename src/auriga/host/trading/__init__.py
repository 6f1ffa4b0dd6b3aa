"""Stake, leverage, stop and take-profit of a trade."""

from auriga.host.trading._entry_facts import DECIMALS
from auriga.host.trading._leverage import Margin, pair_margin
from auriga.host.trading._only_reads_trade import only_reads_trade
from auriga.host.trading._rules import TradeRules

__all__ = [
    "DECIMALS",
    "Margin",
    "TradeRules",
    "only_reads_trade",
    "pair_margin",
]
