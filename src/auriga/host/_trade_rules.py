"""Stake, leverage, stop, take-profit and time limit of each trade: the strategy's hooks of a few lines."""

from datetime import datetime
from typing import Any

from auriga.host._leverage import trade_leverage
from auriga.settings import RegimeSettings


class TradeRules:
    """What the strategy asks before and during a trade; the same in backtest, dry-run and live.

    Parameters
    ----------
    strategy : IStrategy
        With `dp`, `wallets` and its parameters of the space `risk`.
    settings : RegimeSettings
    """

    def __init__(self, strategy: Any, settings: RegimeSettings) -> None:
        self._strategy, self._settings = strategy, settings

    def stake(
        self, pair: str, now: datetime, rate: float, proposed: float, *,
        min_stake: float | None, max_stake: float, leverage: float, side: str,
    ) -> float:  # fmt: skip
        """Stake of a new trade in stake currency; 0 when there is none."""
        return proposed

    def leverage(self, pair: str, now: datetime, rate: float, *, max_leverage: float, side: str) -> float:
        """Leverage of a new futures trade, at least 1."""
        frame, _ = self._strategy.dp.get_analyzed_dataframe(pair, self._strategy.timeframe)
        if frame.empty:
            return 1.0
        candle = frame.iloc[-1].to_dict()
        return trade_leverage(self._strategy, self._settings, candle, pair=pair, max_leverage=max_leverage)

    def order_filled(self, trade: Any, order: Any, now: datetime) -> None:
        """Freeze what was known when the trade was opened in its custom data."""

    def stop(self, trade: Any, now: datetime, rate: float) -> float | None:
        """Stop as Freqtrade wants it: a negative fraction of the current rate; None leaves it where it is."""
        return None

    def take_profit(self, trade: Any, now: datetime) -> float | None:
        """Profit (a fraction of the stake) at which the trade is closed; None for none."""
        return None

    def exit_reason(self, trade: Any, now: datetime, rate: float, profit: float) -> str | None:
        """Why a trade has to end now, beside signals and stops; None when it has not."""
        return None
