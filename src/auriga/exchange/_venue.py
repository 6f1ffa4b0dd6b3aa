"""Everything behind one offline exchange: candles, clock and accounts."""

from auriga.exchange._clock import Clock, wall_clock
from auriga.exchange._store import CandleStore


class Venue:
    """One exchange.

    Parameters
    ----------
    store : CandleStore
        Candles of the spot market.
    clock : callable
        Returns the time in ms. Nothing that opens later is served.
    """

    def __init__(self, store: CandleStore, clock: Clock = wall_clock) -> None:
        self.store = store
        self.clock = clock
