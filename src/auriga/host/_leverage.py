"""Leverage of a futures trade: by regime and volatility, with liquidation well beyond the stop."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from freqtrade.exceptions import FreqtradeException  # type: ignore[import-untyped]

from auriga.columns import ATR_FRAC, REGIME
from auriga.risk import leverage_for, leverage_within_liquidation, stop_distance
from auriga.settings import RegimeSettings
from auriga.typing import Regime

SAFE_MAINTENANCE_FRAC = 0.05
"""Maintenance margin where the exchange's brackets are not known: more than first brackets have."""

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
    strategy: Any, settings: RegimeSettings, candle: Mapping[str, Any], *, pair: str, max_leverage: float
) -> float:
    """Leverage of a new trade; the same in backtest, dry-run and live.

    Parameters
    ----------
    strategy : IStrategy
        With `dp`, `wallets`, `config`, `stoploss` and its parameter `stop_atr`.
    settings : RegimeSettings
    candle : mapping
        The candle of the signal, with its regime and its ATR as a fraction of the close.
    pair : str
    max_leverage : float
        The exchange's limit for a position of the size that Freqtrade proposes, at least 1.

    Returns
    -------
    float
        A whole number, at least 1: Binance takes no other, and Freqtrade would keep the fraction in its own
        books. 1 where the regime or the ATR is not known.
    """
    regime, atr_frac = Regime(int(candle[REGIME])), float(candle[ATR_FRAC])
    if regime == Regime.UNKNOWN or not math.isfinite(atr_frac):
        return 1.0
    wanted = leverage_for(
        base=settings.leverage.base,
        factor=getattr(settings.leverage.regime_factors, regime.label),
        atr_frac=atr_frac,
        target_atr_frac=settings.leverage.target_atr_frac,
        cap=settings.leverage.cap,
        max_leverage=max_leverage,
    )
    margin = pair_margin(strategy, pair, _largest_position(strategy, settings, wanted))
    stop_frac = _stop_frac(strategy, settings, regime, atr_frac)
    stops = settings.leverage.liquidation_stops
    return float(math.floor(margin.most(wanted, stop_frac=stop_frac, liquidation_stops=stops) + _NO_ROUNDING))


def pair_margin(strategy: Any, pair: str, position: float) -> Margin:
    """Margin rules of a pair for a position of this value in stake currency."""
    return Margin(
        _maintenance_frac(strategy, pair, position),
        float(strategy.config.get("liquidation_buffer", 0.05)),
        abs(float(strategy.stoploss)),
    )


def _maintenance_frac(strategy: Any, pair: str, position: float) -> float:
    exchange: Any = getattr(strategy.dp, "_exchange", None)
    try:
        return float(exchange.get_maintenance_ratio_and_amt(pair, position)[0])
    except (AttributeError, FreqtradeException):
        return SAFE_MAINTENANCE_FRAC


def _largest_position(strategy: Any, settings: RegimeSettings, leverage: float) -> float:
    """Value of the largest position that the caps allow: its bracket is the one that counts."""
    capital = float(strategy.wallets.get_total_stake_amount()) if strategy.wallets else 0.0
    stake = settings.stake
    return max(0.0, capital) * min(stake.max_position_frac * leverage, stake.max_exposure_frac)


def _stop_frac(strategy: Any, settings: RegimeSettings, regime: Regime, atr_frac: float) -> float:
    """Distance of the first stop as a fraction of the price; without one, Freqtrade's `stoploss` is left."""
    stops = settings.stops
    factor: float = getattr(stops.regime_factors, regime.label)
    if factor == 0:
        return abs(float(strategy.stoploss))
    return stop_distance(
        kind=stops.kind,
        atr_frac=atr_frac,
        stop_atr=strategy.stop_atr.value,
        fixed_frac=stops.fixed_frac,
        factor=factor,
    )
