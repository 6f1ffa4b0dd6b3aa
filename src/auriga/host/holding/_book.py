"""What a finished backtest held at the close of every day, and what it was worth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from auriga.errors import HostError, clause
from auriga.host.results import BacktestResult, read_candles
from auriga.typing import FloatArray

DAY = pd.Timedelta(days=1)


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


@dataclass(frozen=True)
class _Fill:
    moment: pd.Timestamp
    pair: str
    amount: float
    price: float
    fee: float


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
    days = pd.date_range(result.start.floor("D"), result.end.ceil("D") - DAY, freq="D")
    closes, opens, notes = _prices(result, datadir, days)
    fills = sorted(_fills(result), key=lambda fill: fill.moment)
    names = tuple(closes.columns)
    held, cash, fees = dict.fromkeys(names, 0.0), float(result.stats["starting_balance"]), 0.0
    turnover, number = 0.0, 0
    worth, wallet = np.zeros((len(days), len(names))), np.zeros(len(days))
    funding = _funding(result)
    prices = closes.ffill().to_numpy()
    for row, day in enumerate(days):
        last = row == len(days) - 1  # what is sold with the end of the timerange belongs to its last day
        while number < len(fills) and (last or fills[number].moment < day + DAY):
            fill = fills[number]
            value = fill.amount * fill.price
            paid = abs(value) * fill.fee
            held[fill.pair] = held.get(fill.pair, 0.0) + fill.amount
            cash, fees, turnover = cash - value - paid, fees + paid, turnover + abs(value)
            number += 1
        cash += funding.get(day, 0.0)
        worth[row] = np.nan_to_num([_rounded(held[name]) for name in names] * prices[row])
        wallet[row] = cash + worth[row].sum()
    return DailyBook(days, names, closes.to_numpy(), opens, worth, wallet, fees, turnover, notes)


def _rounded(amount: float) -> float:
    """What is left of an amount that was sold in parts, without the dust of binary fractions."""
    return 0.0 if abs(amount) < 1e-12 else amount


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


def _fills(result: BacktestResult) -> Iterator[_Fill]:
    for row in result.trades.to_dict("records"):
        sign = -1 if row.get("is_short") else 1
        orders = [order for order in row.get("orders") or () if order.get("order_filled_timestamp")]
        for order in orders or _both_ends(row):  # results of old versions have no orders
            entry = bool(order.get("ft_is_entry"))
            yield _Fill(
                pd.Timestamp(order["order_filled_timestamp"], unit="ms", tz="UTC"),
                str(row["pair"]),
                sign * float(order["amount"]) * (1 if entry else -1),
                float(order["safe_price"]),
                float(row["fee_open"] if entry else row["fee_close"]),
            )


def _both_ends(row: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Entry and exit of a trade as two orders."""
    ends = ((True, "open_date", "open_rate"), (False, "close_date", "close_rate"))
    return [
        {
            "order_filled_timestamp": pd.Timestamp(row[date]).timestamp() * 1000,
            "ft_is_entry": entry,
            "amount": row["amount"],
            "safe_price": row[rate],
        }
        for entry, date, rate in ends
    ]


def _funding(result: BacktestResult) -> Mapping[Any, float]:
    """Funding of closed trades, on the day on which each was closed."""
    if "funding_fees" not in result.trades or result.trades.empty:
        return {}
    days = pd.to_datetime(result.trades["close_date"]).dt.floor("D")
    return dict(result.trades["funding_fees"].fillna(0.0).groupby(days).sum().items())
