"""The recursion of the zigzag, compiled; imported only where it is needed because numba is large."""

from typing import Any

import numpy as np
from numba import njit

MAX_WAVES = 9
"""Waves stop counting here; a full cycle of five up and three down has eight."""


@njit(cache=True)
def zigzag_rows(high: Any, low: Any, threshold: Any, start: int) -> Any:
    """Walk once over the candles from row `start`; see `auriga.indicators._zigzag.swings`."""
    count = len(high)
    direction, waves = np.zeros(count), np.zeros(count)
    extreme, pivot, previous = np.full(count, np.nan), np.full(count, np.nan), np.full(count, np.nan)
    pivot_row = np.full(count, -1, dtype=np.int64)
    way, wave, last_row = 0, 0, -1
    last, before = np.nan, np.nan
    top, bottom = start, start  # before the first swing: highest high and lowest low so far
    farthest, counter = start, start  # in a swing: its extreme, and the farthest way back since then
    for t in range(start, count):
        if way == 0:
            top = t if high[t] > high[top] else top
            bottom = t if low[t] < low[bottom] else bottom
            if top != bottom and high[top] - low[bottom] > threshold[t]:
                way = 1 if top > bottom else -1
                last_row, farthest = min(top, bottom), max(top, bottom)
                last, counter = low[bottom] if way > 0 else high[top], farthest
        else:
            # A falling swing is a rising one of negative prices.
            ahead, behind = (high, low) if way > 0 else (low, high)
            if way * ahead[t] > way * ahead[farthest]:
                farthest = counter = t  # what came first within a candle is unknown: it cannot turn too
            else:
                if counter == farthest or way * behind[t] < way * behind[counter]:
                    counter = t
                if way * (ahead[farthest] - behind[t]) > threshold[t]:
                    price = ahead[farthest]
                    if not np.isnan(before):
                        change = int(np.sign(price - before))
                        wave = wave + change if wave * change > 0 else change
                        wave = min(max(wave, -MAX_WAVES), MAX_WAVES)
                    before, last, last_row = last, price, farthest
                    way, farthest = -way, counter
        direction[t], waves[t] = way, wave
        pivot[t], previous[t], pivot_row[t] = last, before, last_row
        if way != 0:
            extreme[t] = high[farthest] if way > 0 else low[farthest]
    return direction, extreme, pivot, previous, pivot_row, waves
