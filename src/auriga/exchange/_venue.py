"""Everything behind one offline exchange: candles, clock and accounts."""

from collections import Counter

from auriga.exchange._clock import Clock, wall_clock
from auriga.exchange._store import CandleStore
from auriga.exchange.faults import FaultPlan


class Venue:
    """One exchange.

    Parameters
    ----------
    store : CandleStore
        Candles of the spot market.
    clock : callable
        Returns the time in ms. Nothing that opens later is served.

    Attributes
    ----------
    faults : FaultPlan
        What goes wrong on purpose.
    requests : Counter of str
        Requests so far, by method and path.
    """

    def __init__(self, store: CandleStore, clock: Clock = wall_clock) -> None:
        self.store = store
        self.clock = clock
        self.faults = FaultPlan(clock)
        self.requests: Counter[str] = Counter()
