"""Simulated markets whose true regimes and best possible prediction are known."""

from auriga.datasets._markets import MARKETS
from auriga.datasets._parameters import MarketParameters
from auriga.datasets._simulate import SimulatedMarket, simulate_market

__all__ = ["MARKETS", "MarketParameters", "SimulatedMarket", "simulate_market"]
