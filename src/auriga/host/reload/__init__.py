"""Strategy and model outside Freqtrade's commands."""

from auriga.host.reload._load import offline_config, provided_by, strategy_and_model
from auriga.host.reload._recomputed import Recomputed, loaded, recomputed, told_parameters
from auriga.host.reload._stock_backtest import (
    SMALLEST,
    STEP,
    TICK,
    StockBacktest,
    made_up_exchange,
    market,
    offline_run,
    run_backtest,
    stock_backtest,
    write_candles,
)

__all__ = [
    "SMALLEST",
    "STEP",
    "TICK",
    "Recomputed",
    "StockBacktest",
    "loaded",
    "made_up_exchange",
    "market",
    "offline_config",
    "offline_run",
    "provided_by",
    "recomputed",
    "run_backtest",
    "stock_backtest",
    "strategy_and_model",
    "told_parameters",
    "write_candles",
]
