"""Regimes that mean nothing: the same stretches of the same length in another order."""

from collections import Counter

import numpy as np

from auriga.typing import IntArray, RegimeArray


def shuffle_segments(regime: RegimeArray, rng: np.random.Generator) -> RegimeArray:
    """Put the stretches of equal regime into another order, each with the length it had.

    Two stretches of the same regime never become neighbours: they would be one longer stretch, and the
    placebo would switch less often than what it stands in for. Only order and lengths are used; the result
    knows how long later stretches are, never what the market does in them.

    Parameters
    ----------
    regime : array of shape (n,)
        Codes of `auriga.typing.Regime` in time order.
    rng : numpy Generator

    Returns
    -------
    array of shape (n,)
        The same codes as often as before.

    Examples
    --------
    >>> regime = np.repeat(np.array([1, 0, -1], dtype=np.int8), [3, 1, 2])
    >>> shuffle_segments(regime, np.random.default_rng(1)).tolist()
    [0, -1, -1, 1, 1, 1]
    """
    starts = np.flatnonzero(np.r_[True, regime[1:] != regime[:-1]])
    lengths = np.diff(np.r_[starts, len(regime)])
    codes = regime[starts]
    order = _order_without_neighbours(codes, rng)
    return np.repeat(codes[order], lengths[order])


def _order_without_neighbours(codes: RegimeArray, rng: np.random.Generator) -> IntArray:
    """Random order of segments in which no code follows itself."""
    left = list(range(len(codes)))
    order: list[int] = []
    while left:
        last = codes[order[-1]] if order else None
        counts = Counter(codes[left].tolist())
        allowed = [i for i in left if codes[i] != last and _can_finish(counts, int(codes[i]), len(left) - 1)]
        chosen = int(rng.choice(allowed))
        order.append(chosen)
        left.remove(chosen)
    return np.array(order, dtype=np.int64)


def _can_finish(counts: Counter[int], chosen: int, remaining: int) -> bool:
    """Whether the rest can still be ordered without equal neighbours after choosing this code."""
    return all(
        count - (code == chosen) <= (remaining if code == chosen else remaining + 1) // 2
        for code, count in counts.items()
    )
