"""What a backtest left on disk, and its windows."""

from auriga.host.results._days import backtest_days, days_of
from auriga.host.results._files import find_result, read_strategies
from auriga.host.results._orders import filled_orders, orders_or_ends, value_and_fee
from auriga.host.results._result import UNREADABLE, BacktestResult, read_backtest, read_candles
from auriga.host.results._setting_differences import setting_differences
from auriga.host.results._slow_candles import read_slow_candles
from auriga.host.results._walk_forward import WalkForward

__all__ = [
    "UNREADABLE",
    "BacktestResult",
    "WalkForward",
    "backtest_days",
    "days_of",
    "filled_orders",
    "find_result",
    "orders_or_ends",
    "read_backtest",
    "read_candles",
    "read_slow_candles",
    "read_strategies",
    "setting_differences",
    "value_and_fee",
]
