"""Once a day, what stands far above its goal is sold down to it; nothing is ever added."""

from datetime import datetime

import pandas as pd

from auriga.candles import timeframe_delta
from auriga.host.setup import TradingStrategy
from auriga.host.trading._entry_facts import SignalCandles, signal_row
from auriga.host.trading._protocols import OpenTrade
from auriga.host.trading._stake import StakeRules
from auriga.settings import StakeSettings

TRIM = "trim"
"""Tag of the order that sells a part."""

MOST = 2.0  # times the goal: between, costs would eat what the better weights bring


class Trims:
    """What is sold of a position that has outgrown its goal.

    Nothing is kept between two calls: after a restart the same question has the same answer, and a position
    that was sold down already is no longer above.

    Parameters
    ----------
    strategy : IStrategy
    settings : StakeSettings
    candles : SignalCandles
    stakes : StakeRules
        Say the goal.
    """

    def __init__(
        self, strategy: TradingStrategy, settings: StakeSettings, candles: SignalCandles, stakes: StakeRules
    ) -> None:
        self._strategy, self._settings, self._candles, self._stakes = strategy, settings, candles, stakes

    def stake_change(self, trade: OpenTrade, now: datetime, rate: float) -> tuple[float, str] | None:
        """Change of the trade's stake, as `adjust_trade_position` returns it: below 0, or None for none.

        In the first base candle of each UTC day alone, by the candle that has closed with the day before.
        """
        if not trims(self._settings) or trade.has_open_orders:
            return None
        candle = timeframe_delta(self._strategy.timeframe)
        day = pd.Timestamp(now).floor("D")
        if pd.Timestamp(now) - day >= candle:
            return None
        frame = self._candles.frame(trade.pair)
        row = signal_row(frame, now, self._strategy.timeframe)
        if row is None or frame["date"].iloc[row] + candle != day:  # live: the day's last candle is awaited
            return None
        goal = self._stakes.goal(trade.pair, now, trade.trade_direction)
        worth = trade.amount * rate / (trade.leverage or 1.0)
        if goal is None or worth <= MOST * goal:
            return None
        return -float(trade.stake_amount) * (1 - goal / worth), TRIM


def trims(settings: StakeSettings) -> bool:
    """Whether positions are sold down at all: what `position_adjustment_enable` has to be."""
    return settings.rule == "volatility" and settings.trim
