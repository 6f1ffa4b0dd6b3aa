"""How a backtest traded: its headline with intervals, its curves, by regime and tag, and what costs take."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.evaluation import break_even_cost_frac, cost_sensitivity
from auriga.host.evidence._equity import Equity, read_equity
from auriga.host.evidence._headline import headline, whole_days
from auriga.host.evidence._trade_costs import TradeCosts, trade_costs
from auriga.host.evidence._trade_groups import LEAST_ROWS, grouped_trades, shown_trades
from auriga.host.results import BacktestResult, backtest_days, days_of
from auriga.host.setup import money

_MULTIPLES = (0.0, 1.0, 2.0, 3.0)


@dataclass(frozen=True, eq=False)
class TradingEvidence:
    """The trading side of one backtest; fractions are of 1, money is in stake currency, times UTC.

    Attributes
    ----------
    facts : mapping of str to str
        What was run, in words and in order: strategy, pairs, period, timeframe, stake, fee, model,
        identifier.
    headline : DataFrame
        One row a figure, columns `estimate`, `low`, `high` (95 %, NaN below twenty days or trades),
        `buy_and_hold`, `cash` (NaN where it has no meaning). Estimates of `trades`, `net_profit_frac`,
        `cagr_frac`, `sharpe`, `sortino`, `max_drawdown_frac`, `win_rate_frac` and `profit_factor` are
        Freqtrade's own. Its `sharpe` and `sortino` set profit a day against the deviation of *trades*, which
        grows with their number and compares with nothing else; `daily_sharpe` and `daily_sortino` are the
        textbook's, of daily returns. Intervals are of the very figure, by the stationary bootstrap of days
        (net profit, CAGR, the daily ratios) or of trades (the others). That of the drawdown describes how
        deep paths of such trades fall; a drawdown grows with the length of the path and is no parameter that
        an interval could cover.
    daily : DataFrame indexed by day
        Columns `wallet`, `buy_and_hold`, `cash` (money at the close of the day), `drawdown_frac` and
        `buy_and_hold_drawdown_frac` (0 to 1). A trade counts when it is closed. Without candles
        `buy_and_hold` is NaN.
    monthly : DataFrame
        One row a year, columns 1 to 12 and `year`: net return as a fraction of the wallet at its start; NaN
        outside the period.
    by_regime, by_tag, by_exit, by_pair : DataFrame
        One row a group: `trades`, `profit` (money), `profit_frac` (of the starting wallet), `mean_frac` with
        `mean_low`, `mean_high` (mean return of a trade and its interval), `win_rate_frac`, `holding_minutes`
        (mean). Trades whose tag names no regime are in the group `none`.
    trades : DataFrame
        One row a trade in the order of closing, indexed by its number in the result (`auriga journal`):
        `pair`, `direction`, `regime`, `enter_tag`, `exit_reason`, `opened_at`, `closed_at`, `return_frac`
        (of the stake), `profit`, `holding_minutes`.
    costs : DataFrame indexed by the multiple of the costs (0, 1, 2, 3)
        Columns `cost_frac` (one side), `net_profit_frac`, `sharpe` (of daily returns), `win_rate_frac`; the
        same trades with the same stakes.
    break_even_cost_frac : float
        What one side may cost before these trades lose money; negative when they lose even for nothing, NaN
        without trades.
    notes : tuple of str
        What could not be known, and why.
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
    notes: tuple[str, ...] = ()


def trading_evidence(result: BacktestResult, datadir: Path) -> TradingEvidence:
    """Everything about the trades of a result.

    Parameters
    ----------
    result : BacktestResult
        Of any strategy, spot or futures, with any number of trades.
    datadir : Path
        Folder of the candles, for buying and holding.
    """
    shown, paid = shown_trades(result), trade_costs(result)
    capital = float(result.stats["starting_balance"])
    equity = read_equity(result, shown, datadir, _side_cost(result, paid))
    groups = {by: grouped_trades(shown, by, capital) for by in ("regime", "enter_tag", "exit_reason", "pair")}
    return TradingEvidence(
        facts=_facts(result, paid),
        headline=headline(result, shown, equity),
        daily=equity.daily,
        monthly=_monthly(equity),
        by_regime=groups["regime"],
        by_tag=groups["enter_tag"],
        by_exit=groups["exit_reason"],
        by_pair=groups["pair"],
        trades=shown,
        costs=_costs(result, shown, paid),
        break_even_cost_frac=break_even_cost_frac(paid.gross, paid.turnover),
        notes=(*_notes(shown, equity), *equity.notes),
    )


def _facts(result: BacktestResult, paid: TradeCosts) -> dict[str, str]:
    stats, fee = result.stats, paid.cost_frac
    days, wallet = whole_days(stats), float(stats["starting_balance"])
    told = {
        "strategy": result.strategy,
        "pairs": ", ".join(result.pairs),
        "period": f"{result.start:%Y-%m-%d} to {result.end:%Y-%m-%d} ({days} days)",
        "timeframe": result.timeframe,
        "market": str(stats.get("trading_mode") or "spot"),
        "wallet": money(wallet, stats["stake_currency"]),
        "stake": f"{stats.get('stake_amount')}, at most {stats.get('max_open_trades')} trades at a time",
        "costs of a side": "" if np.isnan(fee) else f"{100 * fee:.3g} % (fee and slippage)",
        "model": str(stats.get("freqaimodel") or ""),
        "identifier": str(stats.get("freqai_identifier") or ""),
        "run": f"{pd.Timestamp(result.ended_at, unit='s'):%Y-%m-%d %H:%M} UTC" if result.ended_at else "",
        "file": result.path.name,
    }
    return {name: text for name, text in told.items() if text}


def _side_cost(result: BacktestResult, paid: TradeCosts) -> float:
    """Costs of one side by the settings of the run, or those that its trades paid."""
    if "regime" in result.config:
        return float(result.settings.costs.side_frac)
    return float(np.nan_to_num(paid.cost_frac))


def _costs(result: BacktestResult, shown: pd.DataFrame, paid: TradeCosts) -> pd.DataFrame:
    days = backtest_days(result)
    return cost_sensitivity(
        paid.gross,
        paid.turnover,
        float(np.nan_to_num(paid.cost_frac)),
        _MULTIPLES,
        closed_days=days_of(shown["closed_at"], days),
        n_days=len(days),
        capital=float(result.stats["starting_balance"]),
    )


def _monthly(equity: Equity) -> pd.DataFrame:
    days = pd.DatetimeIndex(equity.daily.index)
    growth = pd.Series(1 + equity.returns, index=days)
    months = growth.groupby([days.year, days.month]).prod() - 1
    table = months.unstack().reindex(columns=range(1, 13))
    table["year"] = growth.groupby(days.year).prod() - 1
    return table.rename_axis(index="year", columns=None)


def _notes(shown: pd.DataFrame, equity: Equity) -> Iterator[str]:
    if shown.empty:
        yield "There were no trades: no win rate, profit factor, costs or intervals."
    elif len(shown) < LEAST_ROWS:
        yield f"{len(shown)} trades are too few for intervals of figures of trades (they need {LEAST_ROWS})."
    if len(equity.returns) < LEAST_ROWS:
        yield f"{len(equity.returns)} days are too few for intervals of returns (they need {LEAST_ROWS})."
    if len(shown) and (shown["regime"] == "").all():
        yield "No entry tag names a regime (`bull_long`), so trades cannot be told apart by regime."
