"""Predictions to entries and exits, and the chart that shows them."""

from auriga.host.signals._chart import plot_config, regime_bands
from auriga.host.signals._signals import Thresholds, add_entries, add_exits, add_signal_columns

__all__ = [
    "Thresholds",
    "add_entries",
    "add_exits",
    "add_signal_columns",
    "plot_config",
    "regime_bands",
]
