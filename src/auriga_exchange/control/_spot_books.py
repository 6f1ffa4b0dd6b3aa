"""The books of the exchange: what it owes and is owed, as the control interface shows them."""

from typing import Any

from auriga_exchange.trading import SpotLedger, order_text, trade_text
from auriga_exchange.venue import Venue


def spot_books(venue: Venue) -> dict[str, Any]:
    """Balances, all orders and all trades of the spot account, matched up to the clock.

    Examples
    --------
    >>> from auriga.simulated import SimulationPlan, simulate_exchange
    >>> from auriga_exchange import Venue
    >>> plan = SimulationPlan(pairs=("BTC/USDT",), days=1)
    >>> spot_books(Venue(simulate_exchange(plan), clock=lambda: 1672531260000))
    {'balances': {'USDT': {'free': '10000', 'locked': '0'}}, 'orders': [], 'trades': []}
    """
    venue.spot.advance(venue.clock())
    return {
        "balances": balance_texts(venue.spot_ledger),
        "orders": [order_text(order) for order in venue.spot.orders()],
        "trades": [trade_text(fill) for fill in venue.spot.fills()],
    }


def balance_texts(ledger: SpotLedger) -> dict[str, dict[str, str]]:
    """Exact balances by currency, without exponents and trailing zeros."""
    return {
        asset: {"free": f"{balance.free.normalize():f}", "locked": f"{balance.locked.normalize():f}"}
        for asset, balance in ledger.balances.items()
    }
