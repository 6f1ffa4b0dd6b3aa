"""Volatility: how far prices range, and whether that has changed."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame, in_units
from auriga.features._part import Feature, FeaturePart

_SHORT_PERIOD = 20
_LONG_PERIOD = 100


def _period_features(candles: pd.DataFrame, *, period: int) -> pd.DataFrame:
    width = indicators.bollinger_width(candles, period=period)
    from_mean = indicators.sma_distance(candles, period=period)
    columns = {
        "volatility_natr": indicators.natr(candles, period=period),
        "volatility_std": indicators.rolling_std(candles, period=period),
        "volatility_bollinger_width": width,
        # The same as indicators.bollinger_position, without computing the bands a second time.
        "volatility_bollinger_position": 0.5 + in_units(from_mean, width),
    }
    return feature_frame(columns, candles.index)


def _basic_features(candles: pd.DataFrame) -> pd.DataFrame:
    short = indicators.rolling_std(candles, period=_SHORT_PERIOD)
    long = indicators.rolling_std(candles, period=_LONG_PERIOD)
    return feature_frame({"volatility_ratio": in_units(short, long, neutral=1.0)}, candles.index)


PERIOD_PART = FeaturePart(
    group="volatility",
    each="period",
    compute=_period_features,
    warmup_candles=lambda period: indicators.rolling_std.warmup_candles(period=period),
    features={
        "volatility_natr": Feature(
            "average true range as a fraction of the close", "TA-Lib ATR (Wilder 1978)"
        ),
        "volatility_std": Feature("standard deviation of one-candle log returns", "pandas"),
        "volatility_bollinger_width": Feature(
            "distance between the Bollinger bands (2 deviations) as a fraction of the average", "pandas"
        ),
        "volatility_bollinger_position": Feature(
            "close between the Bollinger bands, 0 lower and 1 upper", "pandas (Bollinger 2001, %b)"
        ),
    },
)

BASIC_PART = FeaturePart(
    group="volatility",
    each="timeframe",
    compute=_basic_features,
    warmup_candles=lambda: indicators.rolling_std.warmup_candles(period=_LONG_PERIOD),
    features={
        "volatility_ratio": Feature("standard deviation of 20 returns divided by that of 100", "pandas"),
    },
)
