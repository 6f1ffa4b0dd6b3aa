"""A faster clock for exchange and bot together: Debian's faketime around each process."""

import os
import time
from pathlib import Path

from rig._errors import FireError

_PLACES = (
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
)


def faketime_library() -> Path:
    """Where libfaketime is: `FAKETIME_LIB`, or Debian's places.

    Raises
    ------
    FireError
        If it is not installed, with the remedy.
    """
    places = [os.environ["FAKETIME_LIB"]] if "FAKETIME_LIB" in os.environ else [*_PLACES]
    for place in places:
        if Path(place).is_file():
            return Path(place)
    raise FireError(
        f"libfaketime is not at {', '.join(places)}: apt install faketime, or name it in FAKETIME_LIB"
    )


class FastClock:
    """Wall time that runs `speed` times as fast from now on, the same for every process that is given it.

    Parameters
    ----------
    speed : float
        1 is the real clock and needs no library.

    Raises
    ------
    FireError
        If the library is missing.
    """

    def __init__(self, speed: float = 1) -> None:
        self.speed = speed
        self._library = None if speed == 1 else faketime_library()
        self._start = time.time()

    def time(self) -> float:
        """Seconds since 1970 that the processes see."""
        return self._start + self.speed * (time.time() - self._start)

    def environment(self) -> dict[str, str]:
        """Variables for a process that is started right now.

        libfaketime counts from each process's own start, so a later one needs what has been gained.
        Locks that are waited for with a time-out wait longer than they should: libfaketime 0.9.10 does
        not know `sem_clockwait`. Freqtrade and the exchange hardly ever do that.
        """
        if self._library is None:
            return {}
        gained = self.time() - time.time()
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME": f"+{gained:.3f} x{self.speed:g}",
            "NO_FAKE_STAT": "1",
        }
