"""Addresses of Binance's REST interface and what answers them."""

from auriga.exchange.rest._spot_market import SPOT_MARKET
from auriga.exchange.rest._spot_trading import SPOT_TRADING

__all__ = ["SPOT_MARKET", "SPOT_TRADING"]
