"""What FreqUI draws: `plot_config` and the shaded regimes."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.ft_types import AnnotationType

from auriga.candles import timeframe_delta
from auriga.columns import (
    CONFIDENCE,
    DO_PREDICT,
    EXPECTED_BP,
    EXPERT,
    EXPERT_ROWS,
    LONG_THRESHOLD,
    PRIOR,
    PROBABILITY,
    REASON,
    REGIME,
    REGIME_AGE,
    REGIME_CONFIDENCE,
    REGIME_STATUS,
    RETURN,
    SHORT_THRESHOLD,
    VOLATILITY,
)
from auriga.host.rows import label_classes
from auriga.settings import LabelSettings, RegimeSettings
from auriga.typing import Regime

_GREEN, _RED, _BLUE, _ORANGE, _GREY, _PURPLE, _TEAL = (
    "#2ca02c", "#d62728", "#1f77b4", "#ff7f0e", "#7f7f7f", "#9467bd", "#17becf",
)  # fmt: skip

_CLASS_COLORS = {"up": _GREEN, "down": _RED, "flat": _GREY, "right": _GREEN, "wrong": _RED}

# See-through, so that candles of either colour stay readable on a light and on a dark page.
_BAND_COLORS = {
    Regime.BULL: "rgba(44, 160, 44, 0.14)",
    Regime.BEAR: "rgba(214, 39, 40, 0.14)",
    Regime.SIDEWAYS: "rgba(127, 127, 127, 0.10)",
}

_LOWEST = -1  # beneath whatever else a strategy of one's own may draw


def plot_config(settings: RegimeSettings) -> dict[str, Any]:
    """Subplots of FreqUI ("From strategy") and of `freqtrade plot-dataframe`.

    Few, since each takes height from the candles.

    Parameters
    ----------
    settings : RegimeSettings
        The label says which columns a prediction has: a probability for each class, or a return. Without a
        model there are none, and with stakes by volatility that is drawn.

    Returns
    -------
    dict
        Only columns that every candle has under these settings.

    Examples
    --------
    >>> list(plot_config(RegimeSettings())["subplots"]["probability"])
    ['probability', 'prior', 'long_threshold', 'short_threshold', 'down', 'up']
    """
    regime = {
        REASON: _lines({REASON: _PURPLE}),
        "regime": _lines({REGIME: _ORANGE}),
        REGIME_AGE: _lines({REGIME_AGE: _ORANGE}),
        REGIME_CONFIDENCE: _lines({REGIME_CONFIDENCE: _ORANGE, REGIME_STATUS: _GREY}),
    }
    if settings.stake.rule == "volatility":
        regime[VOLATILITY] = _lines({VOLATILITY: _TEAL})
    if settings.signals.model:
        regime = _of_model(settings.label) | regime
        regime["regime"] |= _lines({EXPERT: _GREEN})
    return {"main_plot": {}, "subplots": regime}


def _of_model(label: LabelSettings) -> dict[str, Any]:
    classes = () if label.regression else label_classes(label)
    probability = {PROBABILITY: _BLUE, PRIOR: _GREY, LONG_THRESHOLD: _TEAL, SHORT_THRESHOLD: _ORANGE}
    return {
        "probability": _lines(probability | {name: _CLASS_COLORS[name] for name in classes}),
        **({"return": _lines({RETURN: _BLUE})} if label.regression else {}),
        EXPECTED_BP: _lines({EXPECTED_BP: _BLUE}),
        CONFIDENCE: _lines({CONFIDENCE: _PURPLE}),
        EXPERT_ROWS: _lines({EXPERT_ROWS: _GREEN}),
        DO_PREDICT: _lines({DO_PREDICT: _RED}),
    }


def _lines(colors: dict[str, str]) -> dict[str, Any]:
    return {column: {"color": color} for column, color in colors.items()}


def regime_bands(frame: pd.DataFrame, timeframe: str) -> list[AnnotationType]:
    """Areas of FreqUI's chart, one for each stretch of a regime, to the close of its last candle.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        `date` (opening times, UTC) and `regime`, oldest first. Not changed.
    timeframe : str
        Of these candles.

    Returns
    -------
    list of dict
        As Freqtrade's `AreaAnnotationType` asks for, oldest first, over the whole height of the chart: green
        in a bull, red in a bear, grey in a sideways market. A stretch of an unknown regime has none. Empty
        without candles.
    """
    if frame.empty:
        return []
    codes = frame[REGIME].to_numpy()
    first = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    last = np.r_[first[1:], len(codes)] - 1
    starts, stops = frame["date"].iloc[first], frame["date"].iloc[last] + timeframe_delta(timeframe)
    return [
        _band(Regime(int(code)), start.to_pydatetime(), stop.to_pydatetime())
        for code, start, stop in zip(codes[first], starts, stops, strict=True)
        if code != Regime.UNKNOWN
    ]


def _band(regime: Regime, start: datetime, stop: datetime) -> AnnotationType:
    return {
        "type": "area",
        "start": start,
        "end": stop,
        "color": _BAND_COLORS[regime],
        "label": regime.label,
        "z_level": _LOWEST,
    }
