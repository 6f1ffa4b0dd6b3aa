"""Freqtrade's headline figures as statistics that can be computed again from resampled days or trades."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from auriga.evaluation import StationaryDraws, sharpe_ratio, sortino_ratio, stationary_draws
from auriga.host.evidence._equity import Equity
from auriga.host.evidence._trade_groups import LEAST_ROWS
from auriga.host.results import BacktestResult
from auriga.typing import FloatArray

_DAYS_IN_YEAR = 365


@dataclass(frozen=True)
class Figure:
    """One figure of the headline.

    Attributes
    ----------
    key : str
        Its name in Freqtrade's statistics; empty if Freqtrade does not have it there.
    rows : str
        What is resampled: returns of days, or profits of trades as fractions of the starting wallet, in the
        order of closing.
    compute : callable
        From those rows and the days of the backtest. On the actual rows it gives Freqtrade's figure.
    shown : callable
        Monotone; from what is resampled to the figure.
    """

    key: str
    rows: Literal["days", "trades"]
    compute: Callable[[FloatArray, int], float]
    shown: Callable[[float], float] = float


def _net_profit(returns: FloatArray, days: int) -> float:
    return float(np.prod(1 + returns) - 1)


def _cagr(returns: FloatArray, days: int) -> float:
    return float(np.prod(1 + returns) ** (_DAYS_IN_YEAR / days) - 1)


def _trade_ratio(profits: FloatArray, spread: FloatArray, days: int) -> float:
    """Profit of a day over the deviation of trades, a year; Freqtrade's -100 where there is no deviation."""
    deviation = float(np.std(spread)) if len(spread) else 0.0
    return float(profits.sum() / days / deviation * _DAYS_IN_YEAR**0.5) if deviation else -100.0


def _sharpe(profits: FloatArray, days: int) -> float:
    return _trade_ratio(profits, profits, days)


def _sortino(profits: FloatArray, days: int) -> float:
    return _trade_ratio(profits, profits[profits < 0], days)


def _drawdown(profits: FloatArray, days: int) -> float:
    """Of the wallet's highest so far, where the fall in money is deepest."""
    wallet = 1 + np.r_[0.0, np.cumsum(profits)]
    highest = np.maximum.accumulate(wallet)
    deepest = int(np.argmax(highest - wallet))
    return float((highest[deepest] - wallet[deepest]) / highest[deepest])


def _win_rate(profits: FloatArray, days: int) -> float:
    return float(np.mean(profits > 0))


def _winning_share(profits: FloatArray, days: int) -> float:
    """Gains as a share of gains and losses together, which stays finite without losses."""
    moved = float(np.abs(profits).sum())
    return float(profits[profits > 0].sum() / moved) if moved else 0.5


def _odds(share: float) -> float:
    return float("inf") if share == 1 else share / (1 - share)


FIGURES: Mapping[str, Figure] = {
    "net_profit_frac": Figure("profit_total", "days", _net_profit),
    "cagr_frac": Figure("cagr", "days", _cagr),
    "sharpe": Figure("sharpe", "trades", _sharpe),
    "sortino": Figure("sortino", "trades", _sortino),
    "daily_sharpe": Figure("", "days", lambda returns, _: sharpe_ratio(returns)),
    "daily_sortino": Figure("", "days", lambda returns, _: sortino_ratio(returns)),
    "max_drawdown_frac": Figure("max_drawdown_account", "trades", _drawdown),
    "win_rate_frac": Figure("winrate", "trades", _win_rate),
    "profit_factor": Figure("profit_factor", "trades", _winning_share, _odds),
}
"""Figures with an interval, in the order of the headline."""


def headline(result: BacktestResult, shown: pd.DataFrame, equity: Equity) -> pd.DataFrame:
    """Freqtrade's figures with 95 % intervals, beside buying and holding and cash.

    Parameters
    ----------
    result : BacktestResult
    shown : DataFrame
        As `shown_trades` returns it.
    equity : Equity

    Returns
    -------
    DataFrame
        As `TradingEvidence.headline`.
    """
    samples, days = figure_samples(result, shown, equity), whole_days(result.stats)
    draws = {
        rows: stationary_draws(len(sample), values=sample) for rows, sample in samples.items() if len(sample)
    }
    held = _held_figures(equity, days)
    count = {"estimate": float(len(shown)), "buy_and_hold": equity.held_pairs, "cash": 0.0}
    rows: dict[str, dict[str, float]] = {"trades": count}
    for name, figure in FIGURES.items():
        low, high = figure_interval(figure, samples[figure.rows], days, draws.get(figure.rows))
        rows[name] = {
            "estimate": _estimate(result.stats, figure, samples[figure.rows], days),
            "low": low,
            "high": high,
            "buy_and_hold": held.get(name, np.nan),
            "cash": 0.0 if name in ("net_profit_frac", "cagr_frac", "max_drawdown_frac") else np.nan,
        }
    columns = ["estimate", "low", "high", "buy_and_hold", "cash"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("figure")


def figure_samples(result: BacktestResult, shown: pd.DataFrame, equity: Equity) -> dict[str, FloatArray]:
    """Rows that figures are computed from: returns of days, profits of trades over the starting wallet."""
    profits = shown["profit"].to_numpy() / float(result.stats["starting_balance"])
    return {"days": equity.returns, "trades": profits}


def whole_days(stats: Mapping[str, Any]) -> int:
    """Days as Freqtrade counts them, at least 1."""
    return int(stats.get("backtest_days") or 1)


def figure_interval(
    figure: Figure, sample: FloatArray, days: int, draws: StationaryDraws | None
) -> tuple[float, float]:
    """95 % interval by the stationary bootstrap; NaN with few rows, or where no row moves or none loses."""
    if draws is None or not np.any(sample) or (figure.shown is _odds and not np.any(sample < 0)):
        return np.nan, np.nan
    interval = draws.interval(lambda rows: figure.compute(sample[rows], days))
    return figure.shown(interval.low), figure.shown(interval.high)


def _estimate(stats: Mapping[str, Any], figure: Figure, sample: FloatArray, days: int) -> float:
    """Freqtrade's own number where it has one."""
    if figure.key:
        return float(stats.get(figure.key, np.nan))
    return figure.shown(figure.compute(sample, days)) if np.any(sample) else np.nan


def _held_figures(equity: Equity, days: int) -> dict[str, float]:
    """What a year of such days would be is left out for a few of them."""
    returns = equity.held_returns
    if not len(returns):
        return {}
    names = ["net_profit_frac"]
    names += ["cagr_frac", "daily_sharpe", "daily_sortino"] if len(returns) >= LEAST_ROWS else []
    figures = {name: FIGURES[name].compute(returns, days) for name in names}
    return figures | {"max_drawdown_frac": equity.held_drawdown_frac}
