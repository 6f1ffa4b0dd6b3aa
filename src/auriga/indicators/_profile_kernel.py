"""Volume by price over rolling periods, compiled.

To be imported inside the functions that need it: numba takes time and memory.
"""

import numpy as np
from numba import njit

from auriga.indicators._arrays import ROUNDING
from auriga.typing import FloatArray

BINS = 24  # rows that charting programs draw by default
VALUE_SHARE = 0.7  # about one standard deviation around the mean of a normal profile


@njit(cache=True)
def _point_of_control(profile: FloatArray, tolerance: float) -> int:
    """Bin with most volume, of equal ones the nearest to the middle, then the lower."""
    last = len(profile) - 1
    most = profile.max()
    control = -1
    for b in range(last + 1):
        nearer = control < 0 or abs(2 * b - last) < abs(2 * control - last)
        if profile[b] >= most - tolerance and nearer:
            control = b
    return control


@njit(cache=True)
def value_area(profile: FloatArray) -> tuple[int, int, int]:
    """Bins of the point of control, of the lower and of the upper end of the value area.

    The area grows from the point of control by whichever neighbour holds more, of equals the upper, until
    it holds 70 % of the volume. A candle fills whole bins alike, so that equals are common.
    """
    last, total = len(profile) - 1, profile.sum()
    tolerance = ROUNDING * total
    control = _point_of_control(profile, tolerance)
    lower = upper = control
    held = profile[control]
    while held < VALUE_SHARE * total - tolerance and (lower > 0 or upper < last):
        if lower == 0 or (upper < last and profile[upper + 1] >= profile[lower - 1] - tolerance):
            upper += 1
            held += profile[upper]
        else:
            lower -= 1
            held += profile[lower]
    return control, lower, upper


@njit(cache=True)
def _bin_of(place: float, bins: int) -> int:
    """Bin of a place counted in bins; the upper edge belongs to the last one."""
    return max(0, min(int(place), bins - 1))


@njit(cache=True)
def spread_volume(profile: FloatArray, low: float, high: float, volume: float) -> None:
    """Add the volume of a candle evenly between its low and its high, both counted in bins."""
    first, last = _bin_of(low, len(profile)), _bin_of(high, len(profile))
    if first == last:
        profile[first] += volume
        return
    density = volume / (high - low)
    profile[first] += density * (first + 1 - low)
    for b in range(first + 1, last):
        profile[b] += density
    profile[last] += density * (high - last)


@njit(cache=True)
def rolling_value_areas(
    low: FloatArray,
    high: FloatArray,
    volume: FloatArray,
    bottom: FloatArray,
    top: FloatArray,
    period: int,
) -> FloatArray:
    """Middle of the point of control and ends of the value area, as shares of the range from bottom to top.

    NaN where the last `period` candles have no range or no volume.
    """
    areas = np.full((3, len(low)), np.nan)
    profile = np.empty(BINS)
    for t in range(period - 1, len(low)):
        if not top[t] > bottom[t]:
            continue
        profile[:] = 0.0
        per_bin = BINS / (top[t] - bottom[t])
        for j in range(t - period + 1, t + 1):
            spread_volume(profile, (low[j] - bottom[t]) * per_bin, (high[j] - bottom[t]) * per_bin, volume[j])
        if profile.sum() > 0.0:
            control, lower, upper = value_area(profile)
            areas[0, t] = (control + 0.5) / BINS
            areas[1, t] = lower / BINS
            areas[2, t] = (upper + 1) / BINS
    return areas
