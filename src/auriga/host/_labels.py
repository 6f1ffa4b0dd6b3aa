"""The label column that FreqAI trains on."""

import pandas as pd

from auriga.columns import DIRECTION, RETURN
from auriga.indicators import natr
from auriga.labels import direction, future_return
from auriga.settings import LabelSettings


def label_threshold(candles: pd.DataFrame, label: LabelSettings) -> float | pd.Series | None:
    """Smallest significant move as a fraction of the price: in costs, in ATRs, or None."""
    if not label.flat:
        return None
    if label.unit == "cost":
        return label.threshold * label.cost_frac
    return label.threshold * natr(candles, period=label.atr_period)


def add_label(frame: pd.DataFrame, label: LabelSettings) -> pd.DataFrame:
    """Add `&-direction` or `&-return`: what the price does over the next `label.horizon` candles.

    Missing for the last candles, whose future is unknown: those rows are not trained on, so a training
    window ends `horizon` candles before its prediction window.
    """
    if label.kind == "return":
        name, values = RETURN, future_return(frame, horizon=label.horizon)
    else:
        values = direction(frame, horizon=label.horizon, threshold=label_threshold(frame, label))
        name = DIRECTION
    plain = frame.drop(columns=name, errors="ignore")
    return pd.concat([plain, values.rename(name)], axis=1)
