"""What a backtest left on disk, and its windows."""

from auriga.host.results._files import find_result, read_strategies
from auriga.host.results._result import UNREADABLE, BacktestResult, read_backtest, read_candles
from auriga.host.results._setting_differences import setting_differences
from auriga.host.results._slow_candles import read_slow_candles
from auriga.host.results._walk_forward import WalkForward

__all__ = [
    "UNREADABLE",
    "BacktestResult",
    "WalkForward",
    "find_result",
    "read_backtest",
    "read_candles",
    "read_slow_candles",
    "read_strategies",
    "setting_differences",
]
