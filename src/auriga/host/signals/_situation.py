"""What the rules of a signal look at: one side of a pair on all of its candles, each array made once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd

from auriga.candles import close_times, timeframe_delta
from auriga.columns import (
    DO_PREDICT,
    EXPECTED_BP,
    LONG_THRESHOLD,
    PROBABILITY,
    REGIME,
    REGIME_AGE,
    SHORT_THRESHOLD,
    SIDE_AGE,
)
from auriga.host.signals._thresholds import Thresholds
from auriga.settings import RegimeSettings, SideSettings
from auriga.typing import BoolArray, FloatArray, IntArray, Regime

BP = 1e4
_ALLOWS: Mapping[str, tuple[str, ...]] = {"long": ("long", "both"), "short": ("short", "both")}


@dataclass(frozen=True)
class Situation:
    """One side of a pair, candle by candle; row t of every array uses candles <= t.

    Parameters
    ----------
    frame : DataFrame of shape (n_candles, ...)
        As `add_signal_columns` returns it. Not changed.
    settings : RegimeSettings
    thresholds : Thresholds
    timeframe : str
        Of the candles.
    side : {"long", "short"}
    barred : str
        Why the pair must not be traded at all; empty if it may.
    """

    frame: pd.DataFrame
    settings: RegimeSettings
    thresholds: Thresholds
    timeframe: str
    side: str
    barred: str = ""

    @property
    def sign(self) -> int:
        """1 for a long, -1 for a short."""
        return 1 if self.side == "long" else -1

    # --- the regime -------------------------------------------------------------------------------

    @cached_property
    def known(self) -> BoolArray:
        """Whether the regime is known."""
        return np.asarray(self.frame[REGIME] != Regime.UNKNOWN)

    @cached_property
    def allowed(self) -> BoolArray:
        """Whether the regime is known and allows the side."""
        codes = self.frame[REGIME].to_numpy()
        return np.asarray(np.isin(codes, allowing(self.settings.signals.sides, self.side)))

    @cached_property
    def ended(self) -> BoolArray:
        """Whether the regime is known and does not allow the side."""
        return self.known & ~self.allowed

    @cached_property
    def age(self) -> FloatArray:
        """Base candles since the allowed sides changed; infinite where the change was not seen."""
        ages = self._column(SIDE_AGE)
        return np.where(np.isnan(ages), np.inf, ages)

    @cached_property
    def regime_age(self) -> FloatArray:
        """Slow candles since the regime changed; NaN where the change was not seen."""
        return self._column(REGIME_AGE)

    @cached_property
    def young(self) -> BoolArray:
        """Whether the regime is younger than `grace_candles`; one of unknown age is not."""
        return np.asarray(self.regime_age < self.settings.signals.grace_candles)

    # --- the prediction ---------------------------------------------------------------------------

    @cached_property
    def traded(self) -> BoolArray:
        """Whether anything was traded on the candle."""
        return np.asarray(self.frame["volume"] > 0)

    @cached_property
    def probability(self) -> FloatArray:
        """Probability of a rise."""
        return self._column(PROBABILITY)

    @cached_property
    def usable(self) -> BoolArray:
        """Whether there is a prediction (trap T16: FreqAI fills gaps with zeros) of a traded candle."""
        said = np.asarray(self._column(DO_PREDICT) == 1)
        return said & self.traded & ~np.isnan(self.probability)

    @cached_property
    def threshold(self) -> FloatArray:
        """Threshold of an entry; NaN where the regime is unknown, and for thresholds out of order."""
        return self._column(LONG_THRESHOLD if self.sign > 0 else SHORT_THRESHOLD)

    @cached_property
    def beyond(self) -> BoolArray:
        """Whether a usable prediction stands beyond the threshold of an entry."""
        return self.usable & (self.sign * self.probability > self.sign * self.threshold)

    @cached_property
    def exit_level(self) -> FloatArray:
        """Probability at which a prediction no longer speaks for the side.

        An unknown regime has no offset, but positions can still end.
        """
        return self.thresholds.exit + np.nan_to_num(self.thresholds.offsets(self.frame[REGIME]))

    @cached_property
    def against(self) -> BoolArray:
        """Whether a usable prediction stands on the wrong side of the exit level."""
        return self.usable & (self.sign * self.probability < self.sign * self.exit_level)

    @cached_property
    def expected(self) -> FloatArray:
        """Expected move in favour of the side, in bp; NaN where nothing is expected of the candle."""
        return self.sign * self._column(EXPECTED_BP)

    @property
    def hurdle(self) -> float:
        """What a move has to be expected to be at least, in bp; below every number without a margin."""
        margin = self.settings.signals.cost_margin
        return -np.inf if margin is None else BP * self.settings.costs.round_trip_frac * margin

    @cached_property
    def decides(self) -> BoolArray:
        """Whether it is a candle on which a veto is decided."""
        if self.settings.signals.decide == "every_candle":
            return np.ones(len(self.frame), dtype=np.bool_)
        closes = close_times(self.frame["date"], self.timeframe)
        step = timeframe_delta(self.settings.timeframe)
        return np.asarray(closes.dt.floor(step) == closes)

    # --- waiting for a better price ---------------------------------------------------------------

    @cached_property
    def waits_to_enter(self) -> BoolArray:
        """Whether a fall is rather expected first, and there is time."""
        return self.allowed & ~self.beyond & (self.age < self.settings.signals.entry_patience_candles)

    @cached_property
    def waits_to_leave(self) -> BoolArray:
        """Whether the regime has ended, a bounce is expected, and there is time."""
        patience = self.settings.signals.exit_patience_candles
        return self.times & self.ended & self.usable & ~self.falls & (self.age < patience)

    @cached_property
    def falls(self) -> BoolArray:
        """Whether a move against the side is expected: for a short beyond the mirrored exit level."""
        level = self.exit_level if self.sign > 0 else 1 - self.exit_level
        return self.usable & (self.sign * self.probability < self.sign * level)

    @property
    def times(self) -> bool:
        """Whether the model says when."""
        signals = self.settings.signals
        return signals.model and signals.role == "time"

    def _column(self, name: str) -> FloatArray:
        """A column as numbers; NaN where the frame has none."""
        if name not in self.frame:
            return np.full(len(self.frame), np.nan)
        return cast(FloatArray, self.frame[name].to_numpy(dtype=np.float64))


def allowing(sides: SideSettings, side: str) -> list[int]:
    """Codes of the regimes that allow a side.

    Examples
    --------
    >>> allowing(SideSettings(), "long"), allowing(SideSettings(), "short")
    ([1], [])
    """
    return [int(regime) for regime in Regime.known() if getattr(sides, regime.label) in _ALLOWS[side]]


def side_ages(regimes: pd.Series, sides: SideSettings) -> FloatArray:
    """Candles since the regime last changed which sides it allows.

    Parameters
    ----------
    regimes : Series of shape (n_candles,)
        Codes, oldest first. An unknown one counts as the last known one: it is only late.
    sides : SideSettings

    Returns
    -------
    array of shape (n_candles,)
        0 on the first candle of a change; NaN before the first one. Row t uses rows <= t.

    Examples
    --------
    >>> side_ages(pd.Series([-1, 0, 1, -2, 1, 0]), SideSettings()).tolist()
    [nan, nan, 0.0, 1.0, 2.0, 0.0]
    """
    codes = regimes.to_numpy()
    rows: IntArray = np.arange(len(codes))
    last_known = np.maximum.accumulate(np.where(codes != Regime.UNKNOWN, rows, -1))
    state = np.full(len(codes), -1)
    for bit, side in enumerate(("long", "short"), start=1):
        allowed = np.isin(codes, allowing(sides, side))
        state[last_known >= 0] += bit * allowed[last_known[last_known >= 0]]
    changed = np.r_[False, state[1:] != state[:-1]] if len(state) else np.zeros(0, dtype=np.bool_)
    began = np.maximum.accumulate(np.where(changed, rows, -1))
    return np.where(began >= 0, rows - began, np.nan).astype(np.float64)
