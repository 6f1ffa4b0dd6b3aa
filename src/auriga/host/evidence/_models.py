"""What the models of a backtest use, and how far its features have drifted from what they learnt."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from auriga.columns import REGIME, plain_feature
from auriga.errors import AurigaError, HostError, ParameterError
from auriga.host.evidence._feature_drift import feature_drift
from auriga.host.predictions import TradedPredictions, WindowModel, window_models
from auriga.host.reload import Recomputed, recomputed
from auriga.host.results import BacktestResult, WalkForward
from auriga.host.rows import spread_rows
from auriga.models import RegimeClassifier, RegimeRegressor, shap_contributions, shap_names, split_importance
from auriga.typing import FloatArray, Regime, RegimeArray

_THREADS = 2

_EMPTY = (["expert", "feature", "gain_frac", "shap_frac"], ["window", "feature", "psi"])


@dataclass(frozen=True, eq=False)
class ModelEvidence:
    """Importance of features in each expert and their drift.

    Attributes
    ----------
    importance : DataFrame
        Columns `expert` (`all rows` is the base), `feature` (plain name), `gain_frac` and `shap_frac`: share
        of the expert's total, averaged over windows, most important (by SHAP) first within an expert.
        `gain_frac` counts the expert's own trees alone, as `split_importance` does, and is NaN for columns of
        the regime. `shap_frac` is the mean size of SHAP values over test rows, of all that answers: over the
        rows of its regime for an expert, with the base that it continues, and over all rows for the base. NaN
        for estimators that do not tell.
    drift : DataFrame
        Columns `window` (first predicted day), `feature`, `psi`: population stability index of the feature in
        the window's test span against its training span, all pairs together.
    missing : str
        Why there is nothing, in words; empty when there is. Models are not always saved.
    notes : tuple of str
        What to know about these figures: windows that were left out, code that has changed since.
    """

    importance: pd.DataFrame
    drift: pd.DataFrame
    missing: str
    notes: tuple[str, ...] = ()


def model_evidence(
    result: BacktestResult, models: Path, datadir: Path, *, max_windows: int = 12, shap_rows: int = 250
) -> ModelEvidence:
    """Look at the saved models of a backtest. Trains nothing.

    Features are computed once more by the strategy's own hooks, with the configuration that the result holds
    and the candles of today; nothing of a model is unpickled before its checksum was compared.

    Parameters
    ----------
    result : BacktestResult
    models : Path
        FreqAI's folder of all identifiers, `user_data/models`.
    datadir : Path
        Folder of the candles the backtest ran on.
    max_windows : int
        Windows that are looked at, evenly spread over the backtest.
    shap_rows : int
        Test rows of a window that SHAP values are computed for, evenly spread over pairs and time.

    Returns
    -------
    ModelEvidence
        Empty, with the reason in `missing`, where there is no model to look at or its features cannot be
        computed any more.
    """
    try:
        return _evidence(result, models, datadir, max_windows, shap_rows)
    except AurigaError as error:
        importance, drift = (pd.DataFrame(columns=names) for names in _EMPTY)
        return ModelEvidence(importance, drift, str(error))


def _evidence(
    result: BacktestResult, models: Path, datadir: Path, max_windows: int, shap_rows: int
) -> ModelEvidence:
    every = WalkForward(result).require()
    windows, traded = evenly(every, max_windows), TradedPredictions(result, models)
    found = list(window_models(traded, windows, traded.pairs))
    usable = [model for model in found if isinstance(model, WindowModel)]
    if not usable:
        raise HostError(_nothing_saved(models, [said for said in found if isinstance(said, str)]))
    with recomputed(result, models.parent, datadir) as again:
        with ThreadPoolExecutor(_THREADS) as pool:  # most of the time, and most of that outside of Python
            list(pool.map(again.market.features, again.pairs))
        again.require_columns(usable[0].saved)
        importance = _importance(again, usable, shap_rows)
        drift = feature_drift(again.market, again.pairs, windows)
        notes = [*_left_out(every, windows, found), *_changed(again, usable)]
    return ModelEvidence(importance, drift, "", tuple(notes))


def evenly(items: Sequence[Any], most: int) -> Sequence[Any]:
    """At most so many of them, evenly spread, the first and the last among them."""
    if len(items) <= most:
        return items
    return [items[place] for place in np.unique(np.linspace(0, len(items) - 1, most).round().astype(int))]


def _nothing_saved(models: Path, reasons: Sequence[str]) -> str:
    if all("no model was saved" in reason for reason in reasons):
        return (
            f"no models were saved in {models}; set freqai.save_backtest_models to true, give "
            "freqai.identifier a new name and run the backtest again"
        )
    return f"no model in {models} can be read: {reasons[0]}"


def _left_out(every: Sequence[Any], windows: Sequence[Any], found: Iterable[Any]) -> Iterator[str]:
    if len(windows) < len(every):
        yield f"{len(windows)} of {len(every)} windows were looked at, evenly spread"
    failed = [said for said in found if isinstance(said, str)]
    if failed:
        yield f"{len(failed)} models were left out, the first: {failed[0]}"


def _changed(again: Recomputed, usable: Sequence[WindowModel]) -> Iterator[str]:
    changes = again.changes(usable[-1].saved)
    if changes:
        more = f" and {len(changes) - 3} more" if len(changes) > 3 else ""
        yield (
            "the models were made from something else than there is today, so what is recomputed may differ: "
            f"{'; '.join(changes[:3])}{more}"
        )


# --- importance -----------------------------------------------------------------------------------


def _importance(again: Recomputed, models: Sequence[WindowModel], shap_rows: int) -> pd.DataFrame:
    parts = []
    for found in models:
        names = [plain_feature(name) for name in found.saved.features]
        gains = _shares(_gains(found.saved.model))
        sizes = _shares(_sizes(found.saved.model, *_test_rows(again, found, shap_rows)))
        columns = shap_names(found.saved.model, names)
        for expert in gains.keys() | sizes.keys():
            gain, size = gains.get(expert), sizes.get(expert)
            parts.append(
                pd.DataFrame(
                    {
                        "expert": expert.expert,
                        "feature": columns,
                        "gain_frac": _padded(gain, len(columns)),
                        "shap_frac": _padded(size, len(columns)),
                    }
                )
            )
    table = pd.concat(parts, ignore_index=True)
    mean = table.groupby(["expert", "feature"], sort=False).mean().reset_index()
    order = {regime.expert: place for place, regime in enumerate((Regime.UNKNOWN, *Regime.known()))}
    return (
        mean.assign(place=mean["expert"].map(order))
        .sort_values(["place", "shap_frac", "gain_frac"], ascending=[True, False, False], kind="stable")
        .drop(columns="place")
        .reset_index(drop=True)
    )


def _padded(values: FloatArray | None, width: int) -> FloatArray:
    padded = np.full(width, np.nan)
    if values is not None:
        padded[: len(values)] = values
    return padded


def _shares(values: Mapping[Regime, FloatArray]) -> dict[Regime, FloatArray]:
    """Share of the total of each expert; one whose trees never split counts for nothing."""
    return {expert: row / row.sum() for expert, row in values.items() if row.sum() > 0}


def _gains(model: RegimeClassifier | RegimeRegressor) -> dict[Regime, FloatArray]:
    try:
        return split_importance(model)
    except ParameterError:  # an estimator that does not tell
        return {}


def _sizes(
    model: RegimeClassifier | RegimeRegressor, X: npt.NDArray[np.float32], regimes: RegimeArray
) -> dict[Regime, FloatArray]:
    """Mean size of SHAP values, of the base over all rows and of experts over their own."""
    if not len(X):
        return {}
    experts, _ = model.route(regimes)
    asked = {Regime.UNKNOWN: np.full(len(X), True)}
    asked |= {Regime(code): experts == code for code in np.unique(experts) if code != Regime.UNKNOWN}
    sizes = {}
    for expert, rows in asked.items():
        codes = regimes[rows] if expert != Regime.UNKNOWN or model.scheme == "pooled_with_regime" else None
        try:
            values = shap_contributions(model, X[rows], regimes=codes).values
        except ParameterError:  # an estimator that does not tell, or a class that is unknown to it
            continue
        sizes[expert] = np.abs(values).mean(axis=0)
    return sizes


def _test_rows(
    again: Recomputed, found: WindowModel, most: int
) -> tuple[npt.NDArray[np.float32], RegimeArray]:
    """Complete rows of the window's test span, evenly spread over the model's pairs and time."""
    parts, regimes = [], []
    for pair in found.pairs:
        features, columns = again.market.features(pair), again.market.columns(pair)
        first, last = np.searchsorted(features.times, [found.window.test_start, found.window.test_stop])
        rows = spread_rows(int(first), int(last), most // len(found.pairs))
        values = columns.rows(rows)
        complete = np.isfinite(values).all(axis=1)
        parts.append(values[complete])
        regimes.append(features.frame[REGIME].to_numpy()[rows[complete]].astype(np.int8))
    return np.concatenate(parts), np.concatenate(regimes)
