"""Entries and exits from predictions: whole frames at once, the same in backtest and live."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from auriga.columns import (
    ATR_FRAC,
    CONFIDENCE,
    DO_PREDICT,
    LONG_THRESHOLD,
    PROBABILITY,
    REGIME,
    SHORT_THRESHOLD,
)
from auriga.host._regimes import regime_tags
from auriga.indicators import natr
from auriga.settings import RegimeSettings, SignalSettings
from auriga.typing import Regime


@dataclass(frozen=True)
class Thresholds:
    """The strategy's parameters of entries and exits; the offset of a regime is added to all three."""

    long: float
    short: float
    exit: float
    bull_offset: float = 0.0
    sideways_offset: float = 0.0
    bear_offset: float = 0.0


def add_signal_columns(frame: pd.DataFrame, settings: RegimeSettings, thresholds: Thresholds) -> pd.DataFrame:
    """Thresholds, confidence and ATR of each candle: what FreqUI draws and entries are sized by."""
    frame = frame.drop(columns=[LONG_THRESHOLD, SHORT_THRESHOLD, CONFIDENCE, ATR_FRAC], errors="ignore")
    columns = pd.DataFrame(
        {
            LONG_THRESHOLD: thresholds.long,
            SHORT_THRESHOLD: thresholds.short,
            CONFIDENCE: 0.0,
            ATR_FRAC: natr(frame, period=settings.stops.atr_period),
        },
        index=frame.index,
    )
    return pd.concat([frame, columns], axis=1)


def add_entries(frame: pd.DataFrame, settings: SignalSettings, *, can_short: bool) -> pd.DataFrame:
    """Enter on a usable prediction beyond its threshold, in a known regime, on a traded candle."""
    usable = _usable(frame) & (frame[REGIME] != Regime.UNKNOWN)
    long = usable & (frame[PROBABILITY] > frame[LONG_THRESHOLD])
    frame["enter_long"] = long.astype(np.int8)
    frame["enter_tag"] = regime_tags(frame[REGIME], "long").where(long)
    if can_short:
        short = usable & (frame[PROBABILITY] < frame[SHORT_THRESHOLD])
        frame["enter_short"] = short.astype(np.int8)
        frame.loc[short, "enter_tag"] = regime_tags(frame[REGIME], "short")[short]
    return frame


def add_exits(
    frame: pd.DataFrame, settings: SignalSettings, thresholds: Thresholds, *, can_short: bool
) -> pd.DataFrame:
    """Leave when the prediction no longer speaks for the position."""
    usable = _usable(frame)
    against_long = usable & (frame[PROBABILITY] < thresholds.exit)
    frame["exit_long"] = against_long.astype(np.int8)
    frame["exit_tag"] = pd.Series("prediction", index=frame.index).where(against_long)
    if can_short:
        against_short = usable & (frame[PROBABILITY] > thresholds.exit)
        frame["exit_short"] = against_short.astype(np.int8)
        frame.loc[against_short, "exit_tag"] = "prediction"
    return frame


def _usable(frame: pd.DataFrame) -> pd.Series:
    return (frame[DO_PREDICT] == 1) & (frame["volume"] > 0)
