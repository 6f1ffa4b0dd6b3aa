"""Candles in, market regime at the close of candle t out.

A *rule* turns candles into a signed score and, with hysteresis, into a regime. Several rules are
combined by vote; confirmation (the grace period) and a minimum dwell steady the answer; the result is
carried from its slow timeframe to the fast one at the time it became known. Nothing here looks forward.
"""

from auriga.regimes._carry import carry_regimes
from auriga.regimes._detect import detect_regimes
from auriga.regimes._rules import RULES, MovingAverageRule, PriceChangeRule, Rule, VolatilityRule
from auriga.regimes._steps import classify, confirm, dwell, hold_min_dwell, hysteresis, vote

__all__ = [
    "RULES",
    "MovingAverageRule",
    "PriceChangeRule",
    "Rule",
    "VolatilityRule",
    "carry_regimes",
    "classify",
    "confirm",
    "detect_regimes",
    "dwell",
    "hold_min_dwell",
    "hysteresis",
    "vote",
]
