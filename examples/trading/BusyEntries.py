"""A trading rule of your own: copy it beside `RegimeStrategy.py`, then `--strategy BusyEntries`."""

from typing import Any

import pandas as pd
from RegimeStrategy import RegimeStrategy


def only_busy(frame: pd.DataFrame, period: int = 48) -> pd.DataFrame:
    """Take entries away from candles with less than the usual volume; uses candles <= t.

    Parameters
    ----------
    frame : DataFrame
        With `volume` and `enter_long` (and `enter_short`, where there are shorts).
    period : int
        Candles that say what is usual; before there are so many, nothing is entered.
    """
    quiet = ~(frame["volume"] >= frame["volume"].rolling(period).mean())
    for column in ("enter_long", "enter_short"):
        if column in frame:
            frame.loc[quiet, column] = 0
    frame.loc[quiet, "enter_tag"] = None
    return frame


class BusyEntries(RegimeStrategy):
    """`RegimeStrategy` that enters when others trade, too; models and exits are as they were."""

    def populate_entry_trend(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Signals as before, without those of quiet candles."""
        return only_busy(super().populate_entry_trend(dataframe, metadata))
