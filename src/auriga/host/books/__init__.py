"""The exchange and the database of trades as plain values."""

from auriga.host.books._exchange import ExchangeBooks, as_decimal, without_secrets
from auriga.host.books._trades import read_trades, reading_session, shown_url, traded_pairs

__all__ = [
    "ExchangeBooks",
    "as_decimal",
    "read_trades",
    "reading_session",
    "shown_url",
    "traded_pairs",
    "without_secrets",
]
