"""One measured figure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What something cost.

    Attributes
    ----------
    room : {"features", "labels", "regimes"}
    name : str
        As in the catalogue of the room: a group's part (`range, each period`), a label, a detector.
    what : str
        The work, such as `105,120 candles`.
    seconds : float
        Best of several runs.
    target : float or None
        Seconds that were asked for.
    peak_mib : float or None
        Most memory in use above that before the work.
    target_mib : float or None
        Memory that was asked for.
    columns : int or None
        Columns that came out.
    """

    room: str
    name: str
    what: str
    seconds: float
    target: float | None = None
    peak_mib: float | None = None
    target_mib: float | None = None
    columns: int | None = None
