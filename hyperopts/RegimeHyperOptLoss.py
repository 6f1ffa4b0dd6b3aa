"""The loss that Freqtrade loads with `--hyperopt-loss RegimeHyperOptLoss`."""

from datetime import datetime
from typing import Any

import pandas as pd
from freqtrade.optimize.hyperopt import IHyperOptLoss

from auriga.evaluation import daily_returns, max_drawdown_frac, sharpe_ratio, trading_loss


class RegimeHyperOptLoss(IHyperOptLoss):
    """Reward the daily net Sharpe ratio of the wallet; punish drawdown and too few trades.

    The weights say how many units of Sharpe a drawdown of 100 %, and no trade at all, cost.
    """

    drawdown_weight = 10.0
    shortage_weight = 20.0
    enough_trades_per_day = 1.0  # of all pairs together

    @staticmethod
    def hyperopt_loss_function(
        results: pd.DataFrame, min_date: datetime, max_date: datetime, starting_balance: float, **kwargs: Any
    ) -> float:
        """Loss of one epoch, from its closed trades; profits are net of the fee of the backtest."""
        trades = results.sort_values(["close_date", "open_date", "pair"])
        first = pd.Timestamp(min_date).normalize()
        n_days = (pd.Timestamp(max_date).normalize() - first).days + 1
        profits = trades["profit_abs"].to_numpy(dtype=float)
        days = (trades["close_date"].dt.normalize() - first).dt.days.clip(0, n_days - 1)
        return trading_loss(
            sharpe_ratio(
                daily_returns(days.to_numpy(dtype=int), profits, n_days=n_days, capital=starting_balance)
            ),
            max_drawdown_frac(profits, capital=starting_balance),
            len(trades),
            enough_trades=max(1, round(RegimeHyperOptLoss.enough_trades_per_day * n_days)),
            drawdown_weight=RegimeHyperOptLoss.drawdown_weight,
            shortage_weight=RegimeHyperOptLoss.shortage_weight,
        )
