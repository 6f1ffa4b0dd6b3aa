"""Numbers to stake, stop distance, leverage and drawdown: pure functions, nothing is read or kept.

Every amount is in stake currency, every `_frac` a fraction (0.01 is 1 %), every side "long" or "short". NaN
and numbers out of bounds raise `auriga.errors.RiskError`, so that no order is ever sized by them.
"""

from auriga.risk._drawdown import consecutive_losses, drawdown_frac
from auriga.risk._exposure import capped_stake
from auriga.risk._kelly import calibrated, kelly_fraction, payoff_ratio
from auriga.risk._leverage import leverage_for, leverage_within_liquidation, liquidation_distance_frac
from auriga.risk._stake import confidence, confidence_stake, volatility_factor
from auriga.risk._stops import (
    break_even_stop,
    initial_stop,
    stop_distance,
    stop_price,
    take_profit_frac,
    tightened,
    trailing_stop,
)
from auriga.risk._volatility import LEAST_RETURNS, annual_volatility, volatility_stake

__all__ = [
    "LEAST_RETURNS",
    "annual_volatility",
    "break_even_stop",
    "calibrated",
    "capped_stake",
    "confidence",
    "confidence_stake",
    "consecutive_losses",
    "drawdown_frac",
    "initial_stop",
    "kelly_fraction",
    "leverage_for",
    "leverage_within_liquidation",
    "liquidation_distance_frac",
    "payoff_ratio",
    "stop_distance",
    "stop_price",
    "take_profit_frac",
    "tightened",
    "trailing_stop",
    "volatility_factor",
    "volatility_stake",
]
