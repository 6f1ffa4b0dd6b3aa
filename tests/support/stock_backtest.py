"""Freqtrade's own backtesting in this process with what FreqAI predicts; only the markets are made up."""

import copy
from dataclasses import dataclass
from typing import Any

import pandas as pd
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.resolvers import ExchangeResolver
from tests.support.backtests import market


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


def stock_backtest(config: dict[str, Any], parameters: dict[str, float]) -> StockBacktest:
    """Run `Backtesting` as the command does, with other values of the strategy's parameters."""
    config = copy.deepcopy(config) | {"export": "none"}
    exchange = ExchangeResolver.load_exchange(config, validate=False)
    exchange._api.set_markets([market(pair) for pair in config["exchange"]["pair_whitelist"]])
    exchange._markets = exchange._api.markets
    return run_backtest(Backtesting(config, exchange), parameters)


def run_backtest(loop: Backtesting, parameters: dict[str, float]) -> StockBacktest:
    """Run a prepared `Backtesting` and keep what it saw."""
    (strategy,) = loop.strategylist
    for name, value in parameters.items():
        getattr(strategy, name).value = value
    frames: dict[str, pd.DataFrame] = {}
    analyse = strategy.advise_all_indicators

    def remember(data: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        analysed = analyse(data)
        frames.update({pair: frame.copy() for pair, frame in analysed.items()})
        return analysed

    strategy.advise_all_indicators = remember
    try:
        data, timerange = loop.load_bt_data()
        start, end = loop.backtest_one_strategy(strategy, data, timerange)
        trades = loop.all_bt_content[strategy.get_strategy_name()]["results"]
    finally:
        Backtesting.cleanup()
        loop.exchange.close()
    return StockBacktest(trades, frames, strategy, pd.Timestamp(start), pd.Timestamp(end))
