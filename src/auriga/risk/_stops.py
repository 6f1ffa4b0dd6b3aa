"""Where a trade ends: the stop that never moves against it, and the take-profit."""

from auriga.errors import RiskError
from auriga.risk._numbers import direction, require

SMALLEST_DISTANCE, LARGEST_DISTANCE = 0.0001, 0.99


def stop_distance(
    *, kind: str, atr_frac: float, stop_atr: float, fixed_frac: float, factor: float
) -> float:  # fmt: skip
    """Distance of the first stop from the entry.

    Parameters
    ----------
    kind : {"atr", "fixed"}
    atr_frac : float
        ATR at entry as a fraction of the price, at least 0.
    stop_atr : float
        Distance in ATRs, above 0; counts for "atr".
    fixed_frac : float
        Distance as a fraction of the price, in (0, 1); counts for "fixed".
    factor : float
        What the distance is multiplied by (the regime's), above 0.

    Returns
    -------
    float
        Fraction of the price in [0.0001, 0.99]: a flat market has an ATR of 0, and a stop at the entry
        would end the trade at once.

    Raises
    ------
    RiskError
        For NaN, a number out of bounds or another kind.

    Examples
    --------
    >>> stop_distance(kind="atr", atr_frac=0.004, stop_atr=5, fixed_frac=0.03, factor=1.5)
    0.03
    >>> stop_distance(kind="fixed", atr_frac=0.004, stop_atr=5, fixed_frac=0.03, factor=1)
    0.03
    """
    atr_frac = require("atr_frac", atr_frac, least=0)
    stop_atr, factor = require("stop_atr", stop_atr, above=0), require("factor", factor, above=0)
    fixed_frac = require("fixed_frac", fixed_frac, above=0, below=1)
    if kind not in ("atr", "fixed"):
        raise RiskError(f"kind of stop is {kind!r}; it must be 'atr' or 'fixed'")
    distance = (atr_frac * stop_atr if kind == "atr" else fixed_frac) * factor
    return min(max(distance, SMALLEST_DISTANCE), LARGEST_DISTANCE)


def initial_stop(open_rate: float, distance_frac: float, side: str) -> float:
    """Price of the first stop: `distance_frac` below the entry of a long, above that of a short.

    `open_rate` is above 0, `distance_frac` in (0, 0.99].

    Raises
    ------
    RiskError
        For NaN, a number out of bounds or another side.

    Examples
    --------
    >>> initial_stop(200.0, 0.03, "long"), initial_stop(200.0, 0.03, "short")
    (194.0, 206.0)
    """
    open_rate = require("open_rate", open_rate, above=0)
    distance = require("distance_frac", distance_frac, above=0, most=LARGEST_DISTANCE)
    return open_rate * (1 - direction(side) * distance)


def break_even_stop(open_rate: float, cost_frac: float, side: str) -> float:
    """Price at which a trade ends without gain or loss: the entry, and costs of both sides on top.

    `open_rate` is above 0, `cost_frac` (entry and exit together, as a fraction of the value) in [0, 1).

    Raises
    ------
    RiskError
        For NaN, a number out of bounds or another side.

    Examples
    --------
    >>> round(break_even_stop(200.0, 0.003, "long"), 6), round(break_even_stop(200.0, 0.003, "short"), 6)
    (200.6, 199.4)
    """
    open_rate = require("open_rate", open_rate, above=0)
    return open_rate * (1 + direction(side) * require("cost_frac", cost_frac, least=0, below=1))


def trailing_stop(best_rate: float, distance: float, side: str) -> float:
    """Price of a stop that follows the best rate so far at a `distance` in price units.

    `best_rate` is above 0 (the highest since entry of a long, the lowest of a short), `distance` at least
    0. At least 0: a long's stop at 0 is no stop.

    Raises
    ------
    RiskError
        For NaN, a number out of bounds or another side.

    Examples
    --------
    >>> trailing_stop(210.0, 4.0, "long"), trailing_stop(190.0, 4.0, "short")
    (206.0, 194.0)
    """
    best_rate = require("best_rate", best_rate, above=0)
    return max(0.0, best_rate - direction(side) * require("distance", distance, least=0))


def tightened(current: float, proposed: float, side: str) -> float:
    """Return the tighter of two stop prices: the higher of a long, the lower of a short. At least 0.

    Raises
    ------
    RiskError
        For NaN, a number out of bounds or another side.

    Examples
    --------
    >>> tightened(194.0, 190.0, "long"), tightened(206.0, 204.0, "short")
    (194.0, 204.0)
    """
    prices = require("current", current, least=0), require("proposed", proposed, least=0)
    return max(prices) if direction(side) > 0 else min(prices)


def stop_price(
    *,
    open_rate: float,
    best_rate: float,
    side: str,
    distance_frac: float,
    atr: float,
    break_even_atr: float,
    trailing_start_atr: float,
    trailing_atr: float,
    cost_frac: float,
) -> float:
    """Tightest of the initial, the break-even and the trailing stop that the best rate so far has earned.

    Parameters
    ----------
    open_rate, best_rate : float
        Entry, and the best rate since (highest of a long, lowest of a short), above 0.
    side : {"long", "short"}
    distance_frac : float
        Distance of the initial stop as a fraction of the entry, in (0, 0.99].
    atr : float
        ATR at entry in price units, at least 0.
    break_even_atr, trailing_start_atr : float
        Gain of the best rate, in ATRs, from which the break-even and the trailing stop count; 0: never.
        The break-even stop also waits until the best rate has paid the costs.
    trailing_atr : float
        Distance of the trailing stop from the best rate in ATRs, at least 0.
    cost_frac : float
        Costs of entry and exit as a fraction of the value, in [0, 1).

    Returns
    -------
    float
        Price; never looser for a better `best_rate`, never beyond it once it is at or beyond the entry.

    Raises
    ------
    RiskError
        For NaN, a number out of bounds or another side.

    Examples
    --------
    >>> rules = dict(open_rate=100.0, side="long", distance_frac=0.05, atr=1.0, cost_frac=0.003,
    ...              break_even_atr=3, trailing_start_atr=6, trailing_atr=4)
    >>> [round(stop_price(best_rate=rate, **rules), 6) for rate in (100.0, 103.0, 106.0, 110.0)]
    [95.0, 100.3, 102.0, 106.0]
    """
    sign, atr = direction(side), require("atr", atr, least=0)
    after_even = require("break_even_atr", break_even_atr, least=0) * atr
    after_start = require("trailing_start_atr", trailing_start_atr, least=0) * atr
    distance = require("trailing_atr", trailing_atr, least=0) * atr
    even = break_even_stop(open_rate, cost_frac, side)
    stop = initial_stop(open_rate, distance_frac, side)
    gain = sign * (require("best_rate", best_rate, above=0) - open_rate)
    if break_even_atr and gain >= max(after_even, sign * (even - open_rate)):
        stop = tightened(stop, even, side)
    if trailing_start_atr and gain >= after_start:
        stop = tightened(stop, trailing_stop(best_rate, distance, side), side)
    return stop


def take_profit_frac(atr_frac: float, take_profit_atr: float) -> float:
    """Price move, as a fraction of the entry, at which a trade takes its profit.

    `atr_frac` (ATR at entry as a fraction of the price) is at least 0, `take_profit_atr` above 0.

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    Examples
    --------
    >>> take_profit_frac(0.004, 8)
    0.032
    """
    atr_frac = require("atr_frac", atr_frac, least=0)
    return atr_frac * require("take_profit_atr", take_profit_atr, above=0)
