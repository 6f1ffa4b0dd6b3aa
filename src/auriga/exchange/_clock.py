"""The time of the exchange."""

import time
from collections.abc import Callable
from typing import TypeAlias

Clock: TypeAlias = Callable[[], int]


def wall_clock() -> int:
    """Milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000
