"""A finished backtest beside holding its pairs: invested in full, at its volatility, at its exposure."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.evaluation import HeldPath, Placebo, describe_path, shifted_placebo, wallet_of
from auriga.host.holding._book import DailyBook, daily_book
from auriga.host.results import BacktestResult
from auriga.typing import FloatArray


@dataclass(frozen=True, eq=False)
class Comparison:
    """What was done, and what holding would have brought.

    Attributes
    ----------
    book : DailyBook
    paths : mapping of str to HeldPath
        `strategy`, `hold` (each pair bought once with an equal share), `hold at its volatility`, `hold at
        its exposure` (a fixed share of the wallet in all pairs, the rest in cash); costs on both sides.
    years : DataFrame
        One row a calendar year, the worst of the strategy first: `strategy`, `hold`, `exposure` (fractions).
    cost_frac : float
        Of one side.
    """

    book: DailyBook
    paths: Mapping[str, HeldPath]
    years: pd.DataFrame
    cost_frac: float


STRATEGY, HOLD, AT_VOLATILITY, AT_EXPOSURE = (
    "strategy",
    "hold",
    "hold at its volatility",
    "hold at its exposure",
)


def compare_with_holding(result: BacktestResult, datadir: Path) -> Comparison:
    """Compare a backtest with holding its pairs.

    Parameters
    ----------
    result : BacktestResult
    datadir : Path
        Folder of the candles.

    Raises
    ------
    HostError
        If no pair has candles.
    ParameterError
        For a backtest of less than two days.
    """
    book = daily_book(result, datadir)
    cost, start = _cost(result), float(result.stats["starting_balance"])
    strategy = describe_path(np.r_[start, book.wallet])
    full = describe_path(_kept_share(book.closes, 1.0, cost)).volatility
    share = min(strategy.volatility / full, 1.0) if full else 0.0
    hold = _bought_once(book, cost)
    held = {
        HOLD: hold,
        AT_VOLATILITY: _kept_share(book.closes, share, cost),
        AT_EXPOSURE: _kept_share(book.closes, min(book.exposure_frac, 1.0), cost),
    }
    paths = {name: describe_path(np.r_[1.0, wallet]) for name, wallet in held.items()}
    return Comparison(book, {STRATEGY: strategy} | paths, _years(book, hold, start), cost)


def at_random_times(found: Comparison, *, draws: int = 1000, seed: int = 0) -> Placebo | None:
    """The same positions at random times; None without any, or with fewer than three days."""
    book = found.book
    if not book.in_market_frac or len(book.days) < 3:
        return None
    return shifted_placebo(book.shares, book.closes, found.cost_frac, draws=draws, seed=seed)


def _cost(result: BacktestResult) -> float:
    """Costs of a side: those that trades paid, or those of the settings."""
    if len(result.trades):
        return float(result.trades["fee_open"].mean())
    return float(result.settings.costs.side_frac)


def _bought_once(book: DailyBook, cost: float) -> FloatArray:
    """Equal shares, each bought at the open of the pair's first candle; sold with the last one."""
    known = pd.DataFrame(book.closes).ffill().to_numpy()
    ratios = np.where(np.isfinite(known), known / book.opens * (1 - cost), 1.0)
    wallet: FloatArray = ratios.mean(axis=1)
    wallet[-1] *= 1 - cost
    return wallet


def _kept_share(closes: FloatArray, share: float, cost: float) -> FloatArray:
    """A fixed share of the wallet in all pairs alike, kept so each day."""
    there = np.isfinite(closes)
    shares = share * there / np.maximum(there.sum(axis=1, keepdims=True), 1)
    return wallet_of(shares, closes, cost)


def _years(book: DailyBook, hold: FloatArray, start: float) -> pd.DataFrame:
    frame = pd.DataFrame({STRATEGY: book.wallet / start, HOLD: hold}, index=book.days)
    last = frame.groupby(book.days.year).last()
    before = last.shift(1).fillna(1.0)
    exposure = pd.Series(np.abs(book.shares).sum(axis=1), index=book.days)
    years = last / before - 1
    years["exposure"] = exposure.groupby(book.days.year).mean()
    return years.sort_values(STRATEGY)
