"""Binance's websockets: candles, tickers and books as they change."""

from auriga.exchange.streams._routes import stream_routes

__all__ = ["stream_routes"]
