"""The kill switches once more, from closed trades and closes alone."""

from collections.abc import Sequence

import pandas as pd

from auriga.risk import consecutive_losses, drawdown_frac
from auriga.settings import HaltSettings

DAY = pd.Timedelta("1D")
FOREVER = pd.Timestamp("2100-01-01", tz="UTC")


class ReplayedHalts:
    """When no trade is opened any more; `look` at every candle's open, before anything is traded."""

    def __init__(self, settings: HaltSettings, capital: float, candle: pd.Timedelta) -> None:
        self._settings, self._capital, self._candle = settings, capital, candle
        self._day = pd.Timestamp(0, tz="UTC")
        self._day_profit, self._counted = 0.0, 0
        self.until: dict[str, pd.Timestamp] = {}

    def look(self, now: pd.Timestamp, profits: Sequence[tuple[pd.Timestamp, float]], open_: float) -> None:
        """Judge the candle that has just closed, by closed profits and that of open trades at its close."""
        gained = [profit for _, profit in profits]
        profit = sum(gained) + open_
        if now.floor("D") != self._day:
            self._day = now.floor("D")
            self._day_profit = profit if now == self._day else 0.0  # the replay begins without trades
        limits = self._settings
        self._judge("daily", now, self._lost(profit, self._day_profit), limits.max_daily_drawdown_frac)
        peak = max([0.0, *pd.Series(gained, dtype=float).cumsum()])
        self._judge("total", now, self._lost(profit, peak), limits.max_drawdown_frac)
        self._judge_losses(now, profits)

    def halted(self, now: pd.Timestamp) -> bool:
        return any(now < until for until in self.until.values())

    def _lost(self, profit: float, start: float) -> float:
        return drawdown_frac(self._capital + profit, self._capital + start)

    def _judge(self, kind: str, now: pd.Timestamp, lost: float, limit: float | None) -> None:
        if limit is not None and lost >= limit and not self._lasts(kind, now):
            self.until[kind] = now.floor("D") + DAY if kind == "daily" else FOREVER

    def _judge_losses(self, now: pd.Timestamp, profits: Sequence[tuple[pd.Timestamp, float]]) -> None:
        count = self._settings.max_consecutive_losses
        if count is None or len(profits) == self._counted or self._lasts("losses", now):
            return
        self._counted = len(profits)
        since = self.until.get("losses", pd.Timestamp(0, tz="UTC"))
        if consecutive_losses([profit for at, profit in profits[-count:] if at >= since]) >= count:
            self.until["losses"] = now + self._settings.pause_candles * self._candle

    def _lasts(self, kind: str, now: pd.Timestamp) -> bool:
        return kind in self.until and now < self.until[kind]
