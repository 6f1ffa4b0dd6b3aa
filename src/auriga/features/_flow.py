"""Flow: bursts and changes of volume, and the side on which it is traded."""

import pandas as pd

from auriga import indicators
from auriga.features._frame import feature_frame, in_deviations
from auriga.features._part import Feature, FeaturePart

_SHORT_PERIOD = 20
_LONG_PERIOD = 100
_LAGS = (1, 2, 3)


def _period_features(candles: pd.DataFrame, *, period: int) -> pd.DataFrame:
    columns = {
        "flow_volume_ema_ratio": indicators.volume_ema_ratio(candles, period=period),
        "flow_volume_change": indicators.volume_change(candles, period=period),
        "flow_volume_spike": indicators.volume_spike(candles, period=period),
        "flow_range_correlation": indicators.range_volume_correlation(candles, period=period),
        "flow_chaikin_money_flow": indicators.chaikin_money_flow(candles, period=period),
    }
    return feature_frame(columns, candles.index)


def _basic_features(candles: pd.DataFrame) -> pd.DataFrame:
    std = indicators.rolling_std(candles, period=_LONG_PERIOD)
    relative = indicators.relative_volume(candles, period=_SHORT_PERIOD)
    columns = {
        "flow_session_vwap": in_deviations(
            indicators.session_vwap_distance(candles), std, period=_SHORT_PERIOD
        ),
        "flow_chaikin_oscillator": indicators.chaikin_oscillator(candles),
    }
    columns |= {f"flow_relative_lag_{lag}": relative.shift(lag) for lag in _LAGS}
    return feature_frame(columns, candles.index)


PERIOD_PART = FeaturePart(
    group="flow",
    each="period",
    compute=_period_features,
    warmup_candles=lambda period: indicators.volume_spike.warmup_candles(period=period),
    features={
        "flow_volume_ema_ratio": Feature("volume divided by its exponential average", "TA-Lib EMA"),
        "flow_volume_change": Feature(
            "volume now minus then, divided by their sum (rate of change), -1 to 1",
            "numpy (Törnqvist et al. 1985)",
        ),
        "flow_volume_spike": Feature(
            "1 on a candle with three times the usual volume, fading over the period, 0 to 1", "numpy, pandas"
        ),
        "flow_range_correlation": Feature(
            "correlation of log range and volume, -1 to 1", "pandas (Karpoff 1987)"
        ),
        "flow_chaikin_money_flow": Feature(
            "change of accumulation/distribution as a share of the volume, -1 to 1", "pandas (Achelis 2000)"
        ),
    },
)

BASIC_PART = FeaturePart(
    group="flow",
    each="timeframe",
    compute=_basic_features,
    warmup_candles=lambda: indicators.rolling_std.warmup_candles(period=_LONG_PERIOD),
    features={
        "flow_session_vwap": Feature(
            "close from the volume-weighted average price of the UTC day, "
            "in standard deviations of a return over 20 candles, -10 to 10",
            "pandas (Berkowitz et al. 1988)",
        ),
        "flow_chaikin_oscillator": Feature(
            "accumulation/distribution, average of 3 minus average of 10 candles, as a share, -1 to 1",
            "pandas (Achelis 2000)",
        ),
    }
    | {
        f"flow_relative_lag_{lag}": Feature(
            f"volume divided by its simple average (20), {lag} candle{'s' if lag > 1 else ''} ago", "pandas"
        )
        for lag in _LAGS
    },
)
