"""Everything below `/fapi` that needs a signature."""

from auriga_exchange.rest._futures_account import FUTURES_ACCOUNT
from auriga_exchange.rest._futures_orders import FUTURES_ORDERS

FUTURES_TRADING = (*FUTURES_ORDERS, *FUTURES_ACCOUNT)
