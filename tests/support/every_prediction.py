"""Settings under which every prediction is traded on both sides, in any regime, with near stops and targets.

By default the regime decides whether a pair is held, and months may pass without a trade. A test of what a
model alone does, of stops in ATRs, of stakes by confidence, or one that needs many trades, says so with this.
"""

import copy
from typing import Any

EVERY_PREDICTION: dict[str, Any] = {
    "signals": {
        "sides": {"bull": "both", "sideways": "both", "bear": "both"},
        "role": "alone",
        "cost_margin": None,
        "max_candles": None,
    },
    "stake": {"rule": "confidence", "risk_frac": 0.02, "max_position_frac": 0.25},
    "stops": {"kind": "atr"},
    "halt": {"max_daily_drawdown_frac": 0.05, "max_drawdown_frac": 0.2, "max_consecutive_losses": 8},
    "parameters": {
        "long_threshold": 0.55,
        "short_threshold": 0.45,
        "exit_threshold": 0.5,
        "take_profit_atr": 8.0,
    },
}
"""A block `regime` to lay over that of `config.json`."""


def every_prediction(block: dict[str, Any] | None = None) -> dict[str, Any]:
    """`EVERY_PREDICTION` with other settings of the block `regime` over it; null is a value like others."""
    return laid_over(EVERY_PREDICTION, block or {})


def laid_over(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """One configuration over another, as Freqtrade merges its files; neither is changed."""
    merged = copy.deepcopy(base)
    for key, value in overlay.items():
        nested = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = laid_over(merged[key], value) if nested else copy.deepcopy(value)
    return merged
