"""Volume profile: at which prices the last candles traded."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import talib

from auriga.candles import require_columns
from auriga.indicators._arrays import ROUNDING, as_series, column, high_low_close
from auriga.indicators._contract import check_period, indicator
from auriga.typing import FloatArray


class ValueArea(NamedTuple):
    """The three indicators of this file, which `ValueArea.rolling` computes in one go.

    Attributes
    ----------
    control_distance, position, width : Series of shape (n_candles,)
        As `point_of_control_distance`, `value_area_position` and `value_area_width`.
    """

    control_distance: pd.Series
    position: pd.Series
    width: pd.Series

    @classmethod
    def rolling(cls, candles: pd.DataFrame, *, period: int = 50) -> "ValueArea":
        """Where most volume of the last `period` candles was traded; uses candles <= t.

        The range of the period is cut into 24 bins of equal height and each candle's volume is spread
        evenly between its low and its high, because candles do not say where within them trading was.
        The point of control is the bin with most volume, of several the one nearest the middle. The value
        area grows from there by whichever neighbour holds more, of equals the upper, until it holds 70 %
        of the volume. Nothing is carried from one candle to the next, so values do not depend on where the
        series starts.

        Parameters
        ----------
        candles : DataFrame of shape (n_candles, >= 6)
            Sound OHLCV candles, oldest first. Not changed.
        period : int
            Candles in the profile, 2 to 100,000.

        Returns
        -------
        ValueArea
            The leading `period - 1` rows of each series are NaN.

        Raises
        ------
        CandleError
            If a column is missing.
        ParameterError
            If `period` is out of range.

        References
        ----------
        Chicago Board of Trade, "70% Value Area Calculation"; Dalton, J. F., Jones, E. T., Dalton, R. B.
        (2013), *Mind Over Markets*, app. 1 (two prices at a time).

        Examples
        --------
        >>> from auriga.indicators._example import example_candles
        >>> area = ValueArea.rolling(example_candles(), period=50)
        >>> [round(float(series.iloc[-1]), 3) for series in area]
        [0.541, 1.165, 0.625]
        """
        require_columns(candles)
        check_period("period", period, 2)
        if len(candles) < period:
            empty = as_series(np.full(len(candles), np.nan), candles)
            return cls(empty, empty.copy(), empty.copy())
        return cls(*(as_series(values, candles) for values in _measures(candles, period)))


def _measures(candles: pd.DataFrame, period: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Distance, position and width where there is a range and volume, neutral values elsewhere."""
    from auriga.indicators._profile_kernel import rolling_value_areas

    high, low, close = high_low_close(candles)
    bottom, top = talib.MIN(low, period), talib.MAX(high, period)
    top = np.where(top - bottom <= ROUNDING * top, bottom, top)
    areas = rolling_value_areas(low, high, column(candles, "volume"), bottom, top, period)
    control, lower, upper = areas
    place = np.divide(close - bottom, top - bottom, out=np.full(len(close), np.nan), where=top > bottom)
    known = np.isfinite(control)
    unknown = np.where(np.isnan(bottom), np.nan, 0.0)
    return (
        np.where(known, place - control, unknown),
        np.where(known, (place - lower) / (upper - lower), unknown + 0.5),
        np.where(known, upper - lower, unknown),
    )


@indicator(warmup=lambda period: period - 1, scale_free=True)
def point_of_control_distance(candles: pd.DataFrame, *, period: int = 50) -> pd.Series:
    """Close above the price with most volume, as a share of the period's range; uses candles <= t.

    `ValueArea.rolling` says how the profile is made.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the profile, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction from -1 to 1, positive above the point of control. The leading `period - 1` rows are NaN; 0
        where the period has no range or no volume.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Dalton, J. F., Jones, E. T., Dalton, R. B. (2013), *Mind Over Markets*, app. 1.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> point_of_control_distance(example_candles(), period=50).tail(2).round(3).tolist()
    [0.247, 0.541]
    """
    return ValueArea.rolling(candles, period=period).control_distance


@indicator(warmup=lambda period: period - 1, scale_free=True)
def value_area_position(candles: pd.DataFrame, *, period: int = 50) -> pd.Series:
    """Place of the close in the area that holds 70 % of the volume; uses candles <= t.

    `ValueArea.rolling` says how the profile is made.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the profile, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction, 0 at the lower and 1 at the upper end, from -23 to 24 outside. The leading `period - 1`
        rows are NaN; 0.5 where the period has no range or no volume.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Dalton, J. F., Jones, E. T., Dalton, R. B. (2013), *Mind Over Markets*, app. 1.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> value_area_position(example_candles(), period=50).tail(2).round(3).tolist()
    [1.228, 1.165]
    """
    return ValueArea.rolling(candles, period=period).position


@indicator(warmup=lambda period: period - 1, scale_free=True)
def value_area_width(candles: pd.DataFrame, *, period: int = 50) -> pd.Series:
    """Share of the period's range that holds 70 % of the volume; uses candles <= t.

    `ValueArea.rolling` says how the profile is made.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles, oldest first. Not changed.
    period : int
        Candles in the profile, 2 to 100,000.

    Returns
    -------
    Series of shape (n_candles,)
        Fraction in steps of 1/24, small where trading crowds around one price. The leading `period - 1`
        rows are NaN; 0 where the period has no range or no volume.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range.

    References
    ----------
    Dalton, J. F., Jones, E. T., Dalton, R. B. (2013), *Mind Over Markets*, app. 1.

    Examples
    --------
    >>> from auriga.indicators._example import example_candles
    >>> value_area_width(example_candles(), period=50).tail(2).round(3).tolist()
    [0.625, 0.625]
    """
    return ValueArea.rolling(candles, period=period).width
