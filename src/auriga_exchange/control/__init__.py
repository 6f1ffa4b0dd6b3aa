"""The interface that steers the exchange itself: faults, markets, fills, balances and its books."""

from auriga_exchange.control._futures_books import futures_books
from auriga_exchange.control._routes import control_routes
from auriga_exchange.control._scenario import Scenario, read_scenario, run_scenario
from auriga_exchange.control._spot_books import spot_books

__all__ = [
    "Scenario",
    "control_routes",
    "futures_books",
    "read_scenario",
    "run_scenario",
    "spot_books",
]
