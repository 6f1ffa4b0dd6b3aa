"""What a training table and its model are like, in one line of the log each."""

import numpy as np

from auriga.host.rows._labels import label_classes
from auriga.host.rows._market import TrainingTable
from auriga.host.seals import Trained
from auriga.models import label_uniqueness
from auriga.settings import LabelSettings
from auriga.typing import FloatArray


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
