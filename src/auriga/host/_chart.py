"""What FreqUI draws: `plot_config` and the shaded regimes."""

from typing import Any

import pandas as pd

from auriga.columns import (
    DO_PREDICT,
    EXPERT,
    EXPERT_ROWS,
    PRIOR,
    PROBABILITY,
    REGIME,
    REGIME_AGE,
    REGIME_CONFIDENCE,
    REGIME_STATUS,
)

PLOT_CONFIG: dict[str, Any] = {
    "main_plot": {},
    "subplots": {
        "probability": {PROBABILITY: {"color": "#1f77b4"}, PRIOR: {"color": "#7f7f7f"}},
        "regime": {REGIME: {"color": "#ff7f0e"}, EXPERT: {"color": "#2ca02c"}},
        "regime_age": {REGIME_AGE: {"color": "#ff7f0e"}},
        "regime_confidence": {REGIME_CONFIDENCE: {"color": "#ff7f0e"}, REGIME_STATUS: {"color": "#7f7f7f"}},
        "expert_rows": {EXPERT_ROWS: {"color": "#2ca02c"}},
        DO_PREDICT: {DO_PREDICT: {"color": "#d62728"}},
    },
}


def regime_bands(frame: pd.DataFrame, timeframe: str) -> list[dict[str, Any]]:
    """Areas of FreqUI's chart, one for each stretch of a regime, to the close of its last candle."""
    return []
