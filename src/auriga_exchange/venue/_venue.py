"""Everything behind one offline exchange: candles, clock and accounts."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from auriga_exchange.disturbances import Disturbances
from auriga_exchange.faults import FaultPlan
from auriga_exchange.gate import ApiKeys, Gate, ListenKeys
from auriga_exchange.markets import CandleStore, FuturesStore, futures_on_spot
from auriga_exchange.trading import FuturesDesk, FuturesLedger, Journal, OrderDesk, PriceSource, SpotLedger
from auriga_exchange.wire import Clock, wall_clock


class Venue:
    """One exchange.

    Parameters
    ----------
    store : CandleStore
        Candles of the spot market.
    clock : callable
        Returns the time in ms. Nothing that opens later is served.
    state : Path, Journal or None
        SQLite file that keeps orders and balances over a restart; None forgets them.
    balances : mapping of str to Decimal, or None
        What a new spot account has; by default 10,000 of each quote currency.
    futures_store : FuturesStore or None
        Perpetual contracts; None lists a contract for each spot pair, at the spot price.
    futures_balances : mapping of str to Decimal, or None
        What a new futures wallet has; by default 10,000 of each margin currency.
    keys : ApiKeys or None
        Keys that may trade; without any, everything that needs a signature is refused.
    limited : bool
        Whether Binance's limits on requests and orders are enforced.

    Attributes
    ----------
    disturbances : Disturbances
        What happened to the markets.
    faults : FaultPlan
        What goes wrong on purpose.
    gate : Gate
        What every request has to pass.
    spot_listen_keys, futures_listen_keys : ListenKeys
        Names of the user data streams.
    requests : Counter of str
        Requests so far, by method and path.
    """

    def __init__(
        self,
        store: CandleStore,
        clock: Clock = wall_clock,
        *,
        state: Path | Journal | None = None,
        balances: Mapping[str, Decimal] | None = None,
        futures_store: FuturesStore | None = None,
        futures_balances: Mapping[str, Decimal] | None = None,
        keys: ApiKeys | None = None,
        limited: bool = True,
    ) -> None:
        self.store = store
        self.clock = clock
        self.futures_store = futures_store or futures_on_spot(store)
        self.journal = state if isinstance(state, Journal) else Journal(state)
        self.spot_ledger = SpotLedger(store.symbols, self.journal, balances)
        self.disturbances = Disturbances(
            (self.store, self.futures_store),
            self.journal,
            marks=(self.futures_store.marks,),
            clock=clock,
        )
        self.spot = OrderDesk(
            "spot",
            PriceSource(store),
            self.spot_ledger,
            self.journal,
            is_trading=self.disturbances.is_trading,
        )
        self.futures_ledger = FuturesLedger(self.futures_store.symbols, self.journal, futures_balances)
        self.futures = FuturesDesk(
            self.futures_store,
            self.futures_ledger,
            self.journal,
            is_trading=self.disturbances.is_trading,
        )
        self.disturbances.desks += [self.spot, self.futures]
        self.spot_listen_keys, self.futures_listen_keys = ListenKeys(), ListenKeys()
        self.faults = FaultPlan(clock)
        self.gate = Gate(keys, limited=limited)
        self.requests: Counter[str] = Counter()
