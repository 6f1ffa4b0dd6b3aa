"""One candle through the strategy's own hooks once more: its regime, thresholds, prediction and features."""

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from auriga.columns import (
    ATR_FRAC,
    CONFIDENCE,
    DO_PREDICT,
    EXPERT,
    EXPERT_ROWS,
    LONG_THRESHOLD,
    PRIOR,
    PROBABILITY,
    REASON_WORDS,
    REGIME,
    REGIME_AGE,
    REGIME_CONFIDENCE,
    REGIME_STATUS,
    SHORT_THRESHOLD,
    plain_feature,
)
from auriga.errors import HostError
from auriga.host.explain._explanation import FeatureShare, ModelView, SignalView
from auriga.host.reload import Recomputed
from auriga.host.rows import primary_side
from auriga.host.seals import SavedModel
from auriga.host.setup import download_command
from auriga.host.signals import Thresholds, add_entries, add_reason_words, add_signal_columns
from auriga.models import RegimeClassifier, shap_contributions, shap_names
from auriga.typing import Regime, RegimeArray, RegimeStatus

SAME = 1e-9
"""Probabilities closer than this are the same: equal features give equal answers to the last bits."""


def candle_row(again: Recomputed, pair: str, at: pd.Timestamp) -> int:
    """Position of a candle in its pair's recomputed ones.

    Raises
    ------
    HostError
        If it is not among the downloaded candles.
    """
    dates = again.market.features(pair).frame["date"]
    row = int(dates.searchsorted(at))
    if row >= len(dates) or dates.iloc[row] != at:
        span = f"{dates.iloc[0]:%Y-%m-%d %H:%M} to {dates.iloc[-1]:%Y-%m-%d %H:%M}" if len(dates) else "none"
        raise HostError(
            f"there is no candle of {pair} at {at:%Y-%m-%d %H:%M} in {again.config['datadir']} ({span}); get "
            f"it with: {download_command(pair, again.config['timeframe'], at, config=again.config)}"
        )
    return row


def predicted(values: Mapping[str, Any]) -> ModelView:
    """View of a prediction as it was cached or recorded."""
    code = values.get(EXPERT)
    rows = _number(values.get(EXPERT_ROWS))
    return ModelView(
        expert=None if code is None or code not in set(Regime) else Regime(int(code)).expert,
        expert_rows=None if rows is None else int(rows),
        probability=_number(values.get(PROBABILITY)),
        prior=_number(values.get(PRIOR)),
        usable=None if values.get(DO_PREDICT) is None else bool(values[DO_PREDICT] == 1),
    )


def signal_view(
    again: Recomputed,
    pair: str,
    row: int,
    probability: float | None,
    usable: bool | None,
    told: Mapping[str, Any],
) -> SignalView:
    """Regime, thresholds and verdict of a candle.

    Parameters
    ----------
    again : Recomputed
    pair : str
    row : int
        Position of the candle.
    probability : float or None
        As it was said then.
    usable : bool or None
    told : mapping of str to value
        Values of the strategy's parameters then, by name; others have the strategy's own.
    """
    strategy: Any = again.strategy  # one with thresholds
    for name, value in told.items():
        parameter: Any = getattr(strategy, name, None)
        if hasattr(parameter, "value"):
            parameter.value = value
    thresholds: Thresholds = strategy.thresholds
    frame = again.market.features(pair).frame.iloc[: row + 1]
    given = frame.assign(**{PROBABILITY: np.nan, DO_PREDICT: 0})
    given.loc[given.index[-1], [PROBABILITY, DO_PREDICT]] = [
        np.nan if probability is None else probability,
        float(usable is not False),
    ]
    settings = again.glue.settings
    rules: dict[str, Any] = {"timeframe": strategy.timeframe, "can_short": bool(strategy.can_short)}
    made = add_entries(add_signal_columns(given, settings, thresholds), settings, thresholds, **rules)
    last = add_reason_words(made, settings, thresholds, newest=1, **rules).iloc[-1]
    regime = Regime(int(last[REGIME]))
    return SignalView(
        regime=regime.label,
        regime_timeframe=settings.timeframe,
        regime_candles=_number(last[REGIME_AGE]),
        regime_confidence=_number(last[REGIME_CONFIDENCE]),
        regime_status=RegimeStatus(int(last[REGIME_STATUS])).label,
        long_threshold=_number(last[LONG_THRESHOLD]),
        short_threshold=_number(last[SHORT_THRESHOLD]),
        offset=None if regime == Regime.UNKNOWN else thresholds.offset(regime),
        confidence=_number(last[CONFIDENCE]),
        atr_frac=_number(last[ATR_FRAC]),
        verdict=str(last[REASON_WORDS]),
    )


def attributed(
    again: Recomputed, pair: str, row: int, saved: SavedModel, view: ModelView, top: int
) -> ModelView:
    """Add the probability as it comes out today and what features add to it.

    Raises
    ------
    HostError
        If the strategy's features are not those of the model, or one of them is missing on this candle.
    ParameterError
        If the estimator does not tell what features add.
    """
    again.require_columns(saved)
    columns = again.market.columns(pair)
    values = columns.rows(np.array([row]))
    if not np.isfinite(values).all():
        names = [plain_feature(columns.names[place]) for place in np.flatnonzero(~np.isfinite(values[0]))]
        raise HostError(f"features are missing on this candle ({len(names)}): {', '.join(names[:3])}")
    frame = again.market.features(pair).frame
    regimes = frame[REGIME].iloc[[row]].to_numpy().astype(np.int8)
    said = again.glue.prediction_frame(saved.model, values, regimes).iloc[0]
    today = predicted({str(name): value for name, value in said.items()})
    view = replace(view, **_filled(view, today), recomputed=float(said[PROBABILITY]))
    return _with_shares(again, saved, view, values, regimes, top)


def _filled(view: ModelView, today: ModelView) -> dict[str, Any]:
    """What is not known from then is as it is today."""
    names = ("expert", "expert_rows", "probability", "prior")
    return {name: getattr(today, name) for name in names if getattr(view, name) is None}


def _with_shares(
    again: Recomputed,
    saved: SavedModel,
    view: ModelView,
    values: npt.NDArray[np.float32],
    regimes: RegimeArray,
    top: int,
) -> ModelView:
    model, recomputed = saved.model, float(view.recomputed or 0.0)
    is_class, sign, contrast = isinstance(model, RegimeClassifier), 1.0, ("up", "down")
    if again.glue.settings.label.kind == "meta":
        sign, contrast = float(primary_side(regimes)[0]), ("right", "wrong")
    found = shap_contributions(model, values, regimes=regimes, contrast=contrast if is_class else None)
    names = shap_names(model, [plain_feature(name) for name in saved.features])
    given = [*values[0], *(float(regimes[0] == regime) for regime in Regime.known())]
    each = sign * found.values[0]
    slope = (
        recomputed * (1 - recomputed) if is_class else norm.pdf(found.total[0] / model.scale_) / model.scale_
    )
    order = np.argsort(-np.abs(each), kind="stable")
    shares = tuple(
        FeatureShare(names[i], float(given[i]), float(each[i]), float(100 * slope * each[i]))
        for i in order[:top]
    )
    return replace(
        view,
        unit="log-odds" if is_class else "label",
        expected=sign * float(found.expected[0]),
        shares=shares,
        rest=float(each[order[top:]].sum()),
        n_features=len(each),
    )


def _number(value: float | None) -> float | None:
    return None if value is None or not isfinite(float(value)) else float(value)
