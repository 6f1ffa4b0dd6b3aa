"""Indicators: candles -> one float64 Series on the same index, each with its contract attached.

Every function is called as `indicator(candles, period=...)`, reads no candle after t, never changes its
input, and is NaN for exactly `indicator.warmup_candles(period=...)` leading rows; `indicator.scale_free`
tells whether pairs of different price and volume can be compared. Flat prices and silent candles give the
documented neutral value. Candles must be sound (`auriga.candles.validate_candles`): TA-Lib answers a NaN in
its input with NaN from there on. Averages with memory (EMA, MACD, RSI, ATR, ADX) depend on where the series
starts and forget it within a few periods.
"""

from auriga.indicators._contract import Indicator
from auriga.indicators._fibonacci import fibonacci_distance, fibonacci_retracement
from auriga.indicators._fractals import (
    down_fractal_age,
    down_fractal_distance,
    up_fractal_age,
    up_fractal_distance,
)
from auriga.indicators._momentum import cci, mfi, rsi, williams_r
from auriga.indicators._returns import log_return, roc
from auriga.indicators._trend import (
    adx,
    efficiency_ratio,
    ema,
    ema_distance,
    macd_histogram,
    sma,
    sma_distance,
    trend_direction,
)
from auriga.indicators._volatility import atr, bollinger_position, bollinger_width, natr, rolling_std
from auriga.indicators._volume import obv_slope, relative_volume, volume_zscore, vwap_distance
from auriga.indicators._zigzag import zigzag_age, zigzag_direction, zigzag_swing, zigzag_waves

__all__ = [
    "Indicator",
    "adx",
    "atr",
    "bollinger_position",
    "bollinger_width",
    "cci",
    "down_fractal_age",
    "down_fractal_distance",
    "efficiency_ratio",
    "ema",
    "ema_distance",
    "fibonacci_distance",
    "fibonacci_retracement",
    "log_return",
    "macd_histogram",
    "mfi",
    "natr",
    "obv_slope",
    "relative_volume",
    "roc",
    "rolling_std",
    "rsi",
    "sma",
    "sma_distance",
    "trend_direction",
    "up_fractal_age",
    "up_fractal_distance",
    "volume_zscore",
    "vwap_distance",
    "williams_r",
    "zigzag_age",
    "zigzag_direction",
    "zigzag_swing",
    "zigzag_waves",
]
