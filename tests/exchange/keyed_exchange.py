"""A simulated exchange with a planted key and secret, in a process of its own for the tests."""

import sys
from decimal import Decimal

from auriga.exchange import (
    ApiKeys,
    SimulationPlan,
    Venue,
    bind_loopback,
    create_app,
    exit_on_signals,
    serve,
    simulate_exchange,
)

KEY = "PlantedKey" + "k" * 54
SECRET = "PlantedSecret" + "s" * 51
NOON = 1_672_574_400_000  # 2023-01-01 12:00


def make_venue(clock: object = None, **options: object) -> Venue:
    store = simulate_exchange(SimulationPlan(pairs=("BTC/USDT", "ETH/USDT"), days=2, timeframe="5m"))
    balances = {"USDT": Decimal(100_000)}
    keys = ApiKeys({KEY: SECRET})
    return Venue(store, clock or (lambda: NOON), balances=balances, keys=keys, **options)  # type: ignore[arg-type]


if __name__ == "__main__":
    with exit_on_signals(), bind_loopback(0) as listener:
        port = listener.getsockname()[1]
        app = create_app(make_venue(limited="--no-limits" not in sys.argv))
        serve(app, listener, lambda: print(port, flush=True))
