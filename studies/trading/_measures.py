"""What the tables say of a backtest, from Freqtrade's result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Measures:
    """Figures of one backtest; shares and returns are fractions.

    Attributes
    ----------
    trades : int
    shorts : int
    profit_frac : float
        Net profit of the wallet.
    trade_frac : float
        Mean net profit of a trade, of its stake.
    sharpe, sortino : float
        Annual, from the wallet's daily values with open trades at their price.
    drawdown_frac : float
        Largest, of the wallet with open trades at their price.
    exposure_frac : float
        Mean share of the capital in open positions, with leverage.
    in_market_frac : float
        Share of time with at least one open position.
    fee_frac : float
        What was charged on each side.
    exits : dict
        Trades by exit reason.
    """

    trades: int
    shorts: int
    profit_frac: float
    trade_frac: float
    sharpe: float
    sortino: float
    drawdown_frac: float
    exposure_frac: float
    in_market_frac: float
    fee_frac: float
    exits: dict[str, int]


def measure(trades: pd.DataFrame, stats: Mapping[str, Any]) -> Measures:
    """Figures of a backtest from its trades and Freqtrade's statistics."""
    reasons = dict(trades["exit_reason"].value_counts().sort_index()) if len(trades) else {}
    wallet = stats["wallet_stats"]
    start, end = (pd.Timestamp(stats[f"backtest_{at}_ts"], unit="ms", tz="UTC") for at in ("start", "end"))
    return Measures(
        trades=len(trades),
        shorts=int(trades["is_short"].sum()) if len(trades) else 0,
        profit_frac=float(stats["profit_total"]),
        trade_frac=float(trades["profit_ratio"].mean()) if len(trades) else 0.0,
        sharpe=float(wallet["sharpe"]),
        sortino=float(wallet["sortino"]),
        drawdown_frac=float(wallet["max_drawdown_account"]),
        exposure_frac=exposure_frac(trades, start, end, capital=float(stats["starting_balance"])),
        in_market_frac=in_market_frac(trades, start, end),
        fee_frac=float(trades["fee_open"].max()) if len(trades) else float("nan"),
        exits={str(name): int(n) for name, n in reasons.items()},
    )


def exposure_frac(trades: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, *, capital: float) -> float:
    """Mean over time of stake times leverage of open trades, each over the wallet when it was opened.

    The wallet is the capital and the profits of all trades closed by then.
    """
    if trades.empty:
        return 0.0
    closed = trades.sort_values("close_date")
    profits = np.r_[0.0, closed["profit_abs"].cumsum()]
    before = closed["close_date"].searchsorted(trades["open_date"], side="right")
    share = trades["stake_amount"] * trades["leverage"] / (capital + profits[before])
    seconds = (
        trades["close_date"].clip(upper=end) - trades["open_date"]  # type: ignore[call-overload]
    ).dt.total_seconds()
    return float((share * seconds).sum() / (end - start).total_seconds())


def in_market_frac(trades: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float:
    """Share of the time between two moments at which a trade was open."""
    if trades.empty:
        return 0.0
    covered, until = pd.Timedelta(0), start
    times = trades.sort_values("open_date")[["open_date", "close_date"]]
    for opened, closed in times.itertuples(index=False):
        begin, stop = max(opened, until), min(closed, end)
        if stop > begin:
            covered, until = covered + (stop - begin), stop
    return covered / (end - start)
