"""Refuse numbers that no stake, stop or leverage may be computed from."""

import math

from auriga.errors import RiskError

SIDES = ("long", "short")


def require(
    name: str,
    value: float,
    *,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
    below: float = math.inf,
) -> float:
    """Return `value` as a float if it is finite, in [least, most] and in (above, below).

    Raises
    ------
    RiskError
        With the name, the value and the bounds.

    Examples
    --------
    >>> require("leverage", 3, least=1)
    3.0
    """
    number = float(value)
    if not math.isfinite(number):
        raise RiskError(f"{name} is {number}; it must be a finite number")
    if not (least <= number <= most and above < number < below):
        raise RiskError(f"{name} is {number}; it must be {_bounds(least, most, above, below)}")
    return number


def _bounds(least: float, most: float, above: float, below: float) -> str:
    parts = [
        f"{words} {bound:g}"
        for words, bound in (("at least", least), ("above", above), ("at most", most), ("below", below))
        if math.isfinite(bound)
    ]
    return " and ".join(parts)


def direction(side: str) -> int:
    """Return +1 for "long", -1 for "short".

    Raises
    ------
    RiskError
        For any other word.

    Examples
    --------
    >>> direction("short")
    -1
    """
    if side not in SIDES:
        raise RiskError(f"side is {side!r}; it must be 'long' or 'short'")
    return 1 if side == "long" else -1
