"""How a backtest traded: its headline with intervals, its curves, by regime and tag, and what costs take."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False)
class TradingEvidence:
    """The trading side of one backtest; fractions are of 1, money is in stake currency, times UTC.

    Attributes
    ----------
    facts : mapping of str to str
        What was run, in words and in order: strategy, pairs, period, timeframe, stake, fee, model, identifier.
    headline : DataFrame
        One row a figure (`trades`, `net_profit_frac`, `cagr_frac`, `sharpe`, `sortino`, `max_drawdown_frac`,
        `win_rate_frac`, `profit_factor`), columns `estimate` (Freqtrade's own), `low`, `high` (95 %, NaN where
        there are too few days or trades), `buy_and_hold`, `cash` (NaN where it has no meaning).
    daily : DataFrame indexed by day
        Columns `wallet`, `buy_and_hold`, `cash` (money at the close of the day), `drawdown_frac` and
        `buy_and_hold_drawdown_frac` (0 to 1).
    monthly : DataFrame
        One row a year, columns 1 to 12 and `year`: net return as a fraction of the wallet at its start.
    by_regime, by_tag, by_exit, by_pair : DataFrame
        One row a group: `trades`, `profit` (money), `profit_frac` (of the starting wallet), `mean_frac` with
        `mean_low`, `mean_high` (mean return of a trade and its interval), `win_rate_frac`, `holding_minutes`.
    trades : DataFrame
        One row a trade: `pair`, `direction`, `regime`, `enter_tag`, `exit_reason`, `opened_at`, `closed_at`,
        `return_frac`, `profit`, `holding_minutes`.
    costs : DataFrame indexed by the multiple of the costs (0, 1, 2, 3)
        Columns `cost_frac` (one side), `net_profit_frac`, `sharpe`, `win_rate_frac`; the same trades.
    break_even_cost_frac : float
        What one side may cost before these trades lose money; negative when they lose even for nothing, NaN
        without trades.
    """

    facts: Mapping[str, str]
    headline: pd.DataFrame
    daily: pd.DataFrame
    monthly: pd.DataFrame
    by_regime: pd.DataFrame
    by_tag: pd.DataFrame
    by_exit: pd.DataFrame
    by_pair: pd.DataFrame
    trades: pd.DataFrame
    costs: pd.DataFrame
    break_even_cost_frac: float
