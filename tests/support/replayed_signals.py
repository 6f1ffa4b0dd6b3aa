"""Signals as they are seen at a candle's open, with no candle after it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from auriga.candles import timeframe_delta
from auriga.columns import (
    ATR_FRAC,
    LONG_THRESHOLD,
    PROBABILITY,
    REASON,
    REGIME,
    SHORT_THRESHOLD,
    SIDE_AGE,
)
from auriga.host.signals import Thresholds, add_entries, add_exits, add_signal_columns
from auriga.settings import RegimeSettings

SEEN = (
    PROBABILITY, REGIME, ATR_FRAC, LONG_THRESHOLD, SHORT_THRESHOLD, "enter_long", "enter_short", "enter_tag",
    "exit_long", "exit_short", "exit_tag", REASON, SIDE_AGE,
)  # fmt: skip
Row = dict[str, Any]
THRESHOLDS = {
    "long_threshold": "long", "short_threshold": "short", "exit_threshold": "exit",
    "bull_offset": "bull_offset", "sideways_offset": "sideways_offset", "bear_offset": "bear_offset",
}  # fmt: skip


class LookAheadError(AssertionError):
    """A row that depends on candles after it."""


class Eyes:
    """What is seen at a candle's open: the last row of a frame that was cut off before it.

    Cutting off and computing anew costs milliseconds, so rows come from the whole frame, and each row that a
    trade is opened or closed on, and one in `every` of all others, has to be the same when the frame ends
    with it: `confirm` refuses a decision that only later candles explain. An `every` of 0 trusts them all.
    """

    def __init__(
        self,
        frames: Mapping[str, pd.DataFrame],
        settings: RegimeSettings,
        parameters: Mapping[str, float],
        *,
        can_short: bool,
        every: int,
        timeframe: str = "5m",
    ) -> None:
        self._timeframe = timeframe
        self._frames, self._settings, self._can_short, self._every = frames, settings, can_short, every
        values = {THRESHOLDS[name]: parameters[name] for name in THRESHOLDS}
        self._thresholds = Thresholds(**values)
        self._rows = {pair: self._signals(frame) for pair, frame in frames.items()}
        self._closed_at = {
            pair: {date + timeframe_delta(timeframe): row for row, date in enumerate(frame["date"])}
            for pair, frame in frames.items()
        }
        self.confirmed: set[tuple[str, int]] = set()

    def last_closed(self, pair: str, now: pd.Timestamp) -> Row:
        """Last row of the candles that had closed by `now`."""
        row = self._position(pair, now)
        if self._every and row % self._every == 0:
            self.confirm(pair, now)
        return self._rows[pair][row]

    def confirm(self, pair: str, now: pd.Timestamp) -> None:
        """Refuse a row that is another one when the frame ends with it."""
        row = self._position(pair, now)
        if not self._every or (pair, row) in self.confirmed:
            return
        cut = self._frames[pair].iloc[: row + 1].drop(columns=SIDE_AGE, errors="ignore")  # made anew
        (known,) = self._signals(cut, last=1)
        for name, value in self._rows[pair][row].items():
            if value != known[name] and not (pd.isna(value) and pd.isna(known[name])):
                raise LookAheadError(f"{pair} {now}: {name} is {value}, without later candles {known[name]}")
        self.confirmed.add((pair, row))

    def _position(self, pair: str, now: pd.Timestamp) -> int:
        return self._closed_at[pair][now]

    def _signals(self, frame: pd.DataFrame, last: int | None = None) -> list[Row]:
        settings, can_short = self._settings, self._can_short
        frame = add_signal_columns(frame.copy(), settings, self._thresholds)
        frame = add_entries(frame, settings, self._thresholds, timeframe=self._timeframe, can_short=can_short)
        frame = add_exits(frame, settings, self._thresholds, timeframe=self._timeframe, can_short=can_short)
        seen: Any = frame[[name for name in SEEN if name in frame]]
        return list(seen.tail(last or len(frame)).to_dict("records"))
