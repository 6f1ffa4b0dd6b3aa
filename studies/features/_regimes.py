"""Every detector's regimes, and their placebos."""

from typing import Any

import pandas as pd

from auriga.host.rows import detected_regimes
from auriga.settings import parse_settings
from auriga.typing import RegimeArray
from studies.features._settings import Ablation
from studies.split._regimes import carried, with_placebos

SHIPPED = "rules"
"""The detector of the shipped settings; results are broken down by its regimes."""

DETECTORS: dict[str, dict[str, Any]] = {
    SHIPPED: {},
    "moving_average": {"rules": ["moving_average"]},
    "price_change": {"rules": ["price_change"]},
    "volatility": {"rules": ["volatility"]},
    "weighted_rules": {"moving_average": {"weight": 2.0}},
    "jump": {"detector": "jump"},
    "hmm": {"detector": "hmm"},
}
"""What each detector changes in the `regime` block."""

TITLES = {
    SHIPPED: "rules: vote of the three",
    "moving_average": "200-day average alone",
    "price_change": "30-day change alone",
    "volatility": "move in volatilities alone",
    "weighted_rules": "rules: the 200-day average with two votes",
    "jump": "statistical jump model",
    "hmm": "Gaussian hidden Markov model, filtered",
}


def detector_regimes(
    daily: pd.DataFrame, dates: pd.Series, ablation: Ablation, pair: str, *, shipped_only: bool = False
) -> dict[str, RegimeArray]:
    """Regime codes of 5m candles by every detector (`jump`) and its placebo draws (`jump#2`)."""
    names = [SHIPPED] if shipped_only else list(DETECTORS)
    slow = {name: detected_regimes(daily, parse_settings(DETECTORS[name])) for name in names}
    slow = slow if shipped_only else with_placebos(slow, names, ablation.study, pair)
    return carried(slow, dates, ablation.study)
