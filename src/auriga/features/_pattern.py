"""Pattern: TA-Lib's candlestick patterns, as counts for each side and a few by name.

A pattern compares bodies and shadows with averages of the candles before it, in prices, so a common factor on
all prices changes nothing.
"""

import numpy as np
import pandas as pd
import talib
from talib.abstract import Function  # type: ignore[attr-defined]

from auriga.candles import PRICES, require_columns
from auriga.features._frame import feature_frame
from auriga.features._part import Feature, FeaturePart
from auriga.typing import FloatArray

_NO_SIDE = {
    "CDLDOJI", "CDLDRAGONFLYDOJI", "CDLGRAVESTONEDOJI", "CDLHIGHWAVE", "CDLLONGLEGGEDDOJI", "CDLRICKSHAWMAN",
    "CDLSHORTLINE", "CDLSPINNINGTOP",
}  # fmt: skip
"""TA-Lib signs these too, with a constant or the colour of the candle, but they speak for neither side."""

PATTERNS = tuple(name for name in sorted(dir(talib)) if name.startswith("CDL") and name not in _NO_SIDE)
"""Patterns that speak for rising (positive) or falling prices."""

_NAMED = {
    "pattern_doji": ("CDLDOJI",),
    "pattern_engulfing": ("CDLENGULFING",),
    "pattern_hammer": ("CDLHAMMER", "CDLHANGINGMAN"),
    "pattern_harami": ("CDLHARAMI",),
    "pattern_piercing": ("CDLPIERCING", "CDLDARKCLOUDCOVER"),
    "pattern_shooting": ("CDLINVERTEDHAMMER", "CDLSHOOTINGSTAR"),
    "pattern_star": ("CDLMORNINGSTAR", "CDLEVENINGSTAR"),
    "pattern_three": ("CDL3WHITESOLDIERS", "CDL3BLACKCROWS"),
}

_WARMUP = max(Function(name).lookback for name in (*PATTERNS, "CDLDOJI"))


def _signs(candles: pd.DataFrame) -> dict[str, FloatArray]:
    """1, -1 or 0 of every pattern; TA-Lib says 100 and, for some that are confirmed, 200."""
    prices = [np.ascontiguousarray(candles[name], dtype=np.float64) for name in PRICES]
    return {name: np.sign(getattr(talib, name)(*prices)) for name in (*PATTERNS, "CDLDOJI")}


def _features(candles: pd.DataFrame) -> pd.DataFrame:
    require_columns(candles)
    columns = {name: np.full(len(candles), np.nan) for name in _CATALOGUE}
    if len(candles) > _WARMUP:
        signs = _signs(candles)
        both = np.array([signs[name] for name in PATTERNS])
        columns["pattern_bullish"][_WARMUP:] = (both > 0).sum(axis=0)[_WARMUP:]
        columns["pattern_bearish"][_WARMUP:] = (both < 0).sum(axis=0)[_WARMUP:]
        for column, names in _NAMED.items():
            columns[column][_WARMUP:] = np.sum([signs[name] for name in names], axis=0)[_WARMUP:]
    series = {name: pd.Series(values, index=candles.index) for name, values in columns.items()}
    return feature_frame(series, candles.index)


_SOURCE = "TA-Lib CDL (Nison 2001)"

_CATALOGUE = {
    "pattern_bullish": Feature(f"how many of {len(PATTERNS)} patterns speak for rising prices", _SOURCE),
    "pattern_bearish": Feature(f"how many of {len(PATTERNS)} patterns speak for falling prices", _SOURCE),
    "pattern_doji": Feature("1 for a doji: open and close next to equal", _SOURCE),
    "pattern_engulfing": Feature("1 bullish, -1 bearish engulfing", _SOURCE),
    "pattern_hammer": Feature("1 hammer, -1 hanging man", _SOURCE),
    "pattern_harami": Feature("1 bullish, -1 bearish harami", _SOURCE),
    "pattern_piercing": Feature("1 piercing line, -1 dark cloud cover", _SOURCE),
    "pattern_shooting": Feature("1 inverted hammer, -1 shooting star", _SOURCE),
    "pattern_star": Feature("1 morning star, -1 evening star", _SOURCE),
    "pattern_three": Feature("1 three white soldiers, -1 three black crows", _SOURCE),
}

PART = FeaturePart(
    group="pattern",
    each="timeframe",
    compute=_features,
    warmup_candles=lambda: _WARMUP,
    features=_CATALOGUE,
)
