"""Filled orders of a trade, as a result keeps them."""

from collections.abc import Mapping
from typing import Any


def filled_orders(row: Mapping[Any, Any]) -> list[Mapping[str, Any]]:
    """Orders of a trade that were filled, oldest first; none in results of old versions.

    Parameters
    ----------
    row : mapping
        A row of `BacktestResult.trades`.

    Returns
    -------
    list of mapping
        With `order_filled_timestamp` (ms, UTC), `ft_is_entry`, `amount`, `safe_price` and more.
    """
    return [order for order in row.get("orders") or () if order["order_filled_timestamp"]]


def orders_or_ends(row: Mapping[Any, Any]) -> list[Mapping[str, Any]]:
    """Filled orders of a trade, or its entry and its exit where a result has no orders."""
    ends = ((True, "open_date", "open_rate"), (False, "close_date", "close_rate"))
    return filled_orders(row) or [
        {
            "order_filled_timestamp": row[date].timestamp() * 1000,
            "ft_is_entry": entry,
            "amount": row["amount"],
            "safe_price": row[rate],
        }
        for entry, date, rate in ends
    ]


def value_and_fee(order: Mapping[str, Any], row: Mapping[Any, Any]) -> tuple[float, float]:
    """Value of an order, and what it cost: Freqtrade knows one rate a side."""
    value = float(order["amount"]) * float(order["safe_price"])
    return value, value * float(row["fee_open" if order["ft_is_entry"] else "fee_close"])
