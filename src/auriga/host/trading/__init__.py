"""Stake, leverage, stop and take-profit of a trade."""

from auriga.host.trading._entry_facts import DECIMALS
from auriga.host.trading._leverage import Margin, pair_margin
from auriga.host.trading._only_reads_trade import only_reads_trade
from auriga.host.trading._rules import TradeRules
from auriga.host.trading._trim import TRIM, trims
from auriga.host.trading._volatility import add_volatility, volatility_sources

__all__ = [
    "DECIMALS",
    "TRIM",
    "Margin",
    "TradeRules",
    "add_volatility",
    "only_reads_trade",
    "pair_margin",
    "trims",
    "volatility_sources",
]
