"""The interface that steers the exchange itself: faults, markets, fills, balances and its books."""

from auriga.exchange.control._routes import control_routes

__all__ = ["control_routes"]
