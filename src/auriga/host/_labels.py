"""The label column that FreqAI trains on."""

import pandas as pd

from auriga.columns import DIRECTION
from auriga.indicators import natr
from auriga.labels import direction
from auriga.settings import LabelSettings


def label_threshold(candles: pd.DataFrame, label: LabelSettings) -> float | pd.Series | None:
    """Smallest significant move as a fraction of the price: in costs, in ATRs, or None."""
    if not label.flat:
        return None
    if label.unit == "cost":
        return label.threshold * label.cost_frac
    return label.threshold * natr(candles, period=label.atr_period)


def add_direction_label(frame: pd.DataFrame, label: LabelSettings) -> pd.DataFrame:
    """Add `&-direction`: what the price does over the next `label.horizon` candles.

    Missing for the last candles, whose future is unknown. FreqAI drops those rows, so a training
    window ends `horizon` candles before its prediction window: it is purged by itself.
    """
    label_of = direction(frame, horizon=label.horizon, threshold=label_threshold(frame, label))
    plain = frame.drop(columns=DIRECTION, errors="ignore")
    return pd.concat([plain, label_of.rename(DIRECTION)], axis=1)
