"""The old name of `auriga_exchange`: files that were written before import from here, for two releases."""

from importlib import import_module
from typing import Any
from warnings import warn

_SIMULATED = frozenset({"SimulationPlan", "pair_seed", "plan_until", "simulate_exchange", "true_regimes"})


def __getattr__(name: str) -> Any:
    """Give a name from where it is now."""
    module = import_module("auriga.simulated" if name in _SIMULATED else "auriga_exchange")
    if name.startswith("_") or not hasattr(module, name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warn(
        f"auriga.exchange.{name} is {module.__name__}.{name} now; the old name goes in two releases",
        DeprecationWarning,
        stacklevel=2,
    )
    return getattr(module, name)
