"""How likely a Sharpe ratio is skill: its own error, and how often luck was tried."""

import math

import numpy as np
from scipy.stats import kurtosis, norm, skew

from auriga.errors import ParameterError
from auriga.evaluation._stationary_bootstrap import LEAST_ROWS
from auriga.evaluation._wallet import DAYS_IN_YEAR, LEAST_DEVIATION_FRAC
from auriga.typing import FloatArray


def probabilistic_sharpe_ratio(returns: FloatArray, benchmark_sharpe: float = 0.0) -> float:
    """Chance that the true Sharpe ratio is above a benchmark, given the days' skewness and tails.

    Days count as independent of one another.

    Parameters
    ----------
    returns : array of shape (n,)
        Daily returns as fractions, all finite.
    benchmark_sharpe : float
        Annual Sharpe ratio to beat.

    Returns
    -------
    float
        In [0, 1]; NaN with fewer than 20 days and for a wallet that stands still.

    Raises
    ------
    ParameterError
        If a return or the benchmark is not finite.

    References
    ----------
    Bailey, D. H., López de Prado, M. (2012), The Sharpe ratio efficient frontier, *Journal of Risk* 15(2).

    Examples
    --------
    >>> probabilistic_sharpe_ratio(np.tile([0.01, -0.01], 50))
    0.5
    """
    if not (np.isfinite(returns).all() and math.isfinite(benchmark_sharpe)):
        raise ParameterError("returns and benchmark_sharpe must be finite")
    if len(returns) < LEAST_ROWS or returns.std() < LEAST_DEVIATION_FRAC:
        return float("nan")
    return sharpe_probability(
        float(returns.mean() / returns.std()),
        benchmark_sharpe / DAYS_IN_YEAR**0.5,
        n_returns=len(returns),
        skewness=float(skew(returns)),
        kurtosis=float(kurtosis(returns, fisher=False)),
    )


def sharpe_probability(
    sharpe: float, benchmark: float, *, n_returns: int, skewness: float = 0.0, kurtosis: float = 3.0
) -> float:
    """Probabilistic Sharpe ratio from moments.

    Parameters
    ----------
    sharpe, benchmark : float
        Ratios of one return, not annual.
    n_returns : int
        At least 2.
    skewness, kurtosis : float
        Of the returns; 0 and 3 for normal ones. A distribution has kurtosis >= skewness**2 + 1.

    Raises
    ------
    ParameterError
        If there are too few returns, or no distribution has these moments.

    Examples
    --------
    A hedge fund over 24 months, in Bailey and López de Prado (2012):

    >>> round(sharpe_probability(0.458, 0, n_returns=24, skewness=-2.448, kurtosis=10.164), 3)
    0.913
    """
    if n_returns < 2 or not kurtosis >= skewness**2 + 1 - 1e-9:
        raise ParameterError(
            f"{n_returns} returns of skewness {skewness} and kurtosis {kurtosis}; it takes at least 2, and a "
            "kurtosis of at least 1 + skewness**2"
        )
    variance = 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe**2
    error = (max(variance, 1e-12) / (n_returns - 1)) ** 0.5
    return float(norm.cdf((sharpe - benchmark) / error))


def expected_best_sharpe(n_trials: int, sharpe_std: float) -> float:
    """Sharpe ratio that the best of so many independent tries without skill is expected to show.

    Parameters
    ----------
    n_trials : int
        At least 1.
    sharpe_std : float
        Standard deviation of the tries' Sharpe ratios, at least 0; annual in, annual out.

    Returns
    -------
    float
        At least 0; 0 for one try.

    Raises
    ------
    ParameterError
        If a number is out of bounds.

    References
    ----------
    Bailey, D. H., López de Prado, M. (2014), The deflated Sharpe ratio, *Journal of Portfolio Management*
    40(5), equation 1.

    Examples
    --------
    >>> round(expected_best_sharpe(100, 0.5**0.5), 3), expected_best_sharpe(1, 0.5)
    (1.789, 0.0)
    """
    if n_trials < 1 or not (math.isfinite(sharpe_std) and sharpe_std >= 0):
        raise ParameterError(
            f"n_trials is {n_trials} and sharpe_std {sharpe_std}; they must be at least 1 and 0, and finite"
        )
    if n_trials == 1:
        return 0.0
    first, second = norm.ppf([1 - 1 / n_trials, 1 - 1 / (n_trials * math.e)])
    return float(sharpe_std * ((1 - np.euler_gamma) * first + np.euler_gamma * second))


def sharpe_std_of_luck(n_days: int) -> float:
    """Standard deviation of the annual Sharpe ratio that tries without skill show over so many days.

    What `sharpe_std` is taken to be when nothing is known of the other tries.

    Examples
    --------
    >>> sharpe_std_of_luck(365)
    1.0
    """
    if n_days < 1:
        raise ParameterError(f"n_days is {n_days}, it must be at least 1")
    return float((DAYS_IN_YEAR / n_days) ** 0.5)


def deflated_sharpe_ratio(returns: FloatArray, *, n_trials: int, sharpe_std: float) -> float:
    """Chance that the true Sharpe ratio is above the best that luck alone shows in so many tries.

    Parameters
    ----------
    returns : array of shape (n,)
        Daily returns of the best try as fractions, all finite.
    n_trials, sharpe_std
        As in `expected_best_sharpe`, annual.

    Returns
    -------
    float
        In [0, 1]; NaN with fewer than 20 days and for a wallet that stands still.

    Raises
    ------
    ParameterError
        If a number is out of bounds or not finite.

    References
    ----------
    As `expected_best_sharpe`.

    Examples
    --------
    >>> returns = np.random.default_rng(0).normal(0.001, 0.01, size=365)
    >>> one, many = [deflated_sharpe_ratio(returns, n_trials=n, sharpe_std=1.0) for n in (1, 100)]
    >>> round(one, 2), round(many, 2)
    (0.9, 0.11)
    """
    return probabilistic_sharpe_ratio(returns, expected_best_sharpe(n_trials, sharpe_std))
