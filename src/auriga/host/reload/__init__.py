"""Strategy and model outside Freqtrade's commands."""

from auriga.host.reload._load import offline_config, strategy_and_model
from auriga.host.reload._recomputed import Recomputed, loaded, recomputed, told_parameters

__all__ = [
    "Recomputed",
    "loaded",
    "offline_config",
    "recomputed",
    "strategy_and_model",
    "told_parameters",
]
