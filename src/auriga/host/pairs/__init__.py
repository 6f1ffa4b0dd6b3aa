"""Which pairs take part: whose candles reach, who is left out and why, the history of a bot."""

from auriga.host.pairs._late_candles import late_candles
from auriga.host.pairs._live_history import (
    History,
    align_history_dates,
    join_new_candles,
    learnable_pairs,
    without_candles,
)
from auriga.host.pairs._participants import PairLeftOutError, Participants
from auriga.host.pairs._protocols import RegimeModel
from auriga.host.pairs._roll_call import RollCall, none_left
from auriga.host.pairs._training_failures import Failures, answered, warn_without_experts

__all__ = [
    "Failures",
    "History",
    "PairLeftOutError",
    "Participants",
    "RegimeModel",
    "RollCall",
    "align_history_dates",
    "answered",
    "join_new_candles",
    "late_candles",
    "learnable_pairs",
    "none_left",
    "warn_without_experts",
    "without_candles",
]
