"""Candles in, market regime at the close of candle t out.

A *detector* gives evidence: a vote of rules (each turns candles into a signed score and, with hysteresis,
into a regime), a statistical jump model or a hidden Markov model. Confirmation (the grace period) and a
minimum dwell steady the answer, doubtful ones are dropped; the result is carried from its slow timeframe to
the fast one at the time it became known. Nothing here looks forward.
"""

from auriga.regimes._carry import carry_regimes
from auriga.regimes._detect import detect_regimes
from auriga.regimes._evidence import Detector, Evidence, confidence_of
from auriga.regimes._hmm import HmmDetector
from auriga.regimes._jump import JumpDetector
from auriga.regimes._rule_vote import RuleVote
from auriga.regimes._rules import RULES, MovingAverageRule, PriceChangeRule, Rule, VolatilityRule
from auriga.regimes._state_detector import StateDetector
from auriga.regimes._state_features import state_features
from auriga.regimes._steps import (
    classify,
    confirm,
    drop_doubtful,
    dwell,
    hold_min_dwell,
    hysteresis,
    support,
    vote,
)

__all__ = [
    "RULES",
    "Detector",
    "Evidence",
    "HmmDetector",
    "JumpDetector",
    "MovingAverageRule",
    "PriceChangeRule",
    "Rule",
    "RuleVote",
    "StateDetector",
    "VolatilityRule",
    "carry_regimes",
    "classify",
    "confidence_of",
    "confirm",
    "detect_regimes",
    "drop_doubtful",
    "dwell",
    "hold_min_dwell",
    "hysteresis",
    "state_features",
    "support",
    "vote",
]
