"""One number by which a search compares sets of parameters: smaller is better."""

import math

from auriga.errors import ParameterError

MOST_SHARPE = 50.0
"""Sharpe ratios beyond it, either way, are told apart no more: a search needs a bounded loss."""


def trading_loss(
    sharpe: float,
    drawdown_frac: float,
    n_trades: int,
    *,
    enough_trades: int,
    drawdown_weight: float = 10.0,
    shortage_weight: float = 20.0,
) -> float:
    """Loss of a backtest: minus its Sharpe ratio, plus what its drawdown and its few trades cost.

    The cost of few trades falls smoothly from `shortage_weight` without trades to 0 at `enough_trades`, as
    the square of the missing share. All three parts are in units of the Sharpe ratio, so a weight of 10
    makes a drawdown of 10 % as bad as one unit of Sharpe less.

    Parameters
    ----------
    sharpe : float
        Annual Sharpe ratio net of costs; counts within `MOST_SHARPE` either way. NaN counts as the worst.
    drawdown_frac : float
        Largest drawdown in [0, 1].
    n_trades : int
        Closed trades, at least 0.
    enough_trades : int
        Trades from which on their number costs nothing, at least 1.
    drawdown_weight, shortage_weight : float
        Units of Sharpe that a drawdown of 1, and no trade at all, cost; at least 0.

    Returns
    -------
    float
        Finite; never higher for more Sharpe, less drawdown or more trades.

    Raises
    ------
    ParameterError
        If anything but `sharpe` is out of bounds.

    Examples
    --------
    >>> trading_loss(1.5, 0.1, 200, enough_trades=90)
    -0.5
    >>> trading_loss(1.5, 0.1, 45, enough_trades=90)
    4.5
    """
    _check(drawdown_frac, n_trades, enough_trades, drawdown_weight, shortage_weight)
    bounded = -MOST_SHARPE if math.isnan(sharpe) else max(-MOST_SHARPE, min(MOST_SHARPE, sharpe))
    missing = max(0.0, 1 - n_trades / enough_trades)
    return -bounded + drawdown_weight * drawdown_frac + shortage_weight * missing**2


def _check(
    drawdown_frac: float, n_trades: int, enough_trades: int, drawdown_weight: float, shortage_weight: float
) -> None:
    if not 0 <= drawdown_frac <= 1:
        raise ParameterError(f"drawdown_frac is {drawdown_frac}, it must lie within 0 and 1")
    if n_trades < 0:
        raise ParameterError(f"n_trades is {n_trades}, it must not be negative")
    if enough_trades < 1:
        raise ParameterError(f"enough_trades is {enough_trades}, it must be at least 1")
    for name, weight in (("drawdown_weight", drawdown_weight), ("shortage_weight", shortage_weight)):
        if not (math.isfinite(weight) and weight >= 0):
            raise ParameterError(f"{name} is {weight}, it must be finite and not negative")
