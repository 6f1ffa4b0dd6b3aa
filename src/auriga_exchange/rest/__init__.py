"""Addresses of Binance's REST interface and what answers them."""

from auriga_exchange.rest._call import Call, RestEndpoint
from auriga_exchange.rest._futures_market import FUTURES_MARKET
from auriga_exchange.rest._futures_trading import FUTURES_TRADING
from auriga_exchange.rest._listen_keys import LISTEN_KEYS
from auriga_exchange.rest._spot_account import SPOT_ACCOUNT
from auriga_exchange.rest._spot_market import SPOT_MARKET
from auriga_exchange.rest._spot_trades import SPOT_TRADES
from auriga_exchange.rest._spot_trading import SPOT_TRADING

__all__ = [
    "FUTURES_MARKET",
    "FUTURES_TRADING",
    "LISTEN_KEYS",
    "SPOT_ACCOUNT",
    "SPOT_MARKET",
    "SPOT_TRADES",
    "SPOT_TRADING",
    "Call",
    "RestEndpoint",
]
