"""The rules of entries and exits, once: each says on which candles it holds, and why in words.

Backtest and bot read the arrays, `auriga explain`, FreqUI and the report the words of the same rule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from math import isnan

import numpy as np

from auriga.candles import timeframe_delta
from auriga.columns import REGIME, REGIME_STATUS
from auriga.host.signals._situation import Situation
from auriga.settings import SignalSettings
from auriga.typing import BoolArray, Regime, RegimeArray, RegimeStatus
from auriga.wording import counted


class Reason(IntEnum):
    """Why a candle enters or does not: the codes of the column `reason_code`."""

    ENTERS_LONG = 1
    ENTERS_SHORT = 2
    BARRED = 10
    NOT_TRADED = 11
    REGIME_UNKNOWN = 20
    REGIME_ENDS_LATER = 21
    REGIME_NOT_ALLOWED = 22
    REGIME_YOUNG = 23
    MODEL_WAITS = 30
    BETWEEN_DECISIONS = 31
    NO_PREDICTION = 32
    NOT_USABLE = 33
    BELOW_THRESHOLD = 34
    BELOW_COST = 35

    @property
    def label(self) -> str:
        """Name as tables and JSON have it.

        Examples
        --------
        >>> Reason.BELOW_COST.label
        'below_cost'
        """
        return self.name.lower()

    @property
    def enters(self) -> bool:
        """Whether the candle is an entry."""
        return self in (Reason.ENTERS_LONG, Reason.ENTERS_SHORT)


@dataclass(frozen=True)
class Refusal:
    """One reason against an entry.

    Attributes
    ----------
    reason : Reason
    holds : callable
        Candles on which it holds.
    words : callable
        The reason on one candle, given its row.
    """

    reason: Reason
    holds: Callable[[Situation], BoolArray]
    words: Callable[[Situation, int], str]


@dataclass(frozen=True)
class Exit:
    """One reason to leave: its exit tag, and the candles on which it holds."""

    tag: str
    holds: Callable[[Situation], BoolArray]


def _always(given: Situation, *, holds: bool) -> BoolArray:
    return np.full(len(given.frame), holds)


def _regime_words(given: Situation, row: int) -> str:
    """The regime and how long it has been: in days, or in candles of its timeframe."""
    regime, age = Regime(int(given.frame[REGIME].to_numpy()[row])), given.regime_age[row]
    if isnan(age):
        return f"regime {regime.label}"
    days = age * (timeframe_delta(given.settings.timeframe) / timeframe_delta("1d"))
    if days == int(days):
        return f"regime {regime.label} since {counted(int(days), 'day')}"
    return f"regime {regime.label} since {counted(int(age), f'{given.settings.timeframe} candle')}"


def _unknown_words(given: Situation, row: int) -> str:
    if REGIME_STATUS not in given.frame:
        return "the regime is unknown"
    status = RegimeStatus(int(given.frame[REGIME_STATUS].to_numpy()[row]))
    return f"the regime is unknown ({status.label})"


def _probability_words(given: Situation, row: int) -> str:
    probability, threshold = given.probability[row], given.threshold[row]
    if isnan(probability):
        return "there is no prediction"
    if isnan(threshold):
        return "the thresholds are out of order"
    compare = "above" if given.sign > 0 else "below"
    return f"{probability:.4f} is not {compare} {threshold:.4f}"


def _waiting_words(given: Situation, row: int) -> str:
    patience = given.settings.signals.entry_patience_candles
    return (
        f"{_regime_words(given, row)}; the model waits, {int(given.age[row])} of at most "
        f"{counted(patience, 'candle')}: {_probability_words(given, row)}"
    )


def _leaving_words(given: Situation, row: int) -> str:
    patience = given.settings.signals.exit_patience_candles
    return (
        f"{_regime_words(given, row)}; an open {given.side} waits for a better price, "
        f"{int(given.age[row])} of at most {counted(patience, 'candle')}: {given.probability[row]:.4f}"
    )


BARRED = Refusal(
    Reason.BARRED,
    lambda given: _always(given, holds=bool(given.barred)),
    lambda given, _: f"the pair is not traded: {given.barred}",
)
NOT_TRADED = Refusal(
    Reason.NOT_TRADED, lambda given: ~given.traded, lambda *_: "nothing was traded on this candle"
)
REGIME_RULES = (
    Refusal(Reason.REGIME_UNKNOWN, lambda given: ~given.known, _unknown_words),
    Refusal(Reason.REGIME_ENDS_LATER, lambda given: given.waits_to_leave, _leaving_words),
    Refusal(Reason.REGIME_NOT_ALLOWED, lambda given: given.ended, _regime_words),
    Refusal(
        Reason.REGIME_YOUNG,
        lambda given: given.young,
        lambda given, row: (
            f"the regime is {given.regime_age[row]:.0f} candles old, less than "
            f"{given.settings.signals.grace_candles}"
        ),
    ),
)
NO_PREDICTION = Refusal(
    Reason.NO_PREDICTION, lambda given: np.isnan(given.probability), lambda *_: "there is no prediction"
)
NOT_USABLE = Refusal(
    Reason.NOT_USABLE,
    lambda given: ~given.usable,
    lambda *_: "the prediction may not be used (do_predict is not 1)",
)
BELOW_THRESHOLD = Refusal(Reason.BELOW_THRESHOLD, lambda given: ~given.beyond, _probability_words)
BETWEEN_DECISIONS = Refusal(
    Reason.BETWEEN_DECISIONS,
    lambda given: ~given.decides,
    lambda given, _: f"it is decided on the candle that closes {given.settings.timeframe} of the regime",
)
MODEL_WAITS = Refusal(Reason.MODEL_WAITS, lambda given: given.waits_to_enter, _waiting_words)
BELOW_COST = Refusal(
    Reason.BELOW_COST,
    # A move of which nothing is known is not above the costs: NaN fails the comparison.
    lambda given: ~(given.expected > given.hurdle) & (given.hurdle > -np.inf),
    lambda given, row: (
        "nothing is known of the expected move"
        if isnan(given.expected[row])
        else f"expected {given.expected[row]:.0f} bp < {given.hurdle:.0f} bp"
    ),
)

_MODEL_RULES = {
    "time": (MODEL_WAITS,),
    "veto": (BETWEEN_DECISIONS, NO_PREDICTION, NOT_USABLE, BELOW_THRESHOLD),
    "alone": (NO_PREDICTION, NOT_USABLE, BELOW_THRESHOLD, BELOW_COST),
}


def refusals(signals: SignalSettings) -> tuple[Refusal, ...]:
    """Reasons against an entry, in their order: the first that holds is the one that is named."""
    return (BARRED, NOT_TRADED, *REGIME_RULES, *(_MODEL_RULES[signals.role] if signals.model else ()))


def entry_reasons(given: Situation) -> RegimeArray:
    """Code of `Reason` of each candle, for one side.

    Returns
    -------
    array of shape (n_candles,), int8
    """
    enters = Reason.ENTERS_LONG if given.sign > 0 else Reason.ENTERS_SHORT
    codes: RegimeArray = np.full(len(given.frame), enters, dtype=np.int8)
    for refusal in reversed(refusals(given.settings.signals)):
        codes[refusal.holds(given)] = refusal.reason
    return codes


def entry_words(given: Situation, row: int, code: int) -> str:
    """The reason of one candle as a sentence.

    Parameters
    ----------
    given : Situation
    row : int
        Position of the candle.
    code : int
        What `entry_reasons` says of it.
    """
    if Reason(code).enters:
        return f"{given.side}: {_regime_words(given, row)}{_model_words(given, row)}"
    words = next(each.words for each in refusals(given.settings.signals) if each.reason == code)
    return f"no entry: {words(given, row)}"


def _model_words(given: Situation, row: int) -> str:
    """What the model adds to an entry."""
    signals = given.settings.signals
    if not signals.model:
        return ""
    if not given.beyond[row]:  # only who times may enter then
        return f", no better price within {counted(signals.entry_patience_candles, 'candle')}"
    compare = "above" if given.sign > 0 else "below"
    words = f", {given.probability[row]:.4f} is {compare} {given.threshold[row]:.4f}"
    if signals.role == "alone" and signals.cost_margin is not None:
        words += f", expected {given.expected[row]:.0f} bp > {given.hurdle:.0f} bp"
    return words


# --- exits ------------------------------------------------------------------------------------------

OPPOSITE = "opposite"
"""Exit tag: there was a full signal for the other side."""

REGIME_EXIT = "regime"
"""Exit tag: a known regime no longer allows the side."""

DECAY = "decay"
"""Exit tag: the prediction no longer speaks for the position."""


def exits(signals: SignalSettings, opposite: Situation) -> tuple[Exit, ...]:
    """Reasons to leave, in their order: the first that holds gives the tag.

    Parameters
    ----------
    signals : SignalSettings
    opposite : Situation
        The other side of the same candles.
    """
    found = []
    alone = signals.model and signals.role == "alone"
    if alone and signals.exit_on_opposite:
        found.append(Exit(OPPOSITE, lambda _: opposite.beyond & opposite.known & ~opposite.young))
    if signals.exit_on_regime:
        found.append(Exit(REGIME_EXIT, lambda given: given.ended & ~given.waits_to_leave))
    if alone and signals.exit_on_decay:
        found.append(Exit(DECAY, lambda given: given.against | _nothing_left(given)))
    if signals.model and signals.role == "veto" and signals.exit_on_decay:
        found.append(Exit(DECAY, lambda given: given.decides & given.against))
    return tuple(found)


def _nothing_left(given: Situation) -> BoolArray:
    """Whether the move that a trade was entered for is no longer expected."""
    return given.usable & (given.expected <= 0) & (given.hurdle > -np.inf)
