"""Candles that are late, missing or revised, on purpose."""

from auriga.exchange.disturbances._disturbances import Disturbances

__all__ = [
    "Disturbances",
]
