"""Backtest results side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.errors import AurigaError, HostError, clause
from auriga.evaluation import stationary_bootstrap_mean
from auriga.host.evidence._predictions import prediction_scores
from auriga.host.evidence._trading import TradingEvidence, trading_evidence
from auriga.host.results import BacktestResult, setting_differences
from auriga.wording import counted

_SKILL = {"auc": ("auc", "auc_low", "auc_high"), "skill_1e5": ("skill_1e5", "skill_low", "skill_high"),
          "ic": ("ic", "ic_low", "ic_high")}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Comparison:
    """Results side by side; one column a result, in the order they were given.

    Attributes
    ----------
    facts : DataFrame of str
        As `TradingEvidence.facts`, one row a fact.
    settings : DataFrame of str
        Settings that differ, one row each.
    figures : DataFrame
        Rows are the figures of the headline, of `buy_and_hold` its net profit, and `auc`, `skill_1e5`, `ic`
        of all predictions where they are cached; columns (result, `estimate` / `low` / `high`).
    differences : DataFrame indexed by result
        Of each result on the same days as the first: `days`, and the mean of its daily return minus that of
        the first, in basis points: `daily_bp`, `low`, `high` (95 %, stationary bootstrap of the paired days).
    notes : tuple of str
        What keeps the results from being compared, and what could not be known.
    """

    facts: pd.DataFrame
    settings: pd.DataFrame
    figures: pd.DataFrame
    differences: pd.DataFrame
    notes: tuple[str, ...]


def compare_results(results: Sequence[BacktestResult], models: Path, datadir: Path) -> Comparison:
    """Compare backtests of any strategies.

    Parameters
    ----------
    results : sequence of BacktestResult
        At least two; the first is the one that others are set against.
    models : Path
        Where FreqAI keeps models, for results that do not lie in a workplace (`backtest_results`) of their
        own.
    datadir : Path
        Folder of the candles.

    Raises
    ------
    HostError
        If there are fewer than two.
    """
    if len(results) < 2:
        raise HostError(
            f"{counted(len(results), 'result')} to compare; name at least two, or a file of several "
            "strategies"
        )
    named = dict(zip(_names(results), results, strict=True))
    traded = {name: trading_evidence(result, datadir) for name, result in named.items()}
    skill = {name: _skill(result, models, datadir) for name, result in named.items()}
    figures = {name: pd.concat([_figures(traded[name]), skill[name][0]]) for name in named}
    notes = [f"{name}: {note}" for name in named for note in (*traded[name].notes, *skill[name][1])]
    return Comparison(
        facts=pd.DataFrame({name: traded[name].facts for name in named}).fillna(""),
        settings=setting_differences(named),
        figures=pd.concat(figures, axis=1),
        differences=_differences(named, traded),
        notes=(*_different_grounds(named), *dict.fromkeys(notes)),
    )


def _names(results: Sequence[BacktestResult]) -> Iterator[str]:
    """Strategy names; with the time of the run where they are not enough, and a number where that is not."""
    strategies = [result.strategy for result in results]
    timed = [f"{result.strategy} {result.path.stem.removeprefix('backtest-result-')}" for result in results]
    for number, (strategy, longer) in enumerate(zip(strategies, timed, strict=True), start=1):
        if strategies.count(strategy) == 1:
            yield strategy
        else:
            yield longer if timed.count(longer) == 1 else f"{longer} ({number})"


def _figures(traded: TradingEvidence) -> pd.DataFrame:
    columns = ["estimate", "low", "high"]
    held = {"estimate": traded.headline.loc["net_profit_frac", "buy_and_hold"]}
    return pd.concat([traded.headline[columns], pd.DataFrame(held, index=["buy_and_hold"], columns=columns)])


def _skill(result: BacktestResult, models: Path, datadir: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Scores of all predictions; NaN and the reason where they are not cached."""
    own = result.path.parent.parent / "models"
    try:
        scores, notes = prediction_scores(result, own if own.is_dir() else models, datadir)
    except AurigaError as error:
        scores, notes = {}, (f"Predictions cannot be scored: {clause(error)}",)
    rows = {name: [scores.get(key, np.nan) for key in keys] for name, keys in _SKILL.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "low", "high"]), notes


def _differences(named: Mapping[str, BacktestResult], traded: Mapping[str, TradingEvidence]) -> pd.DataFrame:
    returns = {name: _returns(traded[name], float(named[name].stats["starting_balance"])) for name in named}
    first, *others = returns
    rows = {}
    for name in others:
        if returns[name].index.equals(returns[first].index):
            each = 1e4 * (returns[name] - returns[first]).to_numpy()
            if not np.isfinite(each).all():  # a wallet that is spent has no return
                continue
            apart = stationary_bootstrap_mean(each)
            rows[name] = [len(returns[name]), apart.estimate, apart.low, apart.high]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["days", "daily_bp", "low", "high"])


def _returns(traded: TradingEvidence, capital: float) -> pd.Series:
    wallet = traded.daily["wallet"]
    return wallet / wallet.shift(fill_value=capital) - 1


def _different_grounds(named: Mapping[str, BacktestResult]) -> Iterator[str]:
    """What makes figures hard to compare."""
    grounds = {
        "periods": [
            f"{result.start:%Y-%m-%d %H:%M} to {result.end:%Y-%m-%d %H:%M}" for result in named.values()
        ],
        "pairs": [", ".join(sorted(result.pairs)) for result in named.values()],
        "starting wallets": [
            f"{result.stats['starting_balance']} {result.stats['stake_currency']}"
            for result in named.values()
        ],
    }
    for what, values in grounds.items():
        if len(set(values)) > 1:
            told = "; ".join(dict.fromkeys(values))
            yield f"The {what} differ, so this does not compare like with like: {told}."
