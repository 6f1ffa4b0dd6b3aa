"""Shape: body and wicks of the last candle."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame, in_units
from auriga.features._part import Feature, FeaturePart

_ATR_PERIOD = 14


def _features(candles: pd.DataFrame) -> pd.DataFrame:
    """Body and range of the candle in ATR, its wicks as shares of its range."""
    natr = indicators.natr(candles, period=_ATR_PERIOD)
    close = candles["close"]
    open_, high, low = candles["open"] / close, candles["high"] / close, candles["low"] / close
    spread = high - low
    columns = {
        "shape_body": in_units(1.0 - open_, natr),
        "shape_range": in_units(spread, natr),
        "shape_upper_wick": in_units(high - open_.clip(lower=1.0), spread),
        "shape_lower_wick": in_units(open_.clip(upper=1.0) - low, spread),
    }
    return feature_frame(columns, candles.index)


_SOURCE = "own (Nison 2001, ch. 3)"

PART = FeaturePart(
    group="shape",
    each="timeframe",
    compute=_features,
    warmup_candles=lambda: indicators.natr.warmup_candles(period=_ATR_PERIOD),
    features={
        "shape_body": Feature("close minus open in ATR (14)", _SOURCE),
        "shape_range": Feature("high minus low in ATR (14)", _SOURCE),
        "shape_upper_wick": Feature("share of the range above the body", _SOURCE),
        "shape_lower_wick": Feature("share of the range below the body", _SOURCE),
    },
)
