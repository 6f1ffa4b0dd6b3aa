"""Candles that are late, missing or revised, on purpose."""

from auriga_exchange.disturbances._disturbances import Disturbances

__all__ = [
    "Disturbances",
]
