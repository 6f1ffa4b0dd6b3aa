"""What the lean of a window's classifier is worth in sigmas: learned from the newest of its training rows."""

import numpy as np

from auriga.host.rows._labels import class_lean
from auriga.host.rows._market import TrainingTable
from auriga.models import MoveScale, RegimeClassifier, fit_move_scale, held_out, held_out_split
from auriga.settings import LabelSettings
from auriga.typing import FloatArray

_EARLY_ROWS = 20_000
"""Most rows that the second classifier learns from."""

_LATE_ROWS = 20_000
"""Most rows that it is asked about."""

_BLOCK_HORIZONS = 4
"""Horizons in a block of time for standard errors: labels overlap within one, and hardly beyond."""


def learned_moves(
    second: RegimeClassifier,
    rows: TrainingTable,
    weights: FloatArray | None,
    label: LabelSettings,
    *,
    step: int,
    embargo: int,
) -> MoveScale:
    """Measure what a lean is worth on rows that the classifier which leans did not learn from.

    Parameters
    ----------
    second : RegimeClassifier
        A classifier like that of the window, not fitted yet. It learns from the early rows, purged by the
        label's horizon and the embargo, and is asked about the last quarter of the time. Both parts are
        thinned, so it adds about a sixth to the time of a training.
    rows : TrainingTable
        Those that the window's fallback learns from.
    weights : array of shape (n,), optional
    label : LabelSettings
    step : int
        Length of a base candle in ms.
    embargo : int
        Base candles.

    Returns
    -------
    MoveScale
        All 0, with the reason, where too little is there to measure it.
    """
    if not len(rows):
        return MoveScale(0.0, reason="no rows to hold back")
    horizon = label.horizon * step
    gap = horizon + embargo * step
    early, late = held_out_split(rows.times, gap=gap, most_early=_EARLY_ROWS, most_late=_LATE_ROWS)
    if not len(early):
        return MoveScale(0.0, reason="no rows before those that are held back")
    said = held_out(second, rows.data, rows.target, early, late, regimes=rows.regimes, sample_weight=weights)
    times = rows.times[late]
    return fit_move_scale(
        class_lean(said.probability, list(second.classes_), rows.regimes[late], label),
        rows.spans.moves[late].astype(np.float64),
        rows.spans.sigmas[late].astype(np.float64),
        experts=said.experts,
        blocks=times // (_BLOCK_HORIZONS * horizon),
        windows=times // horizon,
    )
