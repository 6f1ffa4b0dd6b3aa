"""A warning about prices that mostly stay: a coin of few ticks, or one that is pegged."""

import logging

import numpy as np

from auriga.host.rows._labels import LabelSpans
from auriga.settings import LabelSettings
from auriga.typing import BoolArray

logger = logging.getLogger(__name__)

_MANY = 0.1
"""Share of unmoved closes from which on a probability needs its explanation."""


def warn_of_flat_moves(pair: str, spans: LabelSpans, traded: BoolArray, label: LabelSettings) -> None:
    """Say how often the price of a pair is the same after the horizon, where a label leaves those rows out.

    Parameters
    ----------
    pair : str
    spans : LabelSpans
        Of shape (n,).
    traded : bool array of shape (n,)
        Candles with volume.
    label : LabelSettings
    """
    known = traded & np.isfinite(spans.returns)
    if label.kind not in ("direction", "meta") or label.flat or not known.any():
        return
    share = float(np.mean(spans.returns[known] == 0))
    if share > _MANY:
        logger.warning(
            "%s: after %d candles %.0f %% of the closes are the same: coarse ticks, or it stands still. "
            "Those rows teach neither direction, so a probability only counts if the price moves at all; "
            "set a longer regime.label.horizon, or a regime.label.threshold, whose class `flat` counts them.",
            pair, label.horizon, 100 * share,
        )  # fmt: skip
