"""The interface that steers the exchange itself: faults, markets, fills, balances and its books."""

from auriga.exchange.control._routes import control_routes
from auriga.exchange.control._scenario import Scenario, ScenarioEvent, read_scenario, run_scenario

__all__ = ["Scenario", "ScenarioEvent", "control_routes", "read_scenario", "run_scenario"]
