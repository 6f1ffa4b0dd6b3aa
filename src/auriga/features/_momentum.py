"""Momentum: how strongly the price has moved lately."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame, in_deviations, in_units
from auriga.features._part import Feature, FeaturePart

_ATR_PERIOD = 14
_SHORT_PERIOD = 20


def _period_features(candles: pd.DataFrame, *, period: int) -> pd.DataFrame:
    std = indicators.rolling_std(candles, period=period)
    moved = indicators.log_return(candles, period=period)
    columns = {
        "momentum_rsi": indicators.rsi(candles, period=period),
        "momentum_mfi": indicators.mfi(candles, period=period),
        "momentum_roc": in_deviations(moved, std, period=period),
    }
    return feature_frame(columns, candles.index)


def _basic_features(candles: pd.DataFrame) -> pd.DataFrame:
    natr = indicators.natr(candles, period=_ATR_PERIOD)
    short = indicators.rolling_std(candles, period=_SHORT_PERIOD)
    columns = {
        "momentum_macd": in_units(indicators.macd_histogram(candles) / candles["close"], natr),
        "momentum_return_1": in_deviations(indicators.log_return(candles, period=1), short, period=1),
        "momentum_return_3": in_deviations(indicators.log_return(candles, period=3), short, period=3),
    }
    return feature_frame(columns, candles.index)


PERIOD_PART = FeaturePart(
    group="momentum",
    each="period",
    compute=_period_features,
    warmup_candles=lambda period: indicators.rsi.warmup_candles(period=period),
    features={
        "momentum_rsi": Feature("relative strength index, 0 to 100", "TA-Lib RSI (Wilder 1978)"),
        "momentum_mfi": Feature("money flow index, 0 to 100", "own, after TA-Lib MFI (Quong, Soudack 1989)"),
        "momentum_roc": Feature(
            "log return over the period in standard deviations of such a return, -10 to 10", "numpy, pandas"
        ),
    },
)

BASIC_PART = FeaturePart(
    group="momentum",
    each="timeframe",
    compute=_basic_features,
    warmup_candles=lambda: indicators.macd_histogram.warmup_candles(),
    features={
        "momentum_macd": Feature("MACD histogram (12, 26, 9) in ATR (14)", "TA-Lib MACD (Appel 2005)"),
        "momentum_return_1": Feature(
            "log return of one candle in standard deviations (20 candles), -10 to 10", "numpy, pandas"
        ),
        "momentum_return_3": Feature(
            "log return of three candles in standard deviations of such a return, -10 to 10", "numpy, pandas"
        ),
    },
)
