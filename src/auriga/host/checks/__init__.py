"""What a start refuses before any work."""

from auriga.host.checks._market import check_leverage, check_market
from auriga.host.checks._pair import check_pair, check_pairs
from auriga.host.checks._result_cache import name_inputs
from auriga.host.checks._stake import check_stake
from auriga.host.checks._start import check_start
from auriga.host.checks._thresholds import check_thresholds

__all__ = [
    "check_leverage",
    "check_market",
    "check_pair",
    "check_pairs",
    "check_stake",
    "check_start",
    "check_thresholds",
    "name_inputs",
]
