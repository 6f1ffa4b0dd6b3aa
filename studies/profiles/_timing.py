"""What waiting for the model saves when a trade will be made anyway, against trading at once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.columns import DO_PREDICT, PROBABILITY, REGIME
from auriga.evaluation import block_bootstrap_mean, calendar_weeks
from auriga.host.predictions import backtest_predictions
from auriga.host.results import BacktestResult, read_candles
from auriga.typing import IntArray, Regime

BP = 1e4


@dataclass(frozen=True)
class Saved:
    """What was saved by waiting, in bp of the price: mean, bounds of 95 %, and of how many trades."""

    mean: float
    low: float
    high: float
    trades: int


def timing(
    result: BacktestResult, models: Path, datadir: Path, patiences: tuple[int, ...]
) -> dict[str, Saved]:
    """Savings of buyers and sellers, at real changes of the regime and at every midnight.

    A buyer takes the first open after a usable probability above 0.52, a seller after one below 0.46, and
    both the open after `patience` candles at the latest; each against the first open they could trade at.
    Intervals: bootstrap of whole weeks, all pairs together.
    """
    rows = backtest_predictions(result, models, datadir).rows
    found: dict[str, Saved] = {}
    frames = {pair: _joined(each, result, datadir, str(pair)) for pair, each in rows.groupby("pair")}
    for patience in patiences:
        for side, level in (("buy", 0.52), ("sell", 0.46)):
            for when, chosen in (("regime", _changes), ("midnight", _midnights)):
                saved = [
                    _savings(frame, chosen(frame, side), side, level, patience) for frame in frames.values()
                ]
                found[f"{side} {when} {patience}"] = _interval(pd.concat(saved))
    return found


def _joined(rows: pd.DataFrame, result: BacktestResult, datadir: Path, pair: str) -> pd.DataFrame:
    candles = read_candles(datadir, pair, result.timeframe, result.data_format)
    return rows.merge(candles[["date", "open"]], on="date", how="left").sort_values("date", ignore_index=True)


def _changes(frame: pd.DataFrame, side: str) -> IntArray:
    """Rows on which a bull regime begins (buy) or ends (sell)."""
    bull, known = frame[REGIME] == Regime.BULL, frame[REGIME] != Regime.UNKNOWN
    before, was_known = bull.shift(1, fill_value=False), known.shift(1, fill_value=False)
    change = (bull & ~before) if side == "buy" else (~bull & before)
    return np.flatnonzero(change & known & was_known)


def _midnights(frame: pd.DataFrame, side: str) -> IntArray:
    """Rows whose candle closes the day."""
    return np.flatnonzero(frame["date"].dt.strftime("%H:%M") == "23:55")


def _savings(frame: pd.DataFrame, rows: IntArray, side: str, level: float, patience: int) -> pd.Series:
    """Savings in bp of each trade, by its moment; a row is decided at its close, traded at the next open."""
    opens, dates = frame["open"].to_numpy(), frame["date"]
    probability = frame[PROBABILITY].where(frame[DO_PREDICT] == 1).to_numpy()
    sign = 1 if side == "buy" else -1
    good = sign * probability > sign * level
    saved: dict[pd.Timestamp, float] = {}
    for row in rows:
        if row + patience + 1 >= len(opens):
            continue
        within = np.flatnonzero(good[row : row + patience])
        wait = int(within[0]) if len(within) else patience
        saved[dates[row]] = sign * BP * np.log(opens[row + 1] / opens[row + 1 + wait])
    return pd.Series(saved, dtype=float).dropna()


def _interval(saved: pd.Series) -> Saved:
    weeks = calendar_weeks(saved.index.to_series())
    found = block_bootstrap_mean(saved.to_numpy(), weeks)
    return Saved(found.estimate, found.low, found.high, len(saved))
