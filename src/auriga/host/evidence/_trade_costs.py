"""What costs take from the trades of a result: value turned over, fees paid, profit without them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from auriga.host.results import BacktestResult
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
    rates = {True: float(row["fee_open"]), False: float(row["fee_close"])}
    values = [(bool(order["ft_is_entry"]), _value(order)) for order in row["orders"] or () if _filled(order)]
    if not values:  # results of old versions have no orders
        amount = float(row["amount"])
        values = [(True, amount * float(row["open_rate"])), (False, amount * float(row["close_rate"]))]
    return sum(value for _, value in values), sum(rates[entry] * value for entry, value in values)


def _filled(order: Mapping[str, Any]) -> bool:
    return bool(order["order_filled_timestamp"])


def _value(order: Mapping[str, Any]) -> float:
    return float(order["amount"]) * float(order["safe_price"])
