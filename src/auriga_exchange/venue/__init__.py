"""One exchange: its markets, desks, ledgers, keys and faults."""

from auriga_exchange.venue._venue import Venue

__all__ = [
    "Venue",
]
