"""Everything behind one offline exchange: candles, clock and accounts."""

from auriga.exchange._clock import Clock, wall_clock
from auriga.exchange._store import CandleStore
from auriga.exchange.streams._faults import Faults


class Venue:
    """One exchange.

    Parameters
    ----------
    store : CandleStore
        Candles of the spot market.
    clock : callable
        Returns the time in ms. Nothing that opens later is served.
    limited : bool
        Whether Binance's limits of requests and messages are enforced.
    """

    def __init__(self, store: CandleStore, clock: Clock = wall_clock, *, limited: bool = True) -> None:
        self.store = store
        self.clock = clock
        self.limited = limited
        self.faults: Faults | None = None
