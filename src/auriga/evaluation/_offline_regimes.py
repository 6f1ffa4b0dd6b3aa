"""Regimes with hindsight: what the whole sample says, to measure online detectors against."""

import numpy as np

from auriga.errors import ParameterError
from auriga.typing import FloatArray, IntArray, Regime, RegimeArray

_STATES = np.array(Regime.known(), dtype=np.int8)


def offline_regimes(close: FloatArray, *, least_move: float = 8.0, hurdle: float = 0.05) -> RegimeArray:
    """Label candles with hindsight: the sequence of regimes that would have paid most.

    A trader who knows all prices is long in bull, short in bear and out in sideways. In units of the
    sample's volatility (standard deviation of one candle's log return) he earns the return of each candle in
    his direction less `hurdle`, and pays `least_move / 2` to enter and to leave a position. His best
    sequence, found exactly by dynamic programming, is the labelling: a move becomes bull or bear when it
    exceeds `least_move` and the hurdle of its length, also as a counter-move inside a trend.

    **Offline**: the label of candle t uses candles before and after t, and changes when later candles are
    added. It is a yardstick and must never reach a model or a strategy.

    Parameters
    ----------
    close : array of shape (n,)
        Closing prices, above 0; no NaN.
    least_move : float
        Smallest move that becomes a regime, in volatilities of one candle, >= 0.
    hurdle : float
        Move a candle that a trend has to exceed besides, in volatilities, >= 0.

    Returns
    -------
    array of shape (n,), int8
        Regime in force during candle t; never `UNKNOWN`. Flat prices are sideways.

    Raises
    ------
    ParameterError
        If a price is not above 0 or a parameter is negative.

    References
    ----------
    Kovačević, T., Merćep, A., Begušić, S. and Kostanjčar, Z. (2023). Optimal Trend Labeling in Financial
    Time Series. IEEE Access 11.

    Examples
    --------
    Up by 4 % a candle, flat, down:

    >>> steps = np.r_[np.full(8, 0.04), np.tile([0.001, -0.001], 10), np.full(8, -0.04)]
    >>> labels = offline_regimes(100 * np.exp(np.r_[0.0, np.cumsum(steps)]), least_move=2.0)
    >>> "".join({1: "+", 0: ".", -1: "-"}[int(code)] for code in labels)
    '+++++++++....................--------'
    """
    if not min(least_move, hurdle) >= 0:
        raise ParameterError(f"least_move {least_move} and hurdle {hurdle} must not be negative")
    if len(close) and not float(np.min(close)) > 0:
        raise ParameterError(f"the lowest close is {np.min(close)}; prices must be above 0")
    returns = np.diff(np.log(close), prepend=np.log(close[:1]))
    volatility = float(np.std(returns[1:])) if len(returns) > 1 else 0.0
    if not volatility > 0:
        return np.full(len(close), Regime.SIDEWAYS, dtype=np.int8)
    rewards = returns[:, None] / volatility * _STATES - hurdle * np.abs(_STATES)
    costs = least_move / 2 * np.abs(_STATES[:, None] - _STATES)
    return _STATES[_best_sequence(rewards, costs)]


def _best_sequence(rewards: FloatArray, costs: FloatArray) -> IntArray:
    """Positions of the states whose summed rewards, less the costs [from, to] of switching, are highest."""
    came_from = np.zeros(rewards.shape, dtype=np.int64)
    total = rewards[0]
    for t in range(1, len(rewards)):  # each step needs the totals of the one before
        reached = total[:, None] - costs
        came_from[t] = np.argmax(reached, axis=0)
        total = np.max(reached, axis=0) + rewards[t]
    sequence = np.empty(len(rewards), dtype=np.int64)
    sequence[-1] = np.argmax(total)
    for t in range(len(rewards) - 1, 0, -1):
        sequence[t - 1] = came_from[t, sequence[t]]
    return sequence
