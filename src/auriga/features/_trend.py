"""Trend: where the price stands against its averages, and how straight the way was."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame, in_units
from auriga.features._part import Feature, FeaturePart


def _features(candles: pd.DataFrame, *, period: int) -> pd.DataFrame:
    natr = indicators.natr(candles, period=period)
    columns = {
        "trend_adx": indicators.adx(candles, period=period),
        "trend_ema_distance": in_units(indicators.ema_distance(candles, period=period), natr),
        "trend_efficiency": indicators.efficiency_ratio(candles, period=period),
    }
    return feature_frame(columns, candles.index)


PART = FeaturePart(
    group="trend",
    each="period",
    compute=_features,
    warmup_candles=lambda period: indicators.adx.warmup_candles(period=period),
    features={
        "trend_adx": Feature("average directional index, 0 to 100", "TA-Lib ADX (Wilder 1978)"),
        "trend_ema_distance": Feature("close from its exponential average, in ATR", "TA-Lib EMA, ATR"),
        "trend_efficiency": Feature(
            "net move divided by the path travelled, 0 to 1", "own (Kaufman 1995, efficiency ratio)"
        ),
    },
)
