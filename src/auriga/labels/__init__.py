"""Candles to y. The only room that looks forward.

A label at candle t states what happens in the candles after it; nothing computed here may ever
become a feature. Where the future is not there yet the label is missing, never a class.
"""

from auriga.labels._direction import direction, direction_classes
from auriga.labels._future_return import future_return
from auriga.labels._meta_label import meta_label
from auriga.labels._pauses import paused
from auriga.labels._scaled_return import scaled_return
from auriga.labels._triple_barrier import triple_barrier

__all__ = [
    "direction",
    "direction_classes",
    "future_return",
    "meta_label",
    "paused",
    "scaled_return",
    "triple_barrier",
]
