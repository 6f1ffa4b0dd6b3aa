"""Binance's websockets: markets as they change, and what happens to the orders of an account."""

from auriga.exchange.streams._listen_key_requests import LISTEN_KEYS
from auriga.exchange.streams._listen_keys import ListenKeys
from auriga.exchange.streams._routes import stream_routes

__all__ = ["LISTEN_KEYS", "ListenKeys", "stream_routes"]
