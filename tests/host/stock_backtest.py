"""Freqtrade's own backtesting in this process, on an exchange whose markets are written down here."""

import copy
from dataclasses import dataclass
from typing import Any

import pandas as pd
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.resolvers import ExchangeResolver

MIN_COST = 5.0
AMOUNT_STEP = {"BTC/USDT": 0.00001, "ETH/USDT": 0.0001, "SOL/USDT": 0.001}


@dataclass(frozen=True)
class StockBacktest:
    """What a backtest did, and the frames it did it with.

    Attributes
    ----------
    trades : DataFrame
        Freqtrade's list.
    frames : dict of pair to DataFrame
        Candles with predictions and regime, before any signal was computed from them.
    strategy : IStrategy
        The one that traded.
    start_at, end_at : Timestamp
        First and last candle of the backtest.
    """

    trades: pd.DataFrame
    frames: dict[str, pd.DataFrame]
    strategy: Any
    start_at: pd.Timestamp
    end_at: pd.Timestamp


def market(pair: str) -> dict[str, Any]:
    """A spot market as ccxt tells it."""
    base, quote = pair.split("/")
    open_range = {"min": None, "max": None}
    return {
        "id": base + quote, "symbol": pair, "base": base, "quote": quote, "active": True, "spot": True,
        "swap": False, "future": False, "linear": None, "contractSize": None, "type": "spot",
        "precision": {"price": 0.01, "amount": AMOUNT_STEP[pair]},
        "limits": {"cost": {"min": MIN_COST, "max": None}, "amount": open_range, "price": open_range},
        "info": {},
    }  # fmt: skip


def stock_backtest(config: dict[str, Any], parameters: dict[str, float]) -> StockBacktest:
    """Run `Backtesting` as the command does, with other values of the strategy's parameters."""
    config = copy.deepcopy(config) | {"export": "none"}
    exchange = ExchangeResolver.load_exchange(config, validate=False)
    exchange._markets = {pair: market(pair) for pair in config["exchange"]["pair_whitelist"]}
    backtesting = Backtesting(config, exchange)
    try:
        (strategy,) = backtesting.strategylist
        for name, value in parameters.items():
            getattr(strategy, name).value = value
        frames: dict[str, pd.DataFrame] = {}
        analyse = strategy.advise_all_indicators

        def remember(data: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
            analysed = analyse(data)
            frames.update({pair: frame.copy() for pair, frame in analysed.items()})
            return analysed

        strategy.advise_all_indicators = remember
        strategy.load_freqAI_model()
        data, timerange = backtesting.load_bt_data()
        start, end = backtesting.backtest_one_strategy(strategy, data, timerange)
        trades = backtesting.all_bt_content[strategy.get_strategy_name()]["results"]
    finally:
        Backtesting.cleanup()
    return StockBacktest(trades, frames, strategy, pd.Timestamp(start), pd.Timestamp(end))
