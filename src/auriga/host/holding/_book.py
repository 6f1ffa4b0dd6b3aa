"""What a finished backtest held at the close of every day, and what it was worth."""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.errors import HostError, clause
from auriga.host.results import (
    BacktestResult,
    backtest_days,
    orders_or_ends,
    read_candles,
    value_and_fee,
)
from auriga.typing import FloatArray

DAY = pd.Timedelta(days=1)
DAY_MS = 24 * 60 * 60 * 1000
DUST = 1e-12  # of binary fractions, in what is left of an amount that was sold in parts


@dataclass(frozen=True, eq=False)
class DailyBook:
    """Days of a backtest; money is in stake currency.

    Attributes
    ----------
    days : DatetimeIndex of shape (n_days,)
        UTC; values are those at the end of the day.
    pairs : tuple of str
    closes : array of shape (n_days, n_pairs)
        NaN while a pair has no candles.
    opens : array of shape (n_pairs,)
        Price at which each pair could be bought first: the open of its first candle.
    worth : array of shape (n_days, n_pairs)
        Value of what was held, below 0 for shorts.
    wallet : array of shape (n_days,)
        Cash and what was held, after costs.
    fees : float
        Paid over the whole span.
    turnover : float
        Value of all orders.
    notes : tuple of str
        What is not in it, and why.
    """

    days: pd.DatetimeIndex
    pairs: tuple[str, ...]
    closes: FloatArray
    opens: FloatArray
    worth: FloatArray
    wallet: FloatArray
    fees: float
    turnover: float
    notes: tuple[str, ...]

    @property
    def shares(self) -> FloatArray:
        """Share of the wallet in each pair at the end of each day."""
        return self.worth / self.wallet[:, None]

    @property
    def exposure_frac(self) -> float:
        """Mean share of the wallet that was in positions."""
        return float(np.abs(self.shares).sum(axis=1).mean())

    @property
    def in_market_frac(self) -> float:
        """Share of days that ended with a position."""
        return float((np.abs(self.worth) > 0).any(axis=1).mean())


def daily_book(result: BacktestResult, datadir: Path) -> DailyBook:
    """Follow the orders of a backtest through its days.

    Parameters
    ----------
    result : BacktestResult
        Spot or futures; a trade may have been entered and left in parts.
    datadir : Path
        Folder of the candles it ran on.

    Raises
    ------
    HostError
        If no pair has candles.
    """
    days = backtest_days(result)
    closes, opens, notes = _prices(result, datadir, days)
    amounts, paid = np.zeros(closes.shape), np.zeros(len(days))
    fees = turnover = 0.0
    for row in result.trades.to_dict("records"):
        column, sign = closes.columns.get_loc(row["pair"]), -1 if row.get("is_short") else 1
        for order in orders_or_ends(row):
            day, side = _day(order["order_filled_timestamp"], days), sign if order["ft_is_entry"] else -sign
            value, fee = value_and_fee(order, row)
            amounts[day, column] += side * float(order["amount"])
            paid[day] += side * value + fee
            fees, turnover = fees + fee, turnover + value
        if isfinite(funding := float(row.get("funding_fees") or 0.0)):
            paid[_day(row["close_date"].timestamp() * 1000, days)] -= funding
    held = amounts.cumsum(axis=0)
    held[np.abs(held) < DUST] = 0.0
    worth = np.nan_to_num(held * closes.ffill().to_numpy())
    wallet = float(result.stats["starting_balance"]) - paid.cumsum() + worth.sum(axis=1)
    return DailyBook(
        days, tuple(closes.columns), closes.to_numpy(), opens, worth, wallet, fees, turnover, notes
    )


def _day(milliseconds: float, days: pd.DatetimeIndex) -> int:
    """Number of the day of a moment; what happens with the end of the timerange is its last day's."""
    return min(int((milliseconds - days[0].timestamp() * 1000) // DAY_MS), len(days) - 1)


def _prices(
    result: BacktestResult, datadir: Path, days: pd.DatetimeIndex
) -> tuple[pd.DataFrame, FloatArray, tuple[str, ...]]:
    """Closes of each day, the first open of each pair, and which pairs are left out."""
    found: dict[str, pd.Series] = {}
    opens, notes = [], []
    traded = set(result.trades["pair"]) if len(result.trades) else set()
    for pair in dict.fromkeys([*result.pairs, *sorted(traded)]):
        try:
            candles = read_candles(datadir, pair, result.timeframe, result.data_format)
        except HostError as error:
            if pair in traded:
                raise
            notes.append(f"{pair} is left out: {clause(error)}")
            continue
        within = candles[(candles["date"] >= days[0]) & (candles["date"] < days[-1] + DAY)]
        daily = within.groupby(within["date"].dt.floor("D"))["close"].last()
        if daily.empty:
            notes.append(f"{pair} is left out: it has no candles in this time")
            continue
        found[pair] = daily.reindex(days)
        opens.append(float(within["open"].iloc[0]))
    if not found:
        raise HostError(f"none of {', '.join(result.pairs)} has candles in {datadir}; give --datadir")
    return pd.DataFrame(found), np.array(opens), tuple(notes)
