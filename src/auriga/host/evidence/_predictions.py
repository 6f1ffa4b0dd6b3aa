"""How good the predictions of a backtest were, by regime, pair and window."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from auriga.columns import DO_PREDICT, EXPECTED_BP, EXPERT, PRIOR, PROBABILITY, REGIME
from auriga.errors import AurigaError
from auriga.evaluation import (
    SCORES,
    calendar_weeks,
    calibration_table,
    expected_move_slope,
    expected_move_table,
    population_stability_index,
    score_with_intervals,
)
from auriga.host.predictions import EXPERTS, MOVED_BP, backtest_predictions, label_in_words, training_windows
from auriga.host.results import BacktestResult, WalkForward
from auriga.typing import IntArray, Regime

ALL = "all"
"""Name of the row of all groups together."""

_DAY = 86_400_000


@dataclass(frozen=True, eq=False)
class PredictionEvidence:
    """Out-of-sample predictions of one backtest against what happened.

    Attributes
    ----------
    by_regime, by_pair, by_window, by_expert : DataFrame
        One row a group and one named `all`: `rows`, `up_share`, `auc`, `auc_low`, `auc_high`, `log_loss`,
        `log_loss_constant` (nats), `skill_1e5` with `skill_low`, `skill_high` (saved against the constant
        predictor), `brier`, `ic` (rank correlation of the probability with the return over the horizon) with
        `ic_low`, `ic_high`. Usable rows whose label is known; flat moves count in `rows` and `ic` alone.
        Intervals are 95 %, of resampled days, NaN below twenty of them. A window is named by the first day it
        predicts, the expert `all rows` is the fallback. Empty without predictions.
    calibration : DataFrame
        Columns `regime` (`all` too), `predicted`, `observed` (shares), `rows`: ten bins of equal size.
    windows : DataFrame indexed by the first predicted day, as text
        `trained_from`, `trained_until` (UTC), `failed` (text, empty when trained), one column of training
        rows an expert (`all rows`, `bear`, `sideways`, `bull`), `fallback_frac` (share of its rows that the
        fallback answered), `unusable_frac` (share with `do_predict` 0), `up_share` (class balance it was
        trained on). `reasons` (why an expert has no model of its own). An expert that answered nothing is
        NaN and the reasons are empty unless the models were saved (`save_backtest_models`).
    drift : DataFrame indexed by the first predicted day
        `probability_psi`: population stability index of the window's probabilities against the first
        window's.
    expected : DataFrame
        Columns `regime` (`all` too) and those of `auriga.evaluation.expected_move_table`: expected against
        realised moves in bp, intervals of resampled weeks. Empty where the models told no expected moves.
    expected_slopes : DataFrame indexed by regime (`all` too)
        `slope`, `low`, `high` of realised on expected moves; 1 is honest.
    label : str
        What was predicted, in words.
    notes : tuple of str
        What could not be known, and why.
    """

    by_regime: pd.DataFrame
    by_pair: pd.DataFrame
    by_window: pd.DataFrame
    by_expert: pd.DataFrame
    calibration: pd.DataFrame
    windows: pd.DataFrame
    drift: pd.DataFrame
    expected: pd.DataFrame
    expected_slopes: pd.DataFrame
    label: str
    notes: tuple[str, ...] = ()


def prediction_evidence(result: BacktestResult, models: Path, datadir: Path) -> PredictionEvidence:
    """Score the predictions that a backtest traded on.

    Parameters
    ----------
    result : BacktestResult
    models : Path
        FreqAI's folder of all identifiers, `user_data/models`.
    datadir : Path
        Folder of the candles.
    """
    found = backtest_predictions(result, models, datadir)
    rows, usable = found.rows, _usable(found.rows)
    days = _days(usable)
    overall = _scores(usable, days) if len(usable) else None
    groups = {
        "regime": usable[REGIME].map({int(regime): regime.label for regime in Regime}),
        "pair": usable["pair"].astype("str"),
        "window": usable["window"].map(WalkForward(result).names),
        "expert": usable[EXPERT].map(EXPERTS),
    }
    tables = {name: _table(usable, days, names, overall) for name, names in groups.items()}
    tables_of_moves = _expected(usable, groups["regime"])
    windows, more = training_windows(result, models, rows)
    return PredictionEvidence(
        by_regime=tables["regime"],
        by_pair=tables["pair"],
        by_window=tables["window"],
        by_expert=tables["expert"],
        calibration=_calibration(usable, groups["regime"]),
        windows=windows,
        drift=_drift(usable, groups["window"], windows),
        expected=tables_of_moves[0],
        expected_slopes=tables_of_moves[1],
        label=_label(result),
        notes=(*found.notes, *_notes(result, rows, usable), *more),
    )


def prediction_scores(
    result: BacktestResult, models: Path, datadir: Path
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Score all predictions of a backtest together: the row `all` of the evidence, and its notes.

    Without usable predictions there are no scores.
    """
    found = backtest_predictions(result, models, datadir)
    usable = _usable(found.rows)
    scores = _scores(usable, _days(usable)) if len(usable) else {}
    return scores, (*found.notes, *_notes(result, found.rows, usable))


def _usable(rows: pd.DataFrame) -> pd.DataFrame:
    told = np.isfinite(rows[[PROBABILITY, PRIOR]].to_numpy(dtype=np.float64)).all(axis=1)
    usable: pd.DataFrame = rows[(rows[DO_PREDICT] == 1) & rows["known"] & told]
    return usable


def _days(rows: pd.DataFrame) -> IntArray:
    days: IntArray = rows["date"].to_numpy(dtype="datetime64[ms]").astype(np.int64) // _DAY
    return days


def _scores(rows: pd.DataFrame, days: IntArray) -> dict[str, float]:
    up, probability, prior, move = (
        rows[name].to_numpy(dtype=np.float64) for name in ("up", PROBABILITY, PRIOR, "move")
    )
    return score_with_intervals(up, probability, prior, move, days)


def _table(
    rows: pd.DataFrame, days: IntArray, names: pd.Series, overall: Mapping[str, float] | None
) -> pd.DataFrame:
    scores: dict[str, Mapping[str, float]] = {}
    for name in _ordered(names):
        own = (names == name).to_numpy()
        scores[name] = overall if own.all() and overall else _scores(rows[own], days[own])
    if overall:
        scores[ALL] = overall
    table = pd.DataFrame.from_dict(scores, orient="index", columns=list(SCORES), dtype=np.float64)
    return table.astype({"rows": np.int64})


def _ordered(names: pd.Series) -> list[str]:
    """Regimes and experts in their own order, anything else by name."""
    order = [Regime.UNKNOWN.expert, *(regime.label for regime in Regime)]
    return sorted(names.unique(), key=lambda name: (order.index(name) if name in order else 0, name))


def _calibration(rows: pd.DataFrame, regimes: pd.Series) -> pd.DataFrame:
    told = rows["up"].notna()
    tables = []
    for name in [*_ordered(regimes), ALL]:
        own = rows[told & ((regimes == name) | (name == ALL))]
        table = calibration_table(own["up"].to_numpy() > 0, own[PROBABILITY].to_numpy())
        tables.append(table.assign(regime=name))
    return pd.concat(tables, ignore_index=True)[["regime", "predicted", "observed", "rows"]]


def _expected(rows: pd.DataFrame, regimes: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Buckets of expected moves and slopes, by regime."""
    told = rows[EXPECTED_BP].notna() & rows[MOVED_BP].notna()
    tables, slopes = [], {}
    for name in [*_ordered(regimes[told]), ALL] if told.any() else []:
        own = rows[told & ((regimes == name) | (name == ALL))]
        given = (own[EXPECTED_BP].to_numpy(), own[MOVED_BP].to_numpy(), calendar_weeks(own["date"]))
        tables.append(expected_move_table(*given).assign(regime=name))
        slope = expected_move_slope(*given)
        slopes[name] = {"slope": slope.estimate, "low": slope.low, "high": slope.high}
    found = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return found, pd.DataFrame.from_dict(slopes, orient="index", columns=["slope", "low", "high"])


def _drift(rows: pd.DataFrame, names: pd.Series, windows: pd.DataFrame) -> pd.DataFrame:
    """Stability of the probabilities; windows without usable rows are NaN."""
    parts = {name: part.to_numpy() for name, part in rows[PROBABILITY].groupby(names)}
    first: Any = parts[min(parts)] if parts else np.empty(0)
    values = [population_stability_index(first, parts.get(name, np.empty(0))) for name in windows.index]
    return pd.DataFrame({"probability_psi": values}, index=windows.index, dtype=np.float64)


def _label(result: BacktestResult) -> str:
    try:
        return label_in_words(result.settings.label, result.timeframe)
    except AurigaError:
        return ""


def _notes(result: BacktestResult, rows: pd.DataFrame, usable: pd.DataFrame) -> Iterator[str]:
    if len(rows) and usable.empty:
        yield "No prediction was usable: `do_predict` is 0 everywhere, or no outcome is known yet."
    if len(usable) and result.settings.label.regression:
        yield (
            "The models predict a return; the probability scored here is that of a rise, which they derive "
            "from it (docs/models.md)."
        )
