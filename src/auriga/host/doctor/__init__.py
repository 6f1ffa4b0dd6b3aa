"""What is wrong with a configuration, a strategy and its candles, before a run: one check a file."""

from auriga.host.doctor._examination import Examination, Resources
from auriga.host.doctor._finding import Finding, Level
from auriga.host.doctor._registry import CHECKS, Check, examine

__all__ = ["CHECKS", "Check", "Examination", "Finding", "Level", "Resources", "examine"]
