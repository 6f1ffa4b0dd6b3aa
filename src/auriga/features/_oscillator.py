"""Oscillators: momentum on a bounded or centred scale."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame, in_deviations, in_units
from auriga.features._part import Feature, FeaturePart

_ATR_PERIOD = 14


def _period_features(candles: pd.DataFrame, *, period: int) -> pd.DataFrame:
    std = indicators.rolling_std(candles, period=period)
    columns = {
        "oscillator_stochastic": indicators.stochastic(candles, period=period),
        "oscillator_stochastic_rsi": indicators.stochastic_rsi(candles, period=period),
        "oscillator_aroon": indicators.aroon_oscillator(candles, period=period),
        "oscillator_trix": in_deviations(indicators.trix(candles, period=period), std, period=1),
    }
    return feature_frame(columns, candles.index)


def _basic_features(candles: pd.DataFrame) -> pd.DataFrame:
    natr = indicators.natr(candles, period=_ATR_PERIOD)
    columns = {
        "oscillator_ultimate": indicators.ultimate_oscillator(candles),
        "oscillator_ppo": in_units(indicators.ppo(candles), natr),
        "oscillator_true_strength": indicators.true_strength(candles),
    }
    return feature_frame(columns, candles.index)


PERIOD_PART = FeaturePart(
    group="oscillator",
    each="period",
    compute=_period_features,
    warmup_candles=lambda period: indicators.trix.warmup_candles(period=period),
    features={
        "oscillator_stochastic": Feature(
            "place of the close in the range, mean of three candles, 0 to 100",
            "TA-Lib MAX, MIN (Lane 1984, %D)",
        ),
        "oscillator_stochastic_rsi": Feature(
            "place of the relative strength index in its range, 0 to 100", "TA-Lib RSI (Chande, Kroll 1994)"
        ),
        "oscillator_aroon": Feature(
            "whether the highest high or the lowest low is fresher, -100 to 100",
            "TA-Lib AROONOSC (Chande 1995)",
        ),
        "oscillator_trix": Feature(
            "change of the triple exponential average in standard deviations of one return, -10 to 10",
            "TA-Lib TRIX (Hutson 1983)",
        ),
    },
)

BASIC_PART = FeaturePart(
    group="oscillator",
    each="timeframe",
    compute=_basic_features,
    warmup_candles=lambda: indicators.true_strength.warmup_candles(),
    features={
        "oscillator_ultimate": Feature(
            "share of the true range that closes gained over 7, 14 and 28 candles, 0 to 100",
            "pandas (Williams 1985)",
        ),
        "oscillator_ppo": Feature(
            "exponential averages of 12 and 26 candles apart, in ATR (14)", "TA-Lib EMA (Appel 2005)"
        ),
        "oscillator_true_strength": Feature(
            "changes of the close smoothed over 25 and 13 candles, as a share of their sizes, -100 to 100",
            "TA-Lib EMA (Blau 1991)",
        ),
    },
)
