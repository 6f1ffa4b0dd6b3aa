"""The contest of models over the windows of a backtest."""

from auriga.host.verdict._contest import verdict_of

__all__ = [
    "verdict_of",
]
