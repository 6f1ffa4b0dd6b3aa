"""What goes over the wire: clock, numbers, parameters and refusals as Binance has them."""

from auriga_exchange.wire._clock import Clock, SpeedClock, wall_clock, wall_seconds
from auriga_exchange.wire._numbers import decimal_text, number_text
from auriga_exchange.wire._parameters import read_choice, read_decimal, read_integer, read_limit, read_text
from auriga_exchange.wire._refusals import Refusal, RequestError

__all__ = [
    "Clock",
    "Refusal",
    "RequestError",
    "SpeedClock",
    "decimal_text",
    "number_text",
    "read_choice",
    "read_decimal",
    "read_integer",
    "read_limit",
    "read_text",
    "wall_clock",
    "wall_seconds",
]
