"""Range: volatility from whole candles, how unsteady it is, and where in a cluster of it the market is."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame
from auriga.features._part import Feature, FeaturePart


def _period_features(candles: pd.DataFrame, *, period: int) -> pd.DataFrame:
    columns = {
        "range_parkinson": indicators.parkinson(candles, period=period),
        "range_garman_klass": indicators.garman_klass(candles, period=period),
        "range_yang_zhang": indicators.yang_zhang(candles, period=period),
        "range_volatility_of_volatility": indicators.volatility_of_volatility(candles, period=period),
    }
    return feature_frame(columns, candles.index)


def _basic_features(candles: pd.DataFrame) -> pd.DataFrame:
    return feature_frame({"range_ewma_ratio": indicators.ewma_ratio(candles)}, candles.index)


PERIOD_PART = FeaturePart(
    group="range",
    each="period",
    compute=_period_features,
    warmup_candles=lambda period: indicators.volatility_of_volatility.warmup_candles(period=period),
    features={
        "range_parkinson": Feature(
            "volatility of one candle from highs and lows, as a log return", "pandas (Parkinson 1980)"
        ),
        "range_garman_klass": Feature(
            "volatility of one candle from all four prices, as a log return", "pandas (Garman, Klass 1980)"
        ),
        "range_yang_zhang": Feature(
            "the same, whatever the drift and the gaps between candles", "pandas (Yang, Zhang 2000)"
        ),
        "range_volatility_of_volatility": Feature(
            "standard deviation of Parkinson's volatility divided by its mean, 0 and up",
            "pandas (Baltussen et al. 2018)",
        ),
    },
)

BASIC_PART = FeaturePart(
    group="range",
    each="timeframe",
    compute=_basic_features,
    warmup_candles=lambda: indicators.ewma_ratio.warmup_candles(),
    features={
        "range_ewma_ratio": Feature(
            "exponentially weighted variance over 20 candles divided by that over 100",
            "pandas (RiskMetrics 1996)",
        ),
    },
)
