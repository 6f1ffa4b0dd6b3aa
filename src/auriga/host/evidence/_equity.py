"""Money by day: what a backtest had, and what buying and holding its pairs would have had."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.errors import AurigaError, HostError, clause
from auriga.evaluation import daily_returns
from auriga.host.results import BacktestResult, backtest_days, days_of, read_candles
from auriga.typing import FloatArray

DAY = pd.Timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Equity:
    """Wallets by day and what figures are computed from.

    Attributes
    ----------
    daily : DataFrame indexed by day
        As `TradingEvidence.daily`.
    returns, held_returns : array of shape (n_days,)
        Daily returns of the backtest, and of buying and holding (empty without candles).
    held_drawdown_frac : float
        Largest fall of the held coins at any close of a base candle; NaN without candles.
    held_pairs : int
        Pairs bought.
    notes : tuple of str
        What could not be known, and why.
    """

    daily: pd.DataFrame
    returns: FloatArray
    held_returns: FloatArray
    held_drawdown_frac: float
    held_pairs: int
    notes: tuple[str, ...]


def wallet_returns(result: BacktestResult, shown: pd.DataFrame) -> FloatArray:
    """Daily returns of a backtest's wallet, shape (n_days,); a trade counts on the day it is closed.

    `shown` is what `shown_trades` returns.
    """
    days, capital = backtest_days(result), float(result.stats["starting_balance"])
    numbers, profits = days_of(shown["closed_at"], days), shown["profit"].to_numpy()
    return daily_returns(numbers, profits, n_days=len(days), capital=capital)


def read_equity(result: BacktestResult, shown: pd.DataFrame, datadir: Path, cost_frac: float) -> Equity:
    """Wallet of a backtest by day beside equal parts of its pairs, held from its first candle on.

    The wallet counts a trade on the day it is closed, as Freqtrade's profit and drawdown do.

    Parameters
    ----------
    result : BacktestResult
    shown : DataFrame
        As `shown_trades` returns it.
    datadir : Path
        Folder of the candles.
    cost_frac : float
        What buying costs, once. A perpetual is held without leverage and pays no funding here.
    """
    days, capital = backtest_days(result), float(result.stats["starting_balance"])
    returns = wallet_returns(result, shown)
    values, notes = _held(result, datadir, days, cost_frac)
    held = capital * values.groupby(pd.DatetimeIndex(values.index).floor("D")).last().reindex(days).ffill()
    held = held if values.empty else held.fillna(capital)
    wallet = pd.Series(capital * np.cumprod(1 + returns), index=days)
    daily = pd.DataFrame(
        {
            "wallet": wallet,
            "buy_and_hold": held,
            "cash": capital,
            "drawdown_frac": _drawdowns(wallet, capital),
            "buy_and_hold_drawdown_frac": _drawdowns(held, capital),
        }
    )
    before = held.shift(fill_value=capital)
    return Equity(
        daily=daily,
        returns=returns,
        held_returns=(held / before - 1).to_numpy() if len(values) else np.empty(0),
        held_drawdown_frac=float(_drawdowns(values, 1.0).max()) if len(values) else np.nan,
        held_pairs=len(result.pairs) - len(notes),
        notes=notes,
    )


def _held(
    result: BacktestResult, datadir: Path, days: pd.DatetimeIndex, cost_frac: float
) -> tuple[pd.Series, tuple[str, ...]]:
    """Value of 1 spent on equal parts of the pairs, by opening time of the base candle that closes there."""
    parts: list[pd.Series] = []
    notes = []
    for pair in result.pairs:
        try:
            candles = read_candles(datadir, pair, result.timeframe, result.data_format)
            parts.append(_bought(_within(candles, result, days), cost_frac))
        except AurigaError as error:
            notes.append(f"Buying and holding leaves out {pair}: {clause(error)}")
    if not parts:
        empty = pd.Series(dtype=float, index=pd.DatetimeIndex([], tz="UTC"))
        return empty, tuple(notes)
    together = pd.concat(parts, axis=1).sort_index().ffill().fillna(1.0)  # listed later: cash until then
    return together.mean(axis=1), tuple(notes)


def _within(candles: pd.DataFrame, result: BacktestResult, days: pd.DatetimeIndex) -> pd.DataFrame:
    dates = candles["date"]
    own = candles[(dates >= result.start) & (dates <= result.end) & (dates < days[-1] + DAY)]
    if own.empty:
        raise HostError(f"no candles from {result.start:%Y-%m-%d %H:%M} to {result.end:%Y-%m-%d %H:%M}")
    return own


def _bought(candles: pd.DataFrame, cost_frac: float) -> pd.Series:
    first = float(candles["open"].iloc[0]) * (1 + cost_frac)
    return pd.Series(candles["close"].to_numpy() / first, index=pd.DatetimeIndex(candles["date"]))


def _drawdowns(wallet: pd.Series, capital: float) -> pd.Series:
    """Fall below the highest so far, the start included; 0 to 1."""
    highest = wallet.cummax().clip(lower=capital)
    return 1 - wallet / highest
