"""Growth of a wallet and what it is worth against its falls."""

import math

import numpy as np

from auriga.errors import ParameterError
from auriga.evaluation._wallet import DAYS_IN_YEAR, LEAST_DEVIATION_FRAC
from auriga.typing import FloatArray


def sortino_ratio(returns: FloatArray) -> float:
    """Annual Sortino ratio of daily returns, against a return of 0.

    Unlike Freqtrade, whose denominator is the standard deviation of losing trades (or days) about their own
    mean, so that equal losses, however large, cost nothing; its number agrees with no other and is larger.

    Parameters
    ----------
    returns : array of shape (n,)
        Daily returns as fractions, at least one, all finite.

    Returns
    -------
    float
        Mean over downside deviation (root of the mean over all days of squared negative returns), times the
        root of 365; 0 for a wallet that never moves. A deviation below `LEAST_DEVIATION_FRAC` counts as that
        much, so the result is always finite.

    Raises
    ------
    ParameterError
        If there is no return, or one is not finite.

    References
    ----------
    Sortino, F. A., Price, L. N. (1994), Performance measurement in a downside risk framework, *Journal of
    Investing* 3(3).

    Examples
    --------
    >>> round(sortino_ratio(np.array([0.01, -0.01, 0.02])), 2)
    22.06
    """
    if not len(returns) or not np.isfinite(returns).all():
        raise ParameterError("returns must hold at least one number, all of them finite")
    downside = float(np.mean(np.minimum(returns, 0.0) ** 2)) ** 0.5
    return float(returns.mean() / max(downside, LEAST_DEVIATION_FRAC) * DAYS_IN_YEAR**0.5)


def cagr_frac(growth: float, days: float) -> float:
    """Compound annual growth rate; agrees with Freqtrade's where both have a number.

    Parameters
    ----------
    growth : float
        Wallet at the end over wallet at the start, at least 0; a wallet below 0 counts as empty.
    days : float
        Length of the period, above 0. Freqtrade counts whole days.

    Returns
    -------
    float
        Fraction a year, at least -1; `inf` where a short period's growth would exceed all numbers (Freqtrade
        says 0 there, and for a wallet below 0).

    Raises
    ------
    ParameterError
        If a number is not finite, or the days are not above 0.

    Examples
    --------
    >>> round(cagr_frac(1.21, 730), 6), cagr_frac(0.0, 30)
    (0.1, -1.0)
    """
    if not (math.isfinite(growth) and math.isfinite(days) and days > 0):
        raise ParameterError(f"growth is {growth} over {days} days; both must be finite, days above 0")
    try:
        return float(max(growth, 0.0) ** (DAYS_IN_YEAR / days) - 1)
    except OverflowError:
        return float("inf")
