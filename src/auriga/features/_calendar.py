"""Time of day and day of week, as points on a circle so that midnight has no edge."""

import numpy as np
import pandas as pd

from auriga.errors import CandleError
from auriga.features._frame import feature_frame
from auriga.features._part import Feature, FeaturePart, PairInputs

_DAY_MINUTES = 24 * 60


def calendar_features(dates: pd.Series) -> pd.DataFrame:
    """Hour of the day and day of the week as sine and cosine; uses the opening time of candle t alone.

    Parameters
    ----------
    dates : Series of shape (n_candles,)
        Opening times in UTC. Not changed.

    Returns
    -------
    DataFrame of shape (n_candles, 4)
        float32 from -1 to 1 on the index of the dates, never NaN. Minutes count towards the hour; the
        week starts on Monday and its angle moves once a day.

    Raises
    ------
    CandleError
        If the dates are not in UTC.

    References
    ----------
    Bishop, C. M. (2006), *Pattern Recognition and Machine Learning*, sec. 2.3.8 (periodic variables).

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2025-01-06 06:00"], utc=True))
    >>> print(calendar_features(dates).abs().round(3).T[0].to_string())
    calendar_hour_sin       1.0
    calendar_hour_cos       0.0
    calendar_weekday_sin    0.0
    calendar_weekday_cos    1.0
    """
    if not isinstance(dates.dtype, pd.DatetimeTZDtype) or str(dates.dtype.tz) not in ("UTC", "UTC+00:00"):
        raise CandleError(
            f"dates have type {dates.dtype}; convert them with pandas.to_datetime(..., utc=True)"
        )
    day = 2 * np.pi * (60 * dates.dt.hour + dates.dt.minute) / _DAY_MINUTES
    week = 2 * np.pi * dates.dt.day_of_week / 7
    columns = {
        "calendar_hour_sin": np.sin(day),
        "calendar_hour_cos": np.cos(day),
        "calendar_weekday_sin": np.sin(week),
        "calendar_weekday_cos": np.cos(week),
    }
    return feature_frame(columns, dates.index)


def _features(inputs: PairInputs) -> pd.DataFrame:
    return calendar_features(inputs.candles["date"])


_SOURCE = "own (Bishop 2006, sec. 2.3.8)"

PART = FeaturePart(
    group="calendar",
    each="pair",
    compute=_features,
    warmup_candles=lambda: 0,
    features={
        "calendar_hour_sin": Feature("time of day, sine", _SOURCE),
        "calendar_hour_cos": Feature("time of day, cosine", _SOURCE),
        "calendar_weekday_sin": Feature("day of the week, sine", _SOURCE),
        "calendar_weekday_cos": Feature("day of the week, cosine", _SOURCE),
    },
)
