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
from auriga.indicators._flow import (
    chaikin_money_flow,
    chaikin_oscillator,
    range_volume_correlation,
    session_vwap_distance,
    volume_change,
    volume_ema_ratio,
    volume_spike,
)
from auriga.indicators._fractals import (
    down_fractal_age,
    down_fractal_distance,
    up_fractal_age,
    up_fractal_distance,
)
from auriga.indicators._momentum import cci, mfi, rsi, williams_r
from auriga.indicators._oscillators import (
    aroon_oscillator,
    ppo,
    stochastic,
    stochastic_rsi,
    trix,
    true_strength,
    ultimate_oscillator,
)
from auriga.indicators._profile import (
    ValueArea,
    point_of_control_distance,
    value_area_position,
    value_area_width,
)
from auriga.indicators._ranges import (
    ewma_ratio,
    garman_klass,
    parkinson,
    volatility_of_volatility,
    yang_zhang,
)
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
    "ValueArea",
    "adx",
    "aroon_oscillator",
    "atr",
    "bollinger_position",
    "bollinger_width",
    "cci",
    "chaikin_money_flow",
    "chaikin_oscillator",
    "down_fractal_age",
    "down_fractal_distance",
    "efficiency_ratio",
    "ema",
    "ema_distance",
    "ewma_ratio",
    "fibonacci_distance",
    "fibonacci_retracement",
    "garman_klass",
    "log_return",
    "macd_histogram",
    "mfi",
    "natr",
    "obv_slope",
    "parkinson",
    "point_of_control_distance",
    "ppo",
    "range_volume_correlation",
    "relative_volume",
    "roc",
    "rolling_std",
    "rsi",
    "session_vwap_distance",
    "sma",
    "sma_distance",
    "stochastic",
    "stochastic_rsi",
    "trend_direction",
    "trix",
    "true_strength",
    "ultimate_oscillator",
    "up_fractal_age",
    "up_fractal_distance",
    "value_area_position",
    "value_area_width",
    "volatility_of_volatility",
    "volume_change",
    "volume_ema_ratio",
    "volume_spike",
    "volume_zscore",
    "vwap_distance",
    "williams_r",
    "yang_zhang",
    "zigzag_age",
    "zigzag_direction",
    "zigzag_swing",
    "zigzag_waves",
]
