"""Binance's websockets: markets as they change, and what happens to the orders of an account."""

from auriga_exchange.streams._routes import stream_routes

__all__ = [
    "stream_routes",
]
