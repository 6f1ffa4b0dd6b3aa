"""A backtest with made-up predictions on perpetual futures: shorts, no funding, one bracket of leverage."""

from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.enums import CandleType
from freqtrade.exchange.exchange_types import LeverageTier
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.resolvers import ExchangeResolver
from tests.support.backtests import MadeUpBacktest, made_up

from auriga.candles import resample_candles
from auriga.host.reload import market

BRACKET: LeverageTier = {
    "minNotional": 0.0, "maxNotional": 1e7, "maintAmt": 0.0, "maintenanceMarginRate": 0.004,
    "maxLeverage": 20.0,
}  # fmt: skip
FUTURES: dict[str, Any] = {
    "trading_mode": "futures",
    "margin_mode": "isolated",
    "liquidation_buffer": 0.05,
    "candle_type_def": CandleType.FUTURES,
}


def write_futures(folder: Path, pair: str, candles: pd.DataFrame) -> None:
    """Candles, mark prices and funding rates of 0 where Freqtrade looks for them."""
    folder = folder / "futures"
    folder.mkdir(exist_ok=True)
    stem = pair.replace("/", "_").replace(":", "_")
    hourly = resample_candles(candles, "1h").reset_index(drop=True)
    candles.to_feather(folder / f"{stem}-5m-futures.feather")
    hourly.to_feather(folder / f"{stem}-1h-mark.feather")
    rates = hourly[["date"]].assign(funding_rate=0.0, mark_price=hourly["open"])
    rates.to_feather(folder / f"{stem}-1h-funding_rate.feather")


class FuturesBacktest(MadeUpBacktest):
    """As `MadeUpBacktest`, with perpetual contracts of one coin."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config, self._predict = config | FUTURES, made_up
        pairs = config["exchange"]["pair_whitelist"]
        exchange = ExchangeResolver.load_exchange(self.config, validate=False)
        exchange._api.set_markets([perpetual(pair) for pair in pairs])
        exchange._markets = exchange._api.markets
        exchange._leverage_tiers = {pair: [BRACKET] for pair in pairs}
        self.loop = Backtesting(self.config, exchange=exchange)
        (self.strategy,) = self.loop.strategylist


def perpetual(pair: str) -> dict[str, Any]:
    spot, coin = pair.split(":")
    contract = {
        "symbol": pair, "settle": coin, "type": "swap", "spot": False, "swap": True, "linear": True,
        "contract": True, "contractSize": 1.0,
    }  # fmt: skip
    return market(spot) | contract
