"""What costs take from the trades of a result: value turned over, fees paid, profit without them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from auriga.host.results import BacktestResult, orders_or_ends, value_and_fee
from auriga.typing import FloatArray


@dataclass(frozen=True, eq=False)
class TradeCosts:
    """Arrays of shape (n,), in the order of closing, in stake currency.

    Attributes
    ----------
    turnover : array
        Value of all fills of the trade, entries and exits, leverage included.
    fees : array
        Fee and slippage as Freqtrade charged them: it knows one rate a side.
    gross : array
        Profit before them; funding stays in.
    """

    turnover: FloatArray
    fees: FloatArray
    gross: FloatArray

    @property
    def cost_frac(self) -> float:
        """Costs of one side as a fraction of the value, on average; NaN without trades."""
        turnover = float(self.turnover.sum())
        return float(self.fees.sum()) / turnover if turnover else float("nan")


def trade_costs(result: BacktestResult) -> TradeCosts:
    """Turnover, fees and gross profit of each trade of a result."""
    if result.trades.empty:
        return TradeCosts(np.empty(0), np.empty(0), np.empty(0))
    trades = result.trades.sort_values("close_date", kind="stable")
    rows = [_turnover_and_fees(row) for row in trades.to_dict("records")]
    turnover, fees = np.array(rows, dtype=np.float64).T
    return TradeCosts(turnover, fees, trades["profit_abs"].to_numpy(dtype=np.float64) + fees)


def _turnover_and_fees(row: Mapping[Any, Any]) -> tuple[float, float]:
    values, fees = zip(*(value_and_fee(order, row) for order in orders_or_ends(row)), strict=True)
    return sum(values), sum(fees)
