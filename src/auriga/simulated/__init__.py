"""Simulated markets as the offline exchange lists them: a plan of pairs, their candles and their truth."""

from auriga.simulated._exchange import SimulationPlan, pair_seed, plan_until, simulate_exchange, simulate_pair
from auriga.simulated._truth import true_regimes

__all__ = ["SimulationPlan", "pair_seed", "plan_until", "simulate_exchange", "simulate_pair", "true_regimes"]
