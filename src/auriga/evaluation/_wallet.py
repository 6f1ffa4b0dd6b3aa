"""What a wallet did with closed trades: its daily returns, their Sharpe ratio and its drawdowns."""

import numpy as np

from auriga.errors import ParameterError
from auriga.typing import FloatArray, IntArray

DAYS_IN_YEAR = 365
"""Crypto markets never close."""

LEAST_DEVIATION_FRAC = 1e-6
"""Daily deviation below which a wallet counts as still: no ratio grows beyond all bounds by standing."""


def daily_returns(closed_days: IntArray, profits: FloatArray, *, n_days: int, capital: float) -> FloatArray:
    """Return of the wallet on each day, counting every trade on the day it was closed.

    Parameters
    ----------
    closed_days : array of shape (n,)
        Day of each trade's close, 0 the first, below `n_days`; in any order.
    profits : array of shape (n,)
        Net profit of each trade in stake currency, after fees.
    n_days : int
        Days of the period, those without trades too; at least 1.
    capital : float
        Wallet at the start, in stake currency, above 0.

    Returns
    -------
    array of shape (n_days,)
        Profit of the day over the wallet at its start, in [-1, inf). 0 without trades, and after the wallet
        is empty. Never NaN.

    Raises
    ------
    ParameterError
        If a number is out of bounds, not finite, or the lengths differ.

    Examples
    --------
    >>> daily_returns(np.array([0, 2, 2]), np.array([10.0, -33.0, 0.0]), n_days=3, capital=100.0).round(3)
    array([ 0.1,  0. , -0.3])
    """
    _check(profits, capital)
    if n_days < 1:
        raise ParameterError(f"n_days is {n_days}, it must be at least 1")
    if len(closed_days) != len(profits):
        raise ParameterError(
            f"closed_days has {len(closed_days)} rows, profits has {len(profits)}; they must match"
        )
    if len(closed_days) and not (closed_days.min() >= 0 and closed_days.max() < n_days):
        raise ParameterError(
            f"closed_days go from {closed_days.min()} to {closed_days.max()}, "
            f"they must lie within 0 and {n_days - 1}"
        )
    by_day = np.zeros(n_days)
    np.add.at(by_day, closed_days, profits)
    wallet = _never_below_zero(capital, by_day)
    before = wallet[:-1]
    return np.divide(np.diff(wallet), before, out=np.zeros(n_days), where=before > 0)


def sharpe_ratio(returns: FloatArray) -> float:
    """Annual Sharpe ratio of daily returns, no riskless rate.

    Parameters
    ----------
    returns : array of shape (n,)
        Daily returns as fractions, at least one, all finite.

    Returns
    -------
    float
        Mean over standard deviation, times the root of 365; 0 for a wallet that never moves. A deviation
        below `LEAST_DEVIATION_FRAC` counts as that much, so the result is always finite.

    Raises
    ------
    ParameterError
        If there is no return, or one is not finite.

    Examples
    --------
    >>> round(sharpe_ratio(np.array([0.01, -0.01, 0.02])), 2)
    10.21
    """
    if not len(returns) or not np.isfinite(returns).all():
        raise ParameterError("returns must hold at least one number, all of them finite")
    return float(returns.mean() / max(returns.std(), LEAST_DEVIATION_FRAC) * DAYS_IN_YEAR**0.5)


def max_drawdown_frac(profits: FloatArray, *, capital: float) -> float:
    """Largest fall of the wallet below its highest so far, trade by trade.

    Parameters
    ----------
    profits : array of shape (n,)
        Net profit of each trade in stake currency, in the order of their closes.
    capital : float
        Wallet at the start, in stake currency, above 0.

    Returns
    -------
    float
        In [0, 1]: a fraction of the highest wallet before the fall. 0 without trades.

    Raises
    ------
    ParameterError
        If a number is not finite, or the capital is not above 0.

    Examples
    --------
    >>> max_drawdown_frac(np.array([25.0, -50.0, 10.0]), capital=100.0)
    0.4
    """
    _check(profits, capital)
    return float(drawdowns(_never_below_zero(capital, profits)).max())


def drawdowns(wallet: FloatArray) -> FloatArray:
    """How far a wallet is below its highest so far.

    Freqtrade's `max_drawdown_account` is the depth of its largest fall in money; in fractions another fall
    may be deeper: its `max_relative_drawdown` is the largest of these, trade by trade.

    Parameters
    ----------
    wallet : array of shape (n,)
        Money at each moment, the first above 0, none negative; all finite.

    Returns
    -------
    array of shape (n,)
        In [0, 1], 0 at each new high; uses moments <= t.

    Raises
    ------
    ParameterError
        If there is no moment, or a number is out of bounds.

    Examples
    --------
    >>> drawdowns(np.array([100.0, 125.0, 75.0, 130.0])).tolist()
    [0.0, 0.0, 0.4, 0.0]
    """
    if not len(wallet) or not np.isfinite(wallet).all() or wallet[0] <= 0 or (wallet < 0).any():
        raise ParameterError("wallet must begin above 0 and stay finite and not negative")
    peak = np.maximum.accumulate(wallet)
    below: FloatArray = (peak - wallet) / peak
    return below


def _never_below_zero(capital: float, profits: FloatArray) -> FloatArray:
    """Wallet before and after each profit; an empty wallet stays empty."""
    wallet = capital + np.r_[0.0, np.cumsum(profits)]
    return np.where(np.minimum.accumulate(wallet) > 0, wallet, 0.0)


def _check(profits: FloatArray, capital: float) -> None:
    if not (np.isfinite(capital) and capital > 0):
        raise ParameterError(f"capital is {capital}, it must be above 0")
    if not np.isfinite(profits).all():
        raise ParameterError("profits must be finite: a trade without a profit is not closed")
