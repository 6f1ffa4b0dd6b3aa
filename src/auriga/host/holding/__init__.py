"""A finished backtest beside holding its pairs, and in five plain sentences."""

from auriga.host.holding._book import DailyBook, daily_book
from auriga.host.holding._comparison import (
    AT_EXPOSURE,
    AT_VOLATILITY,
    HOLD,
    STRATEGY,
    Comparison,
    at_random_times,
    compare_with_holding,
)
from auriga.host.holding._sentences import five_sentences

__all__ = [
    "AT_EXPOSURE",
    "AT_VOLATILITY",
    "HOLD",
    "STRATEGY",
    "Comparison",
    "DailyBook",
    "at_random_times",
    "compare_with_holding",
    "daily_book",
    "five_sentences",
]
