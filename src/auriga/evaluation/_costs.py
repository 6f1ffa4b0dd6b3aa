"""What trading costs take from a list of trades, and how much of them it bears."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from auriga.errors import ParameterError
from auriga.evaluation._trade_figures import win_rate_frac
from auriga.evaluation._wallet import daily_returns, sharpe_ratio
from auriga.typing import FloatArray, IntArray


def cost_sensitivity(
    gross_profits: FloatArray,
    turnover: FloatArray,
    cost_frac: float | FloatArray,
    multiples: Sequence[float] = (0, 1, 2, 3),
    *,
    closed_days: IntArray,
    n_days: int,
    capital: float,
) -> pd.DataFrame:
    """Result of the same trades at multiples of their costs.

    The trades stay as they are: dearer ones would not be opened at another size or left out.

    Parameters
    ----------
    gross_profits : array of shape (n,)
        Profit of each trade in stake currency before fees and slippage, funding included.
    turnover : array of shape (n,)
        Value of all that was bought and sold for it, both sides, in stake currency; not negative. What
        a fee is a fraction of.
    cost_frac : float or array of shape (n,)
        Cost of one side as a fraction of its value, at a multiple of 1; not negative.
    multiples : sequence of float
        Not negative.
    closed_days, n_days, capital
        As in `daily_returns`.

    Returns
    -------
    DataFrame indexed by multiple
        `cost_frac` (one side, average over the turnover), `net_profit_frac` (of `capital`), `sharpe`
        and `win_rate_frac` (NaN without trades). At 1 they are those of the trades as they were closed.

    Raises
    ------
    ParameterError
        If a number is out of bounds, not finite, or lengths differ.

    Examples
    --------
    >>> cost_sensitivity(
    ...     np.array([3.0, 1.0]), np.array([200.0, 200.0]), 0.01, closed_days=np.array([0, 1]), n_days=2,
    ...     capital=100.0)["net_profit_frac"].round(3).to_dict()
    {0: 0.04, 1: 0.0, 2: -0.04, 3: -0.08}
    """
    _check(gross_profits, turnover)
    _check_not_negative(cost_frac=cost_frac, multiples=multiples)
    costs = cost_frac * turnover
    rows = {}
    for multiple in multiples:
        net = gross_profits - multiple * costs
        returns = daily_returns(closed_days, net, n_days=n_days, capital=capital)
        rows[multiple] = {
            "cost_frac": multiple * _average(costs, turnover, cost_frac),
            "net_profit_frac": float(net.sum()) / capital,
            "sharpe": sharpe_ratio(returns),
            "win_rate_frac": win_rate_frac(net),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("multiple")


def _average(costs: FloatArray, turnover: FloatArray, cost_frac: float | FloatArray) -> float:
    traded = float(turnover.sum())
    if traded:
        return float(costs.sum()) / traded
    return float(np.mean(cost_frac)) if np.size(cost_frac) else float("nan")


def break_even_cost_frac(gross_profits: FloatArray, turnover: FloatArray) -> float:
    """What one side of a trade may cost before these trades lose money together.

    Parameters
    ----------
    gross_profits, turnover
        As in `cost_sensitivity`.

    Returns
    -------
    float
        Fraction of the value of one side; negative when the trades lose even without costs, NaN without
        turnover.

    Raises
    ------
    ParameterError
        If a number is out of bounds, not finite, or lengths differ.

    Examples
    --------
    >>> break_even_cost_frac(np.array([3.0, 1.0]), np.array([200.0, 200.0]))
    0.01
    """
    _check(gross_profits, turnover)
    traded = float(turnover.sum())
    return float(gross_profits.sum()) / traded if traded else float("nan")


def _check(gross_profits: FloatArray, turnover: FloatArray) -> None:
    if len(gross_profits) != len(turnover):
        raise ParameterError(
            f"gross_profits has {len(gross_profits)} rows, turnover has {len(turnover)}; they must match"
        )
    if not np.isfinite(gross_profits).all():
        raise ParameterError("gross_profits must be finite: a trade without a profit is not closed")
    if not (np.isfinite(turnover).all() and (turnover >= 0).all()):
        raise ParameterError("turnover must be finite and not negative")


def _check_not_negative(**given: float | Sequence[float] | FloatArray) -> None:
    for name, numbers in given.items():
        values = np.asarray(numbers, dtype=np.float64)
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ParameterError(f"{name} holds {values.min()}; it must be finite and not negative")
