"""Rows that stand for a span: evenly spread, but at no fixed hour."""

from math import gcd

import numpy as np

from auriga.typing import IntArray

_CALENDAR = 2 * 3 * 7
"""Prime factors of the candles of a day and of a week; a step that shares one would see some hours alone."""


def spread_rows(first: int, last: int, most: int) -> IntArray:
    """Positions in [first, last), evenly spread, about `most` of them or all.

    Examples
    --------
    >>> spread_rows(0, 288, 10)
    array([  0,  29,  58,  87, 116, 145, 174, 203, 232, 261])
    >>> spread_rows(5, 8, 10)
    array([5, 6, 7])
    """
    step = max(1, round((last - first) / max(most, 1)))
    while gcd(step, _CALENDAR) > 1:
        step += 1
    return np.arange(first, last, step)
