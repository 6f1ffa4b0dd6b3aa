"""What a list of closed trades says without their order."""

import numpy as np

from auriga.errors import ParameterError
from auriga.typing import FloatArray


def win_rate_frac(profits: FloatArray) -> float:
    """Share of trades that won after costs; as Freqtrade's `winrate`, which is 0 without trades.

    Parameters
    ----------
    profits : array of shape (n,)
        Net profit of each trade, money or fraction; a trade of exactly 0 did not win.

    Returns
    -------
    float
        In [0, 1]; NaN without trades.

    Raises
    ------
    ParameterError
        If a profit is not finite.

    Examples
    --------
    >>> win_rate_frac(np.array([1.0, -2.0, 0.0, 3.0]))
    0.5
    """
    _check(profits)
    return float(np.mean(profits > 0)) if len(profits) else float("nan")


def profit_factor(profits: FloatArray) -> float:
    """Sum of the gains over the sum of the losses; as Freqtrade's, which is 0 when no trade lost.

    Parameters
    ----------
    profits : array of shape (n,)
        Net profit of each trade in stake currency.

    Returns
    -------
    float
        At least 0, above 1 when the trades gained; NaN when none lost, because there is nothing to divide by.

    Raises
    ------
    ParameterError
        If a profit is not finite.

    Examples
    --------
    >>> profit_factor(np.array([3.0, -1.0, -1.0]))
    1.5
    """
    _check(profits)
    losses = -float(profits[profits < 0].sum())
    return float(profits[profits > 0].sum()) / losses if losses else float("nan")


def _check(profits: FloatArray) -> None:
    if not np.isfinite(profits).all():
        raise ParameterError("profits must be finite: a trade without a profit is not closed")
