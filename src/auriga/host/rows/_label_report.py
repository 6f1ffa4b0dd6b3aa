"""What a training table and its model are like, in one line of the log each."""

import numpy as np

from auriga.host.rows._labels import label_classes
from auriga.host.rows._market import TrainingTable
from auriga.host.seals import Trained
from auriga.models import MoveScale, label_uniqueness
from auriga.settings import LabelSettings
from auriga.typing import FloatArray, Regime


def label_report(rows: TrainingTable, label: LabelSettings, step: int) -> str:
    """Shares of classes (or mean and deviation) and how much labels overlap.

    Parameters
    ----------
    rows : TrainingTable
        With at least one row.
    label : LabelSettings
    step : int
        Length of a base candle in ms.
    """
    alone = np.concatenate([_uniqueness(rows, pair, step) for pair in range(len(rows.names))])
    return (
        f"labels {label.kind}, {label.horizon} candles: {_values(rows, label)}; average uniqueness "
        f"{alone.mean():.3f}, so the {len(rows)} rows tell about as much as {alone.sum():.0f} labels that do "
        "not overlap"
    )


def _values(rows: TrainingTable, label: LabelSettings) -> str:
    if np.issubdtype(rows.target.dtype, np.number):
        return f"mean {np.mean(rows.target):.3g}, deviation {np.std(rows.target):.3g}"
    shares = {name: float(np.mean(rows.target == name)) for name in label_classes(label)}
    return ", ".join(f"{name} {share:.1%}" for name, share in shares.items())


def _uniqueness(rows: TrainingTable, pair: int, step: int) -> FloatArray:
    own = rows.pairs == pair
    return label_uniqueness(rows.times[own] // step, rows.spans.candles[own].astype(np.int64))


def experts_in_words(model: Trained) -> str:
    """Rows of each expert of a trained model, and why one has none of its own."""
    parts = []
    for regime, expert in model.experts_.items():
        reason = f" (fallback: {expert.reason})" if expert.reason else ""
        parts.append(f"{regime.expert} {expert.n_samples}{reason}")
    return ", ".join(parts)


def moves_in_words(moves: MoveScale) -> str:
    """What a lean of a model is worth, for the log.

    Examples
    --------
    >>> moves_in_words(MoveScale(0.5, {Regime.BULL: 0.6}, slope=0.62, error=0.27, windows=2184))
    'expected move 0.50 x lean^2 in sigmas (bull 0.60; measured 0.62 +- 0.27 in 2184 windows)'
    >>> moves_in_words(MoveScale(0.0, reason="no rows to hold back"))
    'expected move 0 (no rows to hold back)'
    """
    if moves.reason:
        return f"expected move 0 ({moves.reason})"
    known = {regime: slope for regime, slope in moves.experts.items() if regime != Regime.UNKNOWN}
    own = [f"{regime.label} {slope:.2f}" for regime, slope in known.items()]
    measured = f"measured {moves.slope:.2f} +- {moves.error:.2f} in {moves.windows} windows"
    return f"expected move {moves.pooled:.2f} x lean^2 in sigmas ({'; '.join([*own, measured])})"
