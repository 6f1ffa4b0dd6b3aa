"""Where candles come from: recorded files, shifted in time or not, or simulated markets."""

from auriga.exchange.sources._recorded import RecordedMarket, read_recorded_market
from auriga.exchange.sources._replay import replay_shift, shift_futures, shift_store
from auriga.exchange.sources._simulated import SimulationPlan, pair_seed, plan_until, simulate_exchange
from auriga.exchange.sources._truth import true_regimes

__all__ = [
    "RecordedMarket",
    "SimulationPlan",
    "pair_seed",
    "plan_until",
    "read_recorded_market",
    "replay_shift",
    "shift_futures",
    "shift_store",
    "simulate_exchange",
    "true_regimes",
]
