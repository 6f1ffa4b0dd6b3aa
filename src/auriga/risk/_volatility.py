"""How much a price swings in a year, and the stake that makes every position swing alike."""

import numpy as np

from auriga.risk._numbers import require
from auriga.typing import FloatArray

DAYS = 365  # coins trade every day
WINDOW = 180
"""Returns that count; of a half-life of 30 days, what is older would weigh less than 2 % together.

A fixed window, so that a bot that loads 200 days and a backtest that loads years say the same.
"""
LEAST_RETURNS = 30
"""Returns below which nothing is said."""


def annual_volatility(closes: FloatArray, half_life_days: float) -> FloatArray:
    """Annual volatility of daily returns, the newest of which count most.

    Parameters
    ----------
    closes : array of shape (n_days,)
        Daily closes, oldest first, above 0.
    half_life_days : float
        A return this many days old counts half, above 0.

    Returns
    -------
    array of shape (n_days,)
        Weighted standard deviation of the log returns of the last 180 days times the root of 365, as a
        fraction (0.8 is 80 % a year); NaN before there are 30 returns. Row t uses closes <= t.

    Raises
    ------
    RiskError
        For a half-life that is no number or not above 0.

    References
    ----------
    J.P. Morgan/Reuters (1996), *RiskMetrics Technical Document*, 4th ed., ch. 5: exponential weights.

    Examples
    --------
    A price that moves 2 % every day:

    >>> closes = np.exp(np.cumsum(0.02 * np.resize([1.0, -1.0], 60)))
    >>> round(float(annual_volatility(closes, 30.0)[-1]), 4)
    0.382
    """
    decay = 0.5 ** (1 / require("half_life_days", half_life_days, above=0))
    n = len(closes)
    returns, there = np.zeros(n), np.zeros(n)
    returns[1:], there[1:] = np.diff(np.log(closes)), 1.0
    sums, squares, weights = np.zeros(n), np.zeros(n), np.zeros(n)
    for lag in range(min(WINDOW, n)):  # in one order, whatever comes before the window
        sums[lag:] += decay**lag * returns[: n - lag]
        squares[lag:] += decay**lag * returns[: n - lag] ** 2
        weights[lag:] += decay**lag * there[: n - lag]
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.maximum(squares / weights - (sums / weights) ** 2, 0.0)
    return np.where(np.arange(n) >= LEAST_RETURNS, np.sqrt(DAYS * variance), np.nan)


def volatility_stake(capital: float, *, positions: int, target: float, volatility: float) -> float:
    """Stake whose swings are its share of the target, never more than its share of the capital.

    Parameters
    ----------
    capital : float
        In stake currency, at least 0.
    positions : int
        How many positions share the capital, at least 1.
    target : float
        Annual volatility that all of them together would have if they moved as one, above 0.
    volatility : float
        Annual volatility of the pair, at least 0.

    Returns
    -------
    float
        In stake currency: capital x min(1 / positions, target / (positions x volatility)).

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    Examples
    --------
    >>> volatility_stake(10_000, positions=4, target=0.4, volatility=0.8)
    1250.0
    >>> volatility_stake(10_000, positions=4, target=0.4, volatility=0.2)
    2500.0
    """
    capital = require("capital", capital, least=0)
    share = capital / require("positions", positions, least=1)
    target = require("target", target, above=0)
    volatility = require("volatility", volatility, least=0)
    return share if volatility <= target else share * target / volatility
