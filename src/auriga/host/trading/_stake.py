"""How much goes into a new trade: rule, factors, caps."""

import logging
from datetime import datetime
from math import isfinite, isinf
from typing import TypeGuard

from auriga.errors import RiskError, clause
from auriga.host.setup import TradingStrategy, price
from auriga.host.trading._capital import capital, closed_profits, exposure
from auriga.host.trading._entry_facts import Candle, SignalCandles
from auriga.risk import (
    LEAST_RETURNS,
    calibrated,
    capped_stake,
    confidence_stake,
    kelly_fraction,
    payoff_ratio,
    volatility_factor,
    volatility_stake,
)
from auriga.settings import StakeSettings

logger = logging.getLogger(__name__)


class StakeRules:
    """`regime.stake`, applied to the candle of the signal.

    Parameters
    ----------
    strategy : IStrategy
        With `wallets`.
    settings : StakeSettings
    candles : SignalCandles
    """

    def __init__(self, strategy: TradingStrategy, settings: StakeSettings, candles: SignalCandles) -> None:
        self._strategy, self._settings, self._candles = strategy, settings, candles
        self._told: dict[str, str] = {}

    def stake(
        self, pair: str, now: datetime, proposed: float, *,
        min_stake: float | None, max_stake: float, leverage: float, side: str,
    ) -> float:  # fmt: skip
        """Stake in stake currency, within every cap; 0 for none, and always when a number is unusable."""
        settings, funds = self._settings, capital(self._strategy.wallets)
        try:
            candle = self._candles.at(pair, now, side)
            stake = capped_stake(
                self._wanted(candle, funds, proposed, side) * self._factor(candle),
                capital=funds,
                leverage=leverage,
                max_position_frac=settings.max_position_frac or 1.0,
                exposure=exposure(),
                max_exposure_frac=settings.max_exposure_frac,
                min_stake=min_stake,
                max_stake=max_stake,
            )
        except RiskError as error:
            logger.error(f"No stake for {pair}: {clause(error)}")
            return 0.0
        if not stake and settings.rule == "volatility" and not _has_volatility(candle):
            self._tell(
                pair, f"its volatility is unknown: fewer than {LEAST_RETURNS + 1} of its days are known"
            )
        elif not stake:
            self._tell(pair, f"regime.stake leaves less than the minimum of {price(min_stake or 0.0)}")
        return stake

    def goal(self, pair: str, now: datetime, side: str) -> float | None:
        """Stake by the rule `volatility` of a position that is opened now; None where it is unknown."""
        candle = self._candles.at(pair, now, side)
        if not _has_volatility(candle):
            return None
        try:
            return self._by_volatility(candle, capital(self._strategy.wallets)) * self._factor(candle)
        except RiskError as error:
            logger.error(f"No goal for {pair}: {clause(error)}")
            return None

    def _by_volatility(self, candle: Candle | None, funds: float) -> float:
        if not _has_volatility(candle):
            return 0.0
        return volatility_stake(
            funds,
            positions=self._settings.positions or slots(self._strategy),
            target=self._settings.target_volatility,
            volatility=candle.volatility,
        )

    def _wanted(self, candle: Candle | None, funds: float, proposed: float, side: str) -> float:
        rule = self._settings.rule
        if rule == "freqtrade":
            return proposed
        if rule == "volatility":
            return self._by_volatility(candle, funds)
        if rule == "confidence":
            sure = 0.0 if candle is None else candle.confidence(side)
            return confidence_stake(funds, self._settings.risk_frac, sure)
        return 0.0 if candle is None else funds * self._kelly(candle.probability, side)

    def _kelly(self, probability: float, side: str) -> float:
        settings = self._settings
        rise = calibrated(probability, settings.probability_slope)
        payoff = payoff_ratio(closed_profits(), min_trades=settings.kelly_min_trades, default=settings.payoff)
        return settings.kelly_frac * kelly_fraction(rise if side == "long" else 1 - rise, payoff)

    def _factor(self, candle: Candle | None) -> float:
        """Factor of the regime times that of its volatility; 1 where neither is known."""
        if candle is None:
            return 1.0
        settings = self._settings
        regime = float(getattr(settings.regime_factors, candle.regime, 1.0))
        most = settings.max_volatility_factor
        return regime * volatility_factor(candle.atr_frac, settings.target_atr_frac, most=most)

    def _tell(self, pair: str, why: str) -> None:
        """Log why there is no trade, once until the reason changes: a bot asks every few seconds."""
        if self._told.get(pair) != why:
            self._told[pair] = why
            logger.info(f"No trade of {pair}: {why}")


def slots(strategy: TradingStrategy) -> int:
    """Trades that may be open at once; without a limit, one for each pair of the whitelist."""
    most = float(strategy.config.get("max_open_trades", 1))
    if most < 0 or isinf(most):
        most = len(strategy.dp.current_whitelist())
    return max(int(most), 1)


def _has_volatility(candle: Candle | None) -> TypeGuard[Candle]:
    return candle is not None and isfinite(candle.volatility)
