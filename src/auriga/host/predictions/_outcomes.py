"""What a prediction is measured against: whether the move was upward, and how large it was."""

import numpy as np
import pandas as pd

from auriga.columns import DIRECTION, RETURN
from auriga.host.rows import add_label, label_spans, primary_side
from auriga.settings import CostSettings, LabelSettings

_UP = {"up": 1.0, "down": 0.0, "right": 1.0, "wrong": 0.0}


def label_outcomes(frame: pd.DataFrame, label: LabelSettings, costs: CostSettings) -> pd.DataFrame:
    """Outcome of each candle, as the column `probability` of the models means it.

    Looks forward, as the label does.

    Parameters
    ----------
    frame : DataFrame of shape (n, >= 6)
        Base candles; for `meta` also the column `regime`, its primary rule.
    label : LabelSettings
    costs : CostSettings
        What a label's threshold counts in.

    Returns
    -------
    DataFrame of shape (n, 3), on the index of the frame
        `known`: whether the label is, flat moves included. `up`: 1 or 0. `direction`: a significant move up
        or down; `triple_barrier`: the upper or the lower barrier first; `meta`: a side that is right counts
        as up in a bull and as down in a bear market; regressions: the sign of the return. NaN where unknown
        and where the move is flat, which the probability leaves out. `move`: the return over the horizon (to
        the first touch of a barrier), as a fraction, or for `scaled_return` in volatilities.
    """
    answer = add_label(frame, label, costs)[RETURN if label.regression else DIRECTION]
    move = pd.Series(label_spans(frame, label).returns.astype(np.float64), index=frame.index)
    if label.regression:
        return pd.DataFrame({"known": answer.notna(), "up": _sign(answer), "move": move})
    up = answer.map(_UP).astype(np.float64)
    known = answer.isin([*_UP, "flat"])
    stays = (move == 0) & (not label.flat)  # no class of its own then, but known
    if label.kind == "meta":
        side = primary_side(frame["regime"].to_numpy())
        up = up.where(side > 0, 1 - up).where(side != 0)
        stays &= side != 0
    known |= stays
    return pd.DataFrame({"known": known, "up": up, "move": move})


def _sign(answer: pd.Series) -> pd.Series:
    """1 up, 0 down; NaN where unknown and where nothing moved."""
    return (answer > 0).astype(np.float64).where(answer.notna() & (answer != 0))


def label_in_words(label: LabelSettings, timeframe: str) -> str:
    """What is predicted, for people.

    Examples
    --------
    >>> label_in_words(LabelSettings(horizon=12), "5m")
    'whether the close is higher 12 candles of 5m later'
    """
    later = f"{label.horizon} candles of {timeframe}"
    unit = "round-trip costs" if label.unit == "cost" else "ATRs"
    barriers = f"the price first touches {label.upper_atr:g} ATRs above or {label.lower_atr:g} below"
    flat = f"; moves below {label.threshold:g} {unit} are flat and do not count" if label.flat else ""
    return {
        "direction": f"whether the close is higher {later} later{flat}",
        "triple_barrier": f"whether {barriers}, within {later}; neither is flat and does not count",
        "meta": f"whether the side of the regime gains until {barriers}, or {later} are over",
        "return": f"the return over {later}",
        "scaled_return": f"the return over {later} in units of volatility",
    }[label.kind]
