"""Entries and exits from regimes and predictions: whole frames at once, the same in backtest and live."""

import numpy as np
import pandas as pd

from auriga.columns import (
    ATR_FRAC,
    CONFIDENCE,
    DO_PREDICT,
    EXPECTED_BP,
    LONG_THRESHOLD,
    PROBABILITY,
    REASON,
    REASON_WORDS,
    REGIME,
    SHORT_THRESHOLD,
    SIDE_AGE,
)
from auriga.host.rows import expected_bp, regime_tags
from auriga.host.signals._rules import Reason, entry_reasons, entry_words, exits
from auriga.host.signals._situation import Situation, side_ages
from auriga.host.signals._thresholds import Thresholds
from auriga.indicators import natr
from auriga.settings import RegimeSettings
from auriga.typing import BoolArray, FloatArray


def add_history_columns(frame: pd.DataFrame, settings: RegimeSettings) -> pd.DataFrame:
    """What of a signal needs earlier candles: `side_age` and `expected_bp`.

    Before Freqtrade cuts the start-up candles off, so that the first traded candle knows what was before it.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        With the columns of the regime and, if there is one, of the prediction. Not changed.
    settings : RegimeSettings

    Returns
    -------
    DataFrame
        With two columns more: candles since the regime last changed which sides it allows, and the expected
        move over the label's horizon. Row t uses candles <= t.
    """
    ages = side_ages(frame[REGIME], settings.signals.sides)
    return frame.assign(**{SIDE_AGE: ages, EXPECTED_BP: expected_bp(frame, settings.label.horizon)})


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
        leading `stops.atr_period` candles. Also, where they are missing, those of
        `add_history_columns` and an empty prediction.
        Row t uses candles <= t.
    """
    frame = frame.drop(columns=[LONG_THRESHOLD, SHORT_THRESHOLD, CONFIDENCE, ATR_FRAC], errors="ignore")
    offset = thresholds.offsets(frame[REGIME]) if thresholds.in_order else np.full(len(frame), np.nan)
    long, short = thresholds.long + offset, thresholds.short + offset
    columns = pd.DataFrame(
        {
            LONG_THRESHOLD: long,
            SHORT_THRESHOLD: short,
            ATR_FRAC: natr(frame, period=settings.stops.atr_period),
        },
        index=frame.index,
    )
    if PROBABILITY not in frame:  # rules alone
        columns = columns.assign(**{PROBABILITY: np.nan, DO_PREDICT: 0})
    frame = pd.concat([frame, columns], axis=1)
    if SIDE_AGE not in frame or EXPECTED_BP not in frame:
        known = {name: frame[name] for name in (SIDE_AGE, EXPECTED_BP) if name in frame}
        frame = add_history_columns(frame, settings).assign(**known)
    given = Situation(frame, settings, thresholds, "", "long")
    ready = given.usable & given.known & ~given.young
    return frame.assign(**{CONFIDENCE: _confidence(given.probability, ready, long, short)})


def add_entries(
    frame: pd.DataFrame,
    settings: RegimeSettings,
    thresholds: Thresholds,
    *,
    timeframe: str,
    can_short: bool,
    barred: str = "",
) -> pd.DataFrame:
    """Enter where no rule of `auriga.host.signals.Reason` is against it.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        As `add_signal_columns` returns it; `enter_long`, `enter_tag`, `reason_code` and, if shorts are
        possible, `enter_short` are set in it.
    settings : RegimeSettings
    thresholds : Thresholds
    timeframe : str
        Of the candles.
    can_short : bool
    barred : str
        Why the pair must not be traded; empty if it may.

    Returns
    -------
    DataFrame
        The same; the tag is `<regime>_<side>` on candles with an entry and None on others. Never an entry for
        both sides: where both would be entered, the long is. Row t uses row t alone, but for `side_age`.
    """
    sides = _situations(frame, settings, thresholds, timeframe, can_short=can_short, barred=barred)
    codes = {side: entry_reasons(given) for side, given in sides.items()}
    reasons, other = codes["long"], codes.get("short", codes["long"])
    enters_short = (other == Reason.ENTERS_SHORT) & (reasons != Reason.ENTERS_LONG)
    reasons = np.where(_short_speaks(sides, enters_short), other, reasons)
    tags = _no_tags(frame)
    for side, enters in (("long", Reason.ENTERS_LONG), ("short", Reason.ENTERS_SHORT)):
        if side in sides:
            where = reasons == enters
            frame[f"enter_{side}"] = where.astype(np.int8)
            tags[where] = regime_tags(frame[REGIME], side)[where]
    frame["enter_tag"] = tags
    frame[REASON] = reasons
    return frame


def add_reason_words(
    frame: pd.DataFrame,
    settings: RegimeSettings,
    thresholds: Thresholds,
    *,
    timeframe: str,
    can_short: bool,
    barred: str = "",
    newest: int | None = None,
) -> pd.DataFrame:
    """Say the reason of each candle in words, with its numbers, as the column `reason`.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        As `add_entries` returns it; the column is set in it.
    settings, thresholds, timeframe, can_short, barred
        As there.
    newest : int, optional
        For so many of the newest candles alone; others have an empty text.
    """
    sides = _situations(frame, settings, thresholds, timeframe, can_short=can_short, barred=barred)
    codes = frame[REASON].to_numpy()
    short = _short_speaks(sides, codes == Reason.ENTERS_SHORT)
    first = 0 if newest is None else max(len(frame) - newest, 0)
    words = [""] * first
    words += [
        entry_words(sides["short" if short[row] else "long"], row, int(codes[row]))
        for row in range(first, len(frame))
    ]
    frame[REASON_WORDS] = pd.Series(words, index=frame.index, dtype=object)
    return frame


def add_exits(
    frame: pd.DataFrame,
    settings: RegimeSettings,
    thresholds: Thresholds,
    *,
    timeframe: str,
    can_short: bool,
) -> pd.DataFrame:
    """Leave when the regime no longer allows the side (`regime`), or when the model says so.

    A model that decides alone leaves on a full signal for the other side (`opposite`), also on spot, where
    nobody enters on it, and when its prediction no longer speaks for the position (`decay`); one with a veto
    leaves on `decay` alone, on the candles on which it decides. An unknown regime ends nothing: it is only
    late.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        As `add_signal_columns` returns it; `exit_long`, `exit_tag` and, if shorts are possible,
        `exit_short` are set in it.
    settings, thresholds, timeframe, can_short
        As for `add_entries`.

    Returns
    -------
    DataFrame
        The same; None on candles without an exit. Freqtrade has one tag for both sides: where both end, the
        long's stands. Row t uses row t alone, but for `side_age`.
    """
    sides = _situations(frame, settings, thresholds, timeframe, can_short=True)
    tags = _no_tags(frame)
    for side, other in (("short", "long"), ("long", "short")):
        if side == "short" and not can_short:
            continue
        leaves = np.zeros(len(frame), dtype=np.bool_)
        for each in reversed(exits(settings.signals, sides[other])):
            where = each.holds(sides[side])
            tags[where] = each.tag
            leaves |= where
        frame[f"exit_{side}"] = leaves.astype(np.int8)
    frame["exit_tag"] = tags
    return frame


def _situations(
    frame: pd.DataFrame,
    settings: RegimeSettings,
    thresholds: Thresholds,
    timeframe: str,
    *,
    can_short: bool,
    barred: str = "",
) -> dict[str, Situation]:
    sides = ("long", "short") if can_short else ("long",)
    return {side: Situation(frame, settings, thresholds, timeframe, side, barred) for side in sides}


def _short_speaks(sides: dict[str, Situation], enters_short: BoolArray) -> BoolArray:
    """Candles whose reason is the short's: it enters, or it is the only side that the regime allows."""
    if "short" not in sides:
        return np.zeros(len(enters_short), dtype=np.bool_)
    return enters_short | (sides["short"].allowed & ~sides["long"].allowed)


def _no_tags(frame: pd.DataFrame) -> pd.Series:
    """No tag on any candle: None, since Freqtrade's backtest takes the length of anything else."""
    return pd.Series(np.full(len(frame), None), index=frame.index, dtype=object)


def _confidence(probability: FloatArray, ready: BoolArray, long: FloatArray, short: FloatArray) -> FloatArray:
    """`auriga.risk.confidence` of all candles at once, in the same order of operations."""
    with np.errstate(divide="ignore", invalid="ignore"):  # a threshold of 0 or 1, which nothing passes
        above, below = _share(probability, long), _share(1 - probability, 1 - short)
    confidence = np.select([ready & (probability > long), ready & (probability < short)], [above, below], 0.0)
    return np.where(np.isnan(probability), np.nan, confidence)


def _share(probability: FloatArray, threshold: FloatArray) -> FloatArray:
    return (probability - threshold) / (1 - threshold)
