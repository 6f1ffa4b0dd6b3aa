"""Leverage of a futures trade: by regime and volatility, with liquidation well beyond the stop."""

import math
from dataclasses import dataclass
from typing import Any

from freqtrade.exceptions import FreqtradeException

from auriga.host.setup import TradingStrategy
from auriga.host.trading._capital import capital
from auriga.host.trading._entry_facts import Candle
from auriga.risk import leverage_for, leverage_within_liquidation
from auriga.settings import RegimeSettings

SAFE_MAINTENANCE_FRAC = 0.05
"""Maintenance margin where the exchange's brackets are not known: more than most pairs' first bracket has."""

_NO_ROUNDING = 1e-9  # 3 x 0.1 / 0.1 is a little below 3


@dataclass(frozen=True)
class Margin:
    """What the exchange and Freqtrade say about one pair's position.

    Attributes
    ----------
    maintenance_frac : float
        Maintenance margin as a fraction of the position's value.
    buffer_frac : float
        Part of the way to liquidation at which Freqtrade leaves on its own (`liquidation_buffer`).
    stoploss_frac : float
        Loss of the stake at which Freqtrade stops every trade, above 0 (the strategy's `stoploss`).
    """

    maintenance_frac: float
    buffer_frac: float
    stoploss_frac: float

    def most(self, leverage: float, *, stop_frac: float, liquidation_stops: float) -> float:
        """Largest leverage up to `leverage`, at least 1, at which the stop comes first.

        Liquidation, less Freqtrade's buffer, is `liquidation_stops` stops away, and the strategy's
        `stoploss`, which counts in the stake, is not nearer than the stop.
        """
        beyond = liquidation_stops / (1 - self.buffer_frac)
        within = leverage_within_liquidation(
            leverage,
            stop_frac=stop_frac,
            liquidation_stops=beyond,
            maintenance_frac=self.maintenance_frac,
        )
        return max(1.0, min(within, self.stoploss_frac / stop_frac))


def trade_leverage(
    strategy: TradingStrategy,
    settings: RegimeSettings,
    candle: Candle,
    *,
    stop_frac: float,
    pair: str,
    max_leverage: float,
) -> float:
    """Leverage of a new trade; the same in backtest, dry-run and live.

    Parameters
    ----------
    strategy : IStrategy
        With `dp`, `wallets`, `config` and `stoploss`.
    settings : RegimeSettings
    candle : Candle
        That of the signal.
    stop_frac : float
        Distance of the first stop without leverage, as a fraction of the price, above 0.
    pair : str
    max_leverage : float
        The exchange's limit for a position of the size that Freqtrade proposes, at least 1.

    Returns
    -------
    float
        A whole number, at least 1: Binance takes no other, and Freqtrade would keep the fraction in its own
        books. 1 in an unknown regime.
    """
    rules = settings.leverage
    wanted = leverage_for(
        base=rules.base,
        factor=float(getattr(rules.regime_factors, candle.regime, 0.0)),
        atr_frac=candle.atr_frac,
        target_atr_frac=rules.target_atr_frac,
        cap=rules.cap,
        max_leverage=max_leverage,
    )
    margin = pair_margin(strategy, pair, _largest_position(strategy, settings, wanted))
    most = margin.most(wanted, stop_frac=stop_frac, liquidation_stops=rules.liquidation_stops)
    return float(math.floor(most + _NO_ROUNDING))


def pair_margin(strategy: TradingStrategy, pair: str, position: float) -> Margin:
    """Margin rules of a pair for a position of this value in stake currency."""
    return Margin(
        _maintenance_frac(strategy, pair, position),
        float(strategy.config.get("liquidation_buffer", 0.05)),
        abs(float(strategy.stoploss)),
    )


def _maintenance_frac(strategy: TradingStrategy, pair: str, position: float) -> float:
    exchange: Any = getattr(strategy.dp, "_exchange", None)
    try:
        return float(exchange.get_maintenance_ratio_and_amt(pair, position)[0])
    except (AttributeError, FreqtradeException):
        return SAFE_MAINTENANCE_FRAC


def _largest_position(strategy: TradingStrategy, settings: RegimeSettings, leverage: float) -> float:
    """Value of the largest position that the caps allow: its bracket is the one that counts."""
    funds = capital(strategy.wallets)
    stake = settings.stake
    return funds * min((stake.max_position_frac or 1.0) * leverage, stake.max_exposure_frac)
