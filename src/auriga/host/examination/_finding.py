"""One line of the doctor."""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How bad a finding is; only `WRONG` stands in the way of a run."""

    OK = 0
    WARNING = 1
    WRONG = 2

    @property
    def label(self) -> str:
        """Lower-case name, as shown.

        Examples
        --------
        >>> Level.WRONG.label
        'wrong'
        """
        return self.name.lower()


@dataclass(frozen=True)
class Finding:
    """What was found and what to do about it.

    Attributes
    ----------
    name : str
        Kind of finding, such as `look_ahead`; for a finding that is ok, the name of its check.
    level : Level
    what : str
        Names the culprit: pair, feature, candle or file, and how much.
    remedy : str
        What to do; empty when nothing is to be done.

    Examples
    --------
    >>> print(Finding("candle_gap", Level.WARNING, "BTC/USDT 5m: 3 missing", "download them again"))
    BTC/USDT 5m: 3 missing: download them again
    """

    name: str
    level: Level
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.remedy}" if self.remedy else self.what


def fine(name: str, what: str) -> Finding:
    """Return a finding with nothing to do."""
    return Finding(name, Level.OK, what)


def shown(names: list[str], most: int = 5) -> str:
    """First names of a list, and how many more there are.

    Examples
    --------
    >>> shown(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
