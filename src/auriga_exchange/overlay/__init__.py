"""The configuration that sends Freqtrade here instead of to Binance."""

from auriga_exchange.overlay._overlay import AURIGA_PORT, offline_config, overlay_text, simulated_datadir
from auriga_exchange.overlay._overlay_file import overlay_file

__all__ = [
    "AURIGA_PORT",
    "offline_config",
    "overlay_file",
    "overlay_text",
    "simulated_datadir",
]
