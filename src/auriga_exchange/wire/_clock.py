"""The time of the exchange."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from auriga.errors import ParameterError

Clock: TypeAlias = Callable[[], int]
FASTEST = 1000.0


def wall_clock() -> int:
    """Milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class SpeedClock:
    """A clock that leaves its starting moment at a multiple of the pace of another one.

    Freqtrade keeps looking at the clock of the machine: a bot needs the same pace, which `faketime` gives
    to a whole process.

    Parameters
    ----------
    speed : float
        Venue time that passes in one unit of the source's time, > 0 and at most 1000.
    source : callable
        The clock that is sped up.

    Raises
    ------
    ParameterError
        If the speed is out of range.

    Examples
    --------
    >>> moments = iter([1_000, 1_000, 1_500])
    >>> clock = SpeedClock(60, source=lambda: next(moments))
    >>> clock(), clock()
    (1000, 31000)
    """

    speed: float
    source: Clock = wall_clock
    start: int = field(init=False)

    def __post_init__(self) -> None:
        if not 0 < self.speed <= FASTEST:
            raise ParameterError(
                f"speed {self.speed:g} is not above 0 and at most {FASTEST:g}; 1 is real time"
            )
        object.__setattr__(self, "start", self.source())

    def __call__(self) -> int:
        """Return the time in ms."""
        return self.start + int((self.source() - self.start) * self.speed)


def wall_seconds(clock: Clock, span: float) -> float:
    """Seconds that pass on the wall while `span` ms pass on a clock.

    Examples
    --------
    >>> wall_seconds(wall_clock, 500), wall_seconds(SpeedClock(10), 500)
    (0.5, 0.05)
    """
    return span / 1000 / (clock.speed if isinstance(clock, SpeedClock) else 1)
