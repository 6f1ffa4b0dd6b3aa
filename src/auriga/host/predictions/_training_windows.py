"""What the windows of a backtest were trained on: from its predictions, and from models that were saved."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from auriga.columns import DO_PREDICT, EXPERT, EXPERT_ROWS, PRIOR
from auriga.errors import HostError
from auriga.host.predictions._traded import TradedPredictions
from auriga.host.results import BacktestResult, WalkForward
from auriga.host.seals import SavedModel, Window, look_at_model
from auriga.typing import Regime

EXPERTS = {int(regime): regime.expert for regime in (Regime.UNKNOWN, *Regime.known())}
"""Name of each model by the code in the column `expert`."""

_COLUMNS = [
    "trained_from", "trained_until", "failed", *EXPERTS.values(), "fallback_frac", "unusable_frac",
    "up_share", "reasons",
]  # fmt: skip


def training_windows(
    result: BacktestResult, models: Path, rows: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Windows of a backtest as `PredictionEvidence.windows` has them, and notes.

    Parameters
    ----------
    result : BacktestResult
    models : Path
        FreqAI's folder of all identifiers, `user_data/models`.
    rows : DataFrame
        As in `BacktestPredictions`.
    """
    walk, traded, table, notes = WalkForward(result), TradedPredictions(result, models), {}, []
    names = walk.names
    for stamp in dict.fromkeys(rows["window"].astype(np.int64)):
        found = saved_models(result, traded, int(stamp))
        saved = [model for model in found if isinstance(model, SavedModel)]
        notes += [complaint for complaint in found if isinstance(complaint, str)]
        own = rows[rows["window"] == stamp]
        told = _from_rows(own, result.settings.trains_on_all_pairs) | _from_models(saved)
        table[names[stamp]] = _span(walk.by_stamp[stamp]) | told
    frame = pd.DataFrame.from_dict(table, orient="index", columns=_COLUMNS).sort_index().rename_axis("window")
    short = f"Saved models of {len(notes)} windows or pairs were not read: {notes[0]}" if notes else ""
    return frame, (short,) if short else ()


def saved_models(result: BacktestResult, traded: TradedPredictions, stamp: int) -> list[SavedModel | str]:
    """Models of a window that this backtest has saved, one of all pairs or one a pair; or why not to read.

    Their files must be unchanged; what they say of versions and code does not matter to a reader.
    """
    pairs = traded.pairs[:1] if result.settings.trains_on_all_pairs else traded.pairs
    found: list[SavedModel | str] = []
    for pair in pairs:
        try:
            place = traded.model(pair, stamp)
        except HostError as error:
            found.append(str(error))
            continue
        if place is not None:
            saved = look_at_model(*place)
            found.append(f"{place[0].name}: {saved}" if isinstance(saved, str) else saved)
    return found


def _span(window: Window) -> dict[str, Any]:
    begin, until = (
        pd.Timestamp(moment, unit="ms", tz="UTC") for moment in (window.train_start, window.train_stop)
    )
    return {"trained_from": begin, "trained_until": until}


def _from_rows(rows: pd.DataFrame, shared: bool) -> dict[str, Any]:
    """What predictions tell: rows of the models that answered, summed where each pair has its own."""
    by_pair = rows.groupby([EXPERT, "pair"], observed=True)[EXPERT_ROWS].max().groupby(EXPERT)
    counts = by_pair.max() if shared else by_pair.sum()
    failed = _failed(rows)
    return {
        "failed": failed,
        **{name: float(counts.get(code, np.nan)) for code, name in EXPERTS.items()},
        "fallback_frac": float(np.mean(rows[EXPERT] == Regime.UNKNOWN)),
        "unusable_frac": float(np.mean(rows[DO_PREDICT] != 1)),
        "up_share": float(rows[PRIOR].mean()) if (rows[EXPERT_ROWS] > 0).any() else np.nan,
        "reasons": "",
    }


def _failed(rows: pd.DataFrame) -> str:
    """Pairs without a model, or whose whole window is not to be used."""
    pairs = rows.groupby("pair", observed=True)
    trained, used = pairs[EXPERT_ROWS].max() > 0, pairs[DO_PREDICT].max() > 0
    without, unused = trained.index[~trained], trained.index[trained & ~used]
    told = [f"no model could be trained ({', '.join(without)})" if len(without) else ""]
    told.append(f"no prediction may be used ({', '.join(unused)})" if len(unused) else "")
    return "; ".join(text for text in told if text)


def _from_models(saved: list[SavedModel]) -> dict[str, Any]:
    """What saved models tell: training rows of every regime, and why one has no model of its own."""
    experts = [expert for found in saved for expert in getattr(found.model, "experts_", {}).values()]
    if not experts:
        return {}
    rows = dict.fromkeys(EXPERTS.values(), 0.0)
    for expert in experts:
        rows[EXPERTS[int(expert.regime)]] += expert.n_samples
    reasons = {f"{EXPERTS[int(expert.regime)]}: {expert.reason}" for expert in experts if expert.reason}
    return {**rows, "reasons": "; ".join(sorted(reasons))}
