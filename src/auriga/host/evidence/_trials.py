"""How often luck was tried: hyperopt epochs and backtests of a strategy, and a Sharpe ratio after that."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import rapidjson
from freqtrade.data.btanalysis import load_backtest_stats

from auriga.errors import HostError, ParameterError, clause
from auriga.evaluation import (
    daily_returns,
    deflated_sharpe_ratio,
    expected_best_sharpe,
    probabilistic_sharpe_ratio,
    sharpe_ratio,
    sharpe_std_of_luck,
)
from auriga.host.evidence._equity import wallet_returns
from auriga.host.evidence._trade_groups import shown_trades
from auriga.host.results import UNREADABLE, BacktestResult
from auriga.typing import FloatArray

LEAST_SPREAD_TRIALS = 10
"""Fewer Sharpe ratios than that do not tell their spread."""


@dataclass(frozen=True)
class Trials:
    """The deflated Sharpe ratio of a backtest.

    Attributes
    ----------
    n_trials : int
        Different hyperopt epochs and backtests of the strategy found in the workplace, this one included, and
        those the user adds.
    counted : str
        Where they were found, and where the spread of their Sharpe ratios is from, in words.
    sharpe : float
        Annual Sharpe ratio of daily returns.
    psr : float
        Probabilistic Sharpe ratio: chance that the true one is above 0. NaN with too few days.
    expected_best_sharpe : float
        Annual Sharpe ratio that the best of so many tries without skill is expected to show.
    dsr : float
        Deflated Sharpe ratio: chance that the true one is above that of luck. NaN with too few days.
    """

    n_trials: int
    counted: str
    sharpe: float
    psr: float
    expected_best_sharpe: float
    dsr: float


def count_trials(result: BacktestResult, userdir: Path, *, extra: int = 0) -> Trials:
    """Count how often this strategy was tried in a workplace, and deflate its Sharpe ratio by that.

    Every hyperopt epoch in `hyperopt_results/*.fthypt` and every backtest in `backtest_results` counts,
    whatever its period; those with the same trades (a second run, an epoch run again as a backtest) count
    once. Nobody can count what was tried elsewhere or deleted: `extra` adds it.

    Parameters
    ----------
    result : BacktestResult
        The backtest to judge.
    userdir : Path
        Freqtrade's user_data folder; results may be missing.
    extra : int
        Tries to add, at least 0.

    Returns
    -------
    Trials
        Deflated with the spread of luck alone over so many days (see `sharpe_std_of_luck`), or with that of
        the found tries over the same period if there are at least 10 with trades and they spread less: then
        they resemble one another. If they spread more, some were truly worse than others, which
        makes luck no luckier.

    Raises
    ------
    ParameterError
        If `extra` is negative.
    HostError
        If a file of results cannot be read.
    """
    if extra < 0:
        raise ParameterError(f"extra is {extra}, it must be at least 0")
    strategy = str(result.stats["strategy_name"])
    epochs = {_fingerprint(stats): stats for stats in _epochs(userdir / "hyperopt_results", strategy)}
    backtests = {_fingerprint(stats): stats for stats in _backtests(userdir / "backtest_results", strategy)}
    own = _fingerprint(result.stats)
    tries = {own: result.stats} | epochs | backtests
    n_epochs, n_trials = len(epochs.keys() - {own}), len(tries) + extra
    returns = wallet_returns(result, shown_trades(result))
    spread, how_far = _spread(list(tries.values()), result.stats, len(returns))
    return Trials(
        n_trials,
        f"this backtest, {n_epochs} different hyperopt epochs, {len(tries) - 1 - n_epochs} other backtests, "
        f"{extra} added by hand; {how_far}",
        sharpe_ratio(returns),
        probabilistic_sharpe_ratio(returns),
        expected_best_sharpe(n_trials, spread),
        deflated_sharpe_ratio(returns, n_trials=n_trials, sharpe_std=spread),
    )


def told_returns(stats: Mapping[str, Any]) -> FloatArray:
    """Daily returns of a try as Freqtrade's statistics have them, days without trades as 0.

    An epoch keeps no trades. What closes at midnight counts on the day that begins.
    """
    start = pd.Timestamp(stats["backtest_start"]).normalize()
    end = pd.Timestamp(stats["backtest_end"])
    n_days = max(1, -(-(end - start) // pd.Timedelta(days=1)))
    by_day = stats.get("daily_profit", [])  # absent when nothing was traded
    days = pd.to_datetime([day for day, _ in by_day])
    closed = ((days - start) // pd.Timedelta(days=1)).to_numpy(dtype=np.int64).clip(0, n_days - 1)
    profits = np.array([profit for _, profit in by_day], dtype=np.float64)
    return daily_returns(closed, profits, n_days=n_days, capital=float(stats["starting_balance"]))


def _fingerprint(stats: Mapping[str, Any]) -> tuple[Any, ...]:
    """What two runs with the same trades have in common."""
    pairs = tuple(sorted(stats["pairlist"]))
    profits = (round(stats["profit_total_abs"], 6), round(stats["profit_mean"], 10))
    return stats["backtest_start_ts"], stats["backtest_end_ts"], pairs, stats["total_trades"], *profits


def _spread(tries: list[Mapping[str, Any]], own: Mapping[str, Any], n_days: int) -> tuple[float, str]:
    same = [
        sharpe_ratio(told_returns(stats))
        for stats in tries
        if stats["total_trades"]
        and all(stats[end] == own[end] for end in ("backtest_start_ts", "backtest_end_ts"))
    ]
    luck = sharpe_std_of_luck(n_days)
    if len(same) < LEAST_SPREAD_TRIALS:
        return luck, f"too few over the same period to see how their Sharpe ratios spread; luck: {luck:.2f}"
    found = float(np.std(same))
    return min(luck, found), (
        f"Sharpe ratios of {len(same)} over the same period spread by {found:.2f}, luck alone by {luck:.2f}: "
        "the smaller counts"
    )


def _epochs(folder: Path, strategy: str) -> Iterator[Mapping[str, Any]]:
    """Statistics of the epochs of one strategy; a line that was cut off by an interrupted run is left out."""
    for path in sorted(folder.glob("*.fthypt")):
        with path.open() as lines:
            for line in lines:
                if line.endswith("\n"):
                    stats = _parsed(line, path)["results_metrics"]
                    if stats.get("strategy_name") == strategy:
                        yield _needed(stats)


def _parsed(line: str, path: Path) -> dict[str, Any]:
    try:
        epoch: dict[str, Any] = rapidjson.loads(line)
    except rapidjson.JSONDecodeError as error:
        raise HostError(
            f"{path} holds a line that is no epoch ({clause(error)}); move the file away"
        ) from None
    return epoch


def _backtests(folder: Path, strategy: str) -> Iterator[Mapping[str, Any]]:
    for meta in sorted(folder.glob("*.meta.json")):
        stem = meta.name.removesuffix(".meta.json")
        found = [path for path in (folder / f"{stem}.zip", folder / f"{stem}.json") if path.exists()]
        if found and strategy in _loaded(meta):
            yield _needed(_loaded(found[0])["strategy"][strategy])


def _loaded(path: Path) -> dict[str, Any]:
    try:
        if path.name.endswith(".meta.json"):
            return cast(dict[str, Any], json.loads(path.read_text()))
        return cast(dict[str, Any], load_backtest_stats(path))
    except UNREADABLE as error:
        raise HostError(
            f"{path} cannot be read ({clause(error)}); move it away to count without it"
        ) from None


def _needed(stats: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the trades: there may be hundreds of epochs."""
    return {name: value for name, value in stats.items() if not isinstance(value, list) or name in _LISTS}


_LISTS = ("daily_profit", "pairlist")
