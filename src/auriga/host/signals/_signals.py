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
    REGIME_AGE,
    SHORT_THRESHOLD,
)
from auriga.host.rows import regime_tags
from auriga.indicators import natr
from auriga.settings import RegimeSettings, SignalSettings
from auriga.typing import BoolArray, FloatArray, Regime

OPPOSITE = "opposite"
"""Exit tag: there was a full signal for the other side."""

DECAY = "decay"
"""Exit tag: the probability crossed the exit threshold against the position."""


@dataclass(frozen=True)
class Thresholds:
    """The strategy's parameters of entries and exits; the offset of a regime is added to all three."""

    long: float
    short: float
    exit: float
    bull_offset: float = 0.0
    sideways_offset: float = 0.0
    bear_offset: float = 0.0

    @property
    def in_order(self) -> bool:
        """Whether short <= exit <= long: no candle then is reason to enter and to leave one side.

        Examples
        --------
        >>> Thresholds(0.55, 0.45, 0.5).in_order, Thresholds(0.55, 0.45, 0.6).in_order
        (True, False)
        """
        return self.short <= self.exit <= self.long

    def offset(self, regime: Regime) -> float:
        """Offset of a known regime.

        Raises
        ------
        KeyError
            For `Regime.UNKNOWN`, which has none.
        """
        return {
            Regime.BULL: self.bull_offset,
            Regime.SIDEWAYS: self.sideways_offset,
            Regime.BEAR: self.bear_offset,
        }[regime]


def add_signal_columns(frame: pd.DataFrame, settings: RegimeSettings, thresholds: Thresholds) -> pd.DataFrame:
    """Thresholds, confidence and ATR of each candle: what FreqUI draws and entries are sized by.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        Candles with the columns of the prediction and of the regime. Not changed.
    settings : RegimeSettings
    thresholds : Thresholds

    Returns
    -------
    DataFrame
        With four columns more. `long_threshold` and `short_threshold`: of the candle's regime, NaN where it
        is unknown (and for thresholds out of order, which only hyperopt can try: it enters nothing then).
        `confidence`: as `auriga.risk.confidence` has it for the side whose threshold is passed, 0 where
        neither is or a signal would not be acted on, NaN without a prediction. `atr_frac`: NaN for the
        leading `stops.atr_period` candles. Row t uses candles <= t.
    """
    frame = frame.drop(columns=[LONG_THRESHOLD, SHORT_THRESHOLD, CONFIDENCE, ATR_FRAC], errors="ignore")
    offset = _offsets(frame[REGIME], thresholds) if thresholds.in_order else np.full(len(frame), np.nan)
    long, short = thresholds.long + offset, thresholds.short + offset
    columns = pd.DataFrame(
        {
            LONG_THRESHOLD: long,
            SHORT_THRESHOLD: short,
            CONFIDENCE: _confidence(frame, _ready(frame, settings.signals), long, short),
            ATR_FRAC: natr(frame, period=settings.stops.atr_period),
        },
        index=frame.index,
    )
    return pd.concat([frame, columns], axis=1)


def add_entries(frame: pd.DataFrame, settings: SignalSettings, *, can_short: bool) -> pd.DataFrame:
    """Enter on a usable prediction beyond the threshold of its regime.

    Usable: `do_predict` is 1, the candle was traded, the regime is known and at least
    `settings.grace_candles` slow candles old. A regime whose beginning lies before all loaded candles has no
    age (NaN) and counts as old enough.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        As `add_signal_columns` returns it; `enter_long`, `enter_tag` and, if shorts are possible,
        `enter_short` are set in it.
    settings : SignalSettings
    can_short : bool

    Returns
    -------
    DataFrame
        The same; the tag is `<regime>_<side>` on candles with an entry and None on others. Never an entry for
        both sides. Row t uses row t alone.
    """
    ready, probability = _ready(frame, settings), frame[PROBABILITY].to_numpy(dtype=np.float64)
    tags = _no_tags(frame)
    long = ready & (probability > frame[LONG_THRESHOLD].to_numpy())
    frame["enter_long"] = long.astype(np.int8)
    tags[long] = regime_tags(frame[REGIME], "long")[long]
    if can_short:
        short = ready & (probability < frame[SHORT_THRESHOLD].to_numpy())
        frame["enter_short"] = short.astype(np.int8)
        tags[short] = regime_tags(frame[REGIME], "short")[short]
    frame["enter_tag"] = tags
    return frame


def add_exits(
    frame: pd.DataFrame, settings: SignalSettings, thresholds: Thresholds, *, can_short: bool
) -> pd.DataFrame:
    """Leave on a full signal for the other side (`opposite`), or when the probability turned (`decay`).

    An opposite signal passes everything that an entry has to, also on spot, where nobody enters on it. Decay
    only needs `do_predict` 1 and a traded candle, on which the probability is on the wrong side of the exit
    threshold plus the offset of the regime; an unknown regime has no offset, but positions can still end.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        As `add_signal_columns` returns it; `exit_long`, `exit_tag` and, if shorts are possible,
        `exit_short` are set in it.
    settings : SignalSettings
    thresholds : Thresholds
    can_short : bool

    Returns
    -------
    DataFrame
        The same. Freqtrade has one tag for both sides, which is enough: as exit > short and exit < long are
        asked for (`Thresholds.in_order`), no candle ends both. `opposite` goes before `decay`; None on
        candles without an exit. Row t uses row t alone.
    """
    probability = frame[PROBABILITY].to_numpy(dtype=np.float64)
    ready, usable = _ready(frame, settings), _usable(frame)
    level = thresholds.exit + np.nan_to_num(_offsets(frame[REGIME], thresholds))
    tags = _no_tags(frame)
    opposite = ready & (probability < frame[SHORT_THRESHOLD].to_numpy())
    frame["exit_long"] = _exits(tags, settings, opposite, usable & (probability < level)).astype(np.int8)
    if can_short:
        opposite = ready & (probability > frame[LONG_THRESHOLD].to_numpy())
        frame["exit_short"] = _exits(tags, settings, opposite, usable & (probability > level)).astype(np.int8)
    frame["exit_tag"] = tags
    return frame


def _exits(tags: pd.Series, settings: SignalSettings, opposite: BoolArray, decay: BoolArray) -> BoolArray:
    """Exits of one side, their tags written into `tags`."""
    opposite, decay = opposite & settings.exit_on_opposite, decay & settings.exit_on_decay
    tags[decay] = DECAY
    tags[opposite] = OPPOSITE
    return opposite | decay


def _no_tags(frame: pd.DataFrame) -> pd.Series:
    """No tag on any candle: None, since Freqtrade's backtest takes the length of anything else."""
    return pd.Series(np.full(len(frame), None), index=frame.index, dtype=object)


def _usable(frame: pd.DataFrame) -> BoolArray:
    """Whether there is a prediction (trap T16: FreqAI fills gaps with zeros) of a traded candle."""
    return np.asarray((frame[DO_PREDICT] == 1) & (frame["volume"] > 0))


def _ready(frame: pd.DataFrame, settings: SignalSettings) -> BoolArray:
    """Whether a probability beyond its threshold is a signal."""
    young = (frame[REGIME_AGE] < settings.grace_candles).to_numpy()  # NaN is not
    return _usable(frame) & (frame[REGIME] != Regime.UNKNOWN).to_numpy() & ~young


def _offsets(regimes: pd.Series, thresholds: Thresholds) -> FloatArray:
    """Offset of each candle's regime, NaN where it is unknown."""
    codes = regimes.to_numpy()
    return np.select(
        [codes == regime for regime in Regime.known()],
        [thresholds.offset(regime) for regime in Regime.known()],
        np.nan,
    )


def _confidence(frame: pd.DataFrame, ready: BoolArray, long: FloatArray, short: FloatArray) -> FloatArray:
    """`auriga.risk.confidence` of all candles at once, in the same order of operations."""
    probability = frame[PROBABILITY].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):  # a threshold of 0 or 1, which nothing passes
        above, below = _share(probability, long), _share(1 - probability, 1 - short)
    confidence = np.select([ready & (probability > long), ready & (probability < short)], [above, below], 0.0)
    return np.where(np.isnan(probability), np.nan, confidence)


def _share(probability: FloatArray, threshold: FloatArray) -> FloatArray:
    return (probability - threshold) / (1 - threshold)
