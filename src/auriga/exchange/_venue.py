"""Everything behind one offline exchange: candles, clock and accounts."""

from auriga.exchange._clock import Clock, wall_clock
from auriga.exchange._futures_store import FuturesStore, futures_on_spot
from auriga.exchange._store import CandleStore


class Venue:
    """One exchange.

    Parameters
    ----------
    store : CandleStore
        Candles of the spot market.
    clock : callable
        Returns the time in ms. Nothing that opens later is served.
    futures_store : FuturesStore or None
        Perpetual contracts; None lists a contract for each spot pair, at the spot price.
    """

    def __init__(
        self, store: CandleStore, clock: Clock = wall_clock, *, futures_store: FuturesStore | None = None
    ) -> None:
        self.store = store
        self.clock = clock
        self.futures_store = futures_store or futures_on_spot(store)
