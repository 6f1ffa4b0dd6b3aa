"""Regimes and predictions to entries and exits, why, and the chart that shows them."""

from auriga.host.signals._chart import plot_config, regime_bands
from auriga.host.signals._rules import Reason
from auriga.host.signals._signals import (
    add_entries,
    add_exits,
    add_history_columns,
    add_reason_words,
    add_signal_columns,
)
from auriga.host.signals._situation import Situation
from auriga.host.signals._thresholds import Thresholds

__all__ = [
    "Reason",
    "Situation",
    "Thresholds",
    "add_entries",
    "add_exits",
    "add_history_columns",
    "add_reason_words",
    "add_signal_columns",
    "plot_config",
    "regime_bands",
]
