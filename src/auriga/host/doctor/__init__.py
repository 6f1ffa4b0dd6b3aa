"""What is wrong with a configuration, a strategy and its candles, before a run: one check a file."""

from auriga.host.doctor._registry import CHECKS, Check, examine

__all__ = ["CHECKS", "Check", "examine"]
