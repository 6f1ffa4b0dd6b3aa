"""Freqtrade's own backtest in this process, without network; only the list of markets is made up."""

import copy
import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.enums import CandleType, RunMode
from freqtrade.exchange import Exchange
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.resolvers import ExchangeResolver
from freqtrade.strategy import IStrategy

from auriga.candles import resample_candles, timeframe_delta
from auriga.errors import ParameterError
from auriga.host.setup import give_parameters

TICK, STEP, SMALLEST = 0.01, 0.00001, 5.0
"""Of every market that is made up: step of prices, step of amounts, least worth of an order."""

_TIMEFRAMES = ("1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d")
_PRICING = {"price_side": "same", "use_order_book": True, "order_book_top": 1}


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
    strategy: IStrategy
    start_at: pd.Timestamp
    end_at: pd.Timestamp


def market(pair: str) -> dict[str, Any]:
    """Describe a spot market as ccxt does: an order is worth 5 at least."""
    base, quote = pair.split("/")
    limits = {"amount": {"min": STEP, "max": 9e6}, "cost": {"min": SMALLEST, "max": 9e6}}
    return {
        "id": base + quote, "symbol": pair, "base": base, "quote": quote, "active": True, "spot": True,
        "type": "spot", "precision": {"price": TICK, "amount": STEP}, "limits": limits,
        "taker": 0.001, "maker": 0.001, "info": {},
    }  # fmt: skip


def made_up_exchange(config: dict[str, Any]) -> Exchange:
    """Freqtrade's exchange with a made-up spot market for each whitelisted pair; it asks nobody."""
    exchange = ExchangeResolver.load_exchange(config, validate=False)
    exchange._api.set_markets([market(pair) for pair in config["exchange"]["pair_whitelist"]])
    exchange._markets = exchange._api.markets
    return exchange


def stock_backtest(config: Mapping[str, Any], parameters: Mapping[str, float] | None = None) -> StockBacktest:
    """Run `Backtesting` as the command does, with other values of the strategy's parameters.

    Parameters
    ----------
    config : mapping
        Freqtrade's whole configuration, as its command line would make it. Not changed.
    parameters : mapping of str to float, optional
        Values of hyperopt parameters by name.
    """
    used = copy.deepcopy(dict(config)) | {"export": "none"}
    exchange = made_up_exchange(used)
    try:
        loop = Backtesting(used, exchange)
    except BaseException:
        exchange.close()  # or its event loop is left to the garbage collector
        raise
    return run_backtest(loop, parameters or {})


def run_backtest(loop: Backtesting, parameters: Mapping[str, float]) -> StockBacktest:
    """Run a prepared `Backtesting` and keep what it saw."""
    (strategy,) = loop.strategylist
    give_parameters(strategy, parameters)
    frames: dict[str, pd.DataFrame] = {}
    analyse = strategy.advise_all_indicators

    def remember(data: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        analysed: dict[str, pd.DataFrame] = analyse(data)
        frames.update({pair: frame.copy() for pair, frame in analysed.items()})
        return analysed

    strategy.advise_all_indicators = remember  # type: ignore[method-assign]
    try:
        data, timerange = loop.load_bt_data()
        start, end = loop.backtest_one_strategy(strategy, data, timerange)
        trades = loop.all_bt_content[strategy.get_strategy_name()]["results"]
    finally:
        Backtesting.cleanup()
        loop.exchange.close()
    return StockBacktest(trades, frames, strategy, pd.Timestamp(start), pd.Timestamp(end))


@contextmanager
def offline_run(
    strategy: str | type,
    candles: Mapping[str, pd.DataFrame],
    config: Mapping[str, Any],
    *,
    strategy_path: Path | str | None = None,
    timerange: str = "",
) -> Iterator[dict[str, Any]]:
    """Give the configuration of a backtest in a temporary user folder that holds the candles.

    Parameters
    ----------
    strategy : str or class
        Its name, or the class, whose file Freqtrade then loads.
    candles : mapping of str to DataFrame
        Base candles of each pair; slower timeframes are made of them.
    config : mapping
        What counts beside that; a pair list, a wallet and prices are filled in where they are missing.
    strategy_path : Path or str, optional
        Folder of the strategy's file.
    timerange : str
        As in `--timerange`.

    Raises
    ------
    ParameterError
        If there are no candles, pairs have several quote currencies, or the market is not spot.
    """
    if config.get("trading_mode", "spot") != "spot":
        raise ParameterError("trading_mode is not spot; a stock backtest on given candles knows spot alone")
    quotes = {pair.partition("/")[2] for pair in candles}
    if len(quotes) != 1 or any(len(frame) < 2 for frame in candles.values()):
        raise ParameterError(
            f"candles are given of {', '.join(candles) or 'no pair'}; give at least two candles of each "
            "pair, all of one quote currency"
        )
    with TemporaryDirectory(prefix="auriga-run-") as folder:
        datadir = Path(folder) / "data"
        for pair, frame in candles.items():
            write_candles(datadir, pair, frame)
        yield _config(strategy, strategy_path, config, list(candles), quotes.pop(), Path(folder), timerange)


def write_candles(
    folder: Path, pair: str, candles: pd.DataFrame, timeframes: Sequence[str] = _TIMEFRAMES
) -> None:
    """Write spot candles of a pair in those timeframes that can be made of them, in Freqtrade's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    step = pd.Timedelta(np.median(np.diff(candles["date"].to_numpy())))
    for timeframe in timeframes:
        delta = timeframe_delta(timeframe)
        if delta < step or delta % step != pd.Timedelta(0):
            continue
        frame = candles if delta == step else resample_candles(candles, timeframe)
        frame.reset_index(drop=True).to_feather(folder / f"{pair.replace('/', '_')}-{timeframe}.feather")


def _config(
    strategy: str | type,
    strategy_path: Path | str | None,
    config: Mapping[str, Any],
    pairs: list[str],
    quote: str,
    folder: Path,
    timerange: str,
) -> dict[str, Any]:
    name = strategy if isinstance(strategy, str) else strategy.__name__
    place = strategy_path or (None if isinstance(strategy, str) else Path(inspect.getfile(strategy)).parent)
    filled = {
        "stake_currency": quote, "stake_amount": "unlimited", "dry_run": True, "dry_run_wallet": 10_000,
        "max_open_trades": len(pairs), "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": _PRICING, "exit_pricing": _PRICING, "amend_last_stake_amount": False,
    }  # fmt: skip
    used: dict[str, Any] = {**filled, **copy.deepcopy(dict(config))}
    used["exchange"] = {"name": "binance", "pair_blacklist": []} | dict(used.get("exchange", {}))
    used["exchange"]["pair_whitelist"] = pairs
    used |= {
        "strategy": name,
        "user_data_dir": folder,
        "datadir": folder / "data",
        "runmode": RunMode.BACKTEST,
        "candle_type_def": CandleType.SPOT,
        "dataformat_ohlcv": "feather",
        "export": "none",
    }
    file = folder / "config.json"
    file.write_text(json.dumps(dict(config), default=str))
    used["config_files"] = [str(file)]  # FreqAI keeps a copy of the first beside its models
    if place is not None:
        used["strategy_path"] = str(place)
    if timerange:
        used["timerange"] = timerange
    return used
