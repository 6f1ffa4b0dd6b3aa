"""The books of the futures market, as the control interface shows them."""

from typing import Any

from auriga_exchange.trading import (
    algo_text,
    futures_order_text,
    futures_trade_text,
    income_text,
    old_risk_text,
)
from auriga_exchange.venue import Venue


def futures_books(venue: Venue) -> dict[str, Any]:
    """Balances, orders, trades, positions, conditional orders and payments, up to the clock.

    Examples
    --------
    >>> from auriga.simulated import SimulationPlan, simulate_exchange
    >>> from auriga_exchange import Venue
    >>> plan = SimulationPlan(pairs=("BTC/USDT",), days=1)
    >>> books = futures_books(Venue(simulate_exchange(plan), clock=lambda: 1672531260000))
    >>> books["balances"], books["positions"], books["algo_orders"]
    ({'USDT': {'free': '10000', 'locked': '0'}}, [], [])
    """
    desk, ledger, now = venue.futures, venue.futures_ledger, venue.clock()
    desk.advance(now)
    return {
        "balances": {
            asset: {
                "free": f"{ledger.available(asset):f}",
                "locked": f"{ledger.wallet(asset) - ledger.available(asset):f}",
            }
            for asset in ledger.assets
        },
        "orders": [futures_order_text(order) for order in desk.orders()],
        "trades": [futures_trade_text(fill) for fill in desk.fills()],
        "positions": [old_risk_text(desk, position, now) for position in ledger.positions],
        "algo_orders": [algo_text(desk, algo) for algo in desk.algo.orders()],
        "income": [income_text(income) for income in ledger.income],
    }
