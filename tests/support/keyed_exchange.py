"""A simulated exchange with a planted key and secret, in a process of its own for the tests."""

import sys
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from functools import cache
from typing import Any

from auriga.simulated import SimulationPlan, simulate_exchange
from auriga_exchange import (
    ApiKeys,
    CandleStore,
    Venue,
    bind_loopback,
    create_app,
    exit_on_signals,
    serve,
    wall_clock,
)

KEY = "PlantedKey" + "k" * 54
SECRET = "PlantedSecret" + "s" * 51
NOON = 1_672_574_400_000  # 2023-01-01 12:00


def running_clock() -> Callable[[], int]:
    """Wall time, moved to the noon of the simulated day."""
    offset = NOON - wall_clock()
    return lambda: wall_clock() + offset


def simulated_store() -> CandleStore:
    """Two days of two pairs worth about 100 USDT: ticks and steps of 0.001."""
    return simulate_exchange(SimulationPlan(pairs=("BTC/USDT", "ETH/USDT"), days=2, timeframe="5m"))


_store = cache(simulated_store)


def make_venue(clock: Callable[[], int] = lambda: NOON, **options: Any) -> Venue:
    store = deepcopy(_store())  # markets may be disturbed
    balances = {"USDT": Decimal(100_000)}
    keys = ApiKeys({KEY: SECRET})
    return Venue(store, clock, balances=balances, keys=keys, **options)


if __name__ == "__main__":
    with exit_on_signals(), bind_loopback(0) as listener:
        port = listener.getsockname()[1]
        app = create_app(make_venue(running_clock(), limited="--no-limits" not in sys.argv))
        serve(app, listener, lambda: print(port, flush=True))
