"""Closed trades, and what stock Freqtrade says and saves about a backtest with them."""

from typing import Any

import numpy as np
import pandas as pd
from freqtrade.optimize.optimize_reports import generate_strategy_stats

CAPITAL, DAYS = 1000.0, 60
START = pd.Timestamp("2025-01-01", tz="UTC")
NAME = "RegimeStrategy"


def closed_trades(seed: int, count: int = 80, mean: float = 2.0) -> pd.DataFrame:
    """Trades closed within sixty days, in order."""
    rng = np.random.default_rng(seed)
    closed = START + pd.to_timedelta(np.sort(rng.uniform(0, DAYS * 1440 - 5, size=count)), unit="min")
    return pd.DataFrame({"close_date": closed.floor("5min"), "profit_abs": rng.normal(mean, 15, size=count)})


def stats_of(trades: pd.DataFrame) -> dict[str, Any]:
    """Statistics of a backtest with these trades."""
    orders: Any = [[]] * len(trades)
    results = trades.assign(
        pair="BTC/USDT", open_date=trades["close_date"] - pd.Timedelta(hours=1), stake_amount=100.0,
        profit_ratio=trades["profit_abs"] / 100, trade_duration=60, is_open=False, enter_tag="x",
        exit_reason="roi", is_short=False, orders=orders, leverage=1.0, open_rate=1.0,
    )  # fmt: skip
    results["open_timestamp"] = results["open_date"].astype("int64") // 10**6
    results["close_timestamp"] = results["close_date"].astype("int64") // 10**6
    config = {
        "stake_currency": "USDT", "stake_amount": 100, "max_open_trades": 3, "dry_run_wallet": CAPITAL,
        "timeframe": "5m", "timerange": "", "stoploss": -0.1, "trailing_stop": False, "minimal_roi": {},
        "trailing_only_offset_is_reached": False, "use_custom_stoploss": False, "use_exit_signal": True,
        "exit_profit_only": False, "exit_profit_offset": 0.0, "ignore_roi_if_entry_signal": False,
        "trading_mode": "spot", "margin_mode": "", "trailing_stop_positive": None,
        "trailing_stop_positive_offset": 0.0, "enable_protections": False, "exchange": {},
    }  # fmt: skip
    content: Any = {
        "results": results, "config": config, "locks": [], "final_balance": CAPITAL, "rejected_signals": 0,
        "timedout_entry_orders": 0, "timedout_exit_orders": 0, "canceled_trade_entries": 0,
        "canceled_entry_orders": 0, "replaced_entry_orders": 0, "backtest_start_time": 0,
        "backtest_end_time": 0, "run_id": "x",
    }  # fmt: skip
    end = START + pd.Timedelta(days=DAYS)
    return generate_strategy_stats(["BTC/USDT"], NAME, content, START, end, 0.0)
