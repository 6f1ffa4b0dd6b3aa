"""How far labels look ahead: they are computed again of candles that end earlier, at dozens of moments.

A label of candle t may change with the candles up to t + horizon and with none after them; where those are
not there yet it has to be missing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from auriga.typing import BoolArray, IntArray

Labels = npt.NDArray[Any]
LabelOf = Callable[[pd.DataFrame], Labels]
"""Labels of a frame of candles."""

LONGEST_HORIZON = 1_000
"""Candles; labels that look further ahead depend on the whole frame."""
_TOLERANCE = 1e-6
"""Relative: sums of a window that is run backwards round differently."""
_WHOLE_CUTS = 5
_ROWS = 12
"""Candles whose own horizon is looked at, once one was found that looks too far."""
_LENGTHS = (2_000, 20_000)
"""Candles before a cut; more where labels need a longer past."""


@dataclass(frozen=True)
class Reach:
    """What cutting candles off has shown.

    Attributes
    ----------
    ahead : int
        Most candles after its own that a label has changed with.
    invented : int
        Labels that were given although their future was not there, and were not what it then was.
    rows : tuple of int
        Positions of candles whose label changed with candles beyond the horizon, those furthest first.
    """

    ahead: int = 0
    invented: int = 0
    rows: tuple[int, ...] = ()

    def __or__(self, other: "Reach") -> "Reach":
        nearer, further = sorted((self, other), key=lambda reach: reach.ahead)
        rows = tuple(dict.fromkeys((*further.rows, *nearer.rows)))[:_ROWS]
        return Reach(further.ahead, self.invented + other.invented, rows)


def label_reach(
    label_of: LabelOf, frame: pd.DataFrame, labels: Labels, stop: int, *, horizon: int, moments: int
) -> Reach:
    """Cut a frame at many moments and compare labels with those of the longer frame.

    Some cuts keep all candles before them: they show what depends on the whole frame. Most are of a part of
    it, and compared with the same part and its future, so that both begin alike and only the future
    differs. Half of the moments are spread evenly, the others follow the largest moves, ranges and volumes,
    where a label that looks too far on rare candles shows it.

    Parameters
    ----------
    label_of : callable
    frame : DataFrame of shape (n, ...)
    labels : array of shape (n,)
        Of the whole frame.
    stop : int
        Moments lie before this position.
    horizon : int
        What labels may look ahead, in candles.
    moments : int
        How many there are beside those that keep all candles.
    """
    found = Reach()
    if stop <= horizon:
        return found
    first = min(3 * horizon, stop)
    for cut in np.unique(np.linspace(first, stop, _WHOLE_CUTS, dtype=int)[1:]):
        found |= _compared(label_of(frame.iloc[:cut]), labels[:cut], horizon, 0)
    for cut in _moments(frame, stop, horizon, moments):
        found |= _part_compared(label_of, frame, labels, int(cut), horizon)
    if horizon < found.ahead <= LONGEST_HORIZON:
        furthest = max(_row_reach(label_of, frame, row, found.ahead, horizon) for row in found.rows)
        return Reach(furthest, found.invented, found.rows)
    return found


def _row_reach(label_of: LabelOf, frame: pd.DataFrame, position: int, least: int, horizon: int) -> int:
    """How far the label of a single candle looks: by cuts one candle after the other."""
    begin = max(0, position - _LENGTHS[0])
    row, furthest = position - begin, least + 5 * horizon
    part = frame.iloc[begin : position + furthest + 1]
    known = label_of(part)[row : row + 1]
    for ahead in range(min(furthest, len(part) - row), least, -1):
        if _differs(label_of(part.iloc[: row + ahead])[row : row + 1], known).any():
            return ahead
    return least


def _part_compared(label_of: LabelOf, frame: pd.DataFrame, labels: Labels, cut: int, horizon: int) -> Reach:
    future = min(len(frame), cut + max(20 * horizon, 500))
    for length in (*_LENGTHS, cut):
        begin = max(0, cut - length)
        longer = label_of(frame.iloc[begin:future])[: cut - begin]
        asked = slice(max(begin, cut - 2 * horizon), cut)
        known = ~pd.isna(longer[asked.start - begin :])
        if not begin or (known | pd.isna(labels[asked])).all():
            break
    return _compared(label_of(frame.iloc[begin:cut]), longer, horizon, begin)


def _compared(cut: Labels, longer: Labels, horizon: int, begin: int) -> Reach:
    changed = np.flatnonzero(_differs(cut, longer))
    if not len(changed):
        return Reach()
    unknown = changed[changed >= len(cut) - horizon]
    invented = int(np.count_nonzero(~pd.isna(cut[unknown])))
    ahead, row = len(cut) - int(changed[0]), begin + int(changed[0])
    return Reach(ahead, invented, (row,) if ahead > horizon else ())


def _differs(one: Labels, other: Labels) -> BoolArray:
    missing, absent = pd.isna(one), pd.isna(other)
    if np.issubdtype(one.dtype, np.number) and np.issubdtype(other.dtype, np.number):
        same = np.isclose(one, other, rtol=_TOLERANCE, atol=_TOLERANCE * _spread(other))
    else:
        same = one == other
    return np.asarray(np.where(missing | absent, missing != absent, ~same), dtype=bool)


def _spread(values: Labels) -> float:
    known = values[np.isfinite(values.astype(np.float64))].astype(np.float64)
    return float(known.std()) if len(known) else 0.0


def _moments(frame: pd.DataFrame, stop: int, horizon: int, count: int) -> IntArray:
    """Positions to cut at: evenly spread ones, and those at which the horizon after a rare candle ends."""
    first = min(3 * horizon, stop)
    even = np.linspace(first, stop, count // 2, dtype=int)
    rare = [row + horizon + 1 for row in rare_rows(frame.iloc[:stop], max(1, count // 8))]
    moments = np.unique([*even, *rare])
    return moments[(moments >= first) & (moments <= stop) & (moments > horizon)]


def rare_rows(frame: pd.DataFrame, each: int) -> Iterator[int]:
    """Positions of candles that stand out: the largest rises, falls, ranges and volumes, `each` of them."""
    moves = frame["close"].to_numpy(dtype=np.float64)
    moves = np.diff(moves, prepend=moves[:1]) / moves
    spans = ((frame["high"] - frame["low"]) / frame["close"]).to_numpy(dtype=np.float64)
    for values in (moves, -moves, spans, frame["volume"].to_numpy(dtype=np.float64)):
        yield from np.argsort(-np.nan_to_num(values), kind="stable")[:each].tolist()
