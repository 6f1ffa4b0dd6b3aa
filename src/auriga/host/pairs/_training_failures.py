"""What goes wrong in training, by cause, and the remedy that fits it."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from freqtrade.exceptions import OperationalException

from auriga.columns import DO_PREDICT, EXPERT_ROWS, PRIOR, plain_feature
from auriga.host.pairs._participants import Participants
from auriga.host.pairs._protocols import RegimeModel
from auriga.host.rows import Market, PairRows
from auriga.host.seals import Fitted, Window
from auriga.settings import RegimeSettings
from auriga.typing import BoolArray, Regime, RegimeArray

logger = logging.getLogger(__name__)

ONE_CLASS = "the label has one value alone in every training row"
"""Why a model that was trained is not used: its certainty means nothing."""
_ONE_CLASS_REMEDY = (
    "Lengthen freqai.train_period_days, or change regime.label (threshold, barriers, horizon) so that every "
    "class occurs."
)

_KNOWN = 0.5
"""Share of rows with a regime below which it is candles that are missing, not rows of a regime."""

Owner = str | None
"""Pair that has models of its own; None for models of all pairs."""


@dataclass(frozen=True)
class Failure:
    """A window without a usable model.

    Attributes
    ----------
    window : Window
    reason : str
        As the stand-in says it; `ONE_CLASS` for a model that learned one class.
    """

    window: Window
    reason: str


class Failures:
    """Windows that could not be trained, by owner."""

    def __init__(self, glue: RegimeModel) -> None:
        self._glue = glue
        self._failed: dict[Owner, list[Failure]] = {}
        self._hopeless: dict[str, str] = {}

    def note(self, window: Window, owner: Owner, model: Fitted) -> str:
        """Remember how a window went; returns why its model cannot be used, empty if it can."""
        reason = getattr(model, "reason", "") or ("" if self._glue.trusted(model) else ONE_CLASS)
        if reason:
            self._failed.setdefault(owner, []).append(Failure(window, reason))
        return str(reason)

    def report(
        self,
        owner: Owner,
        who: str,
        windows: int,
        learning: Sequence[str],
        market: Market,
        participants: Participants,
    ) -> None:
        """Warn of an owner's failed windows, once.

        Parameters
        ----------
        owner : str or None
        who : str
            Name of the owner in messages.
        windows : int
            All windows of the backtest.
        learning : sequence of str
            Pairs whose rows the owner learns from.
        market : Market
        participants : Participants

        Raises
        ------
        OperationalException
            When no window of any pair can be used, with the reason and the remedy.
        """
        failed = self._failed.pop(owner, [])
        if not failed:
            return
        listed = "; ".join(f"{failure.window.trained_on}: {failure.reason}" for failure in failed[:3])
        more = f"; and {len(failed) - 3} more" if len(failed) > 3 else ""
        remedy = self._remedy(failed, learning, market, participants)
        logger.warning(
            "%s: %d of %d windows could not be trained and are not traded: %s%s. %s",
            who, len(failed), windows, listed, more, remedy,
        )  # fmt: skip
        if len(failed) < windows:
            return
        hopeless = f"{who}: no window could be trained ({failed[0].reason}). {remedy}"
        self._hopeless |= dict.fromkeys(learning, hopeless)
        if set(participants.learning) <= set(self._hopeless):
            raise OperationalException("\n".join(dict.fromkeys(self._hopeless.values())))

    def _remedy(
        self, failed: Sequence[Failure], learning: Sequence[str], market: Market, participants: Participants
    ) -> str:
        if failed[0].reason == ONE_CLASS:
            return _ONE_CLASS_REMEDY
        spans = [(f.window.train_start, self._glue.learn_stop(f.window.train_stop)) for f in failed]
        asked = [(pair, market.rows(pair), _inside(market.rows(pair), spans)) for pair in learning]
        young = [pair for pair, rows, _ in asked if _begins_late(rows, spans[0][0])]
        remedies = [
            *_row_remedies(asked),
            *(f"{pair}: {participants.roll.young_remedy(pair)}" for pair in young[:1]),
        ]
        return " ".join(remedies) or "The log above has the whole error: correct the strategy or the model."


def answered(predictions: pd.DataFrame) -> bool:
    """Whether a model that can be used gave these predictions; windows that failed are tried again."""
    if not len(predictions) or (predictions[DO_PREDICT] == 1).any():
        return True
    prior = predictions[PRIOR]
    return bool((predictions[EXPERT_ROWS] > 0).any() and ((prior > 0) & (prior < 1)).any())


def warn_without_experts(who: str, windows: Sequence[RegimeArray], settings: RegimeSettings) -> None:
    """Say before training that no regime will have a model of its own, and what to do about it.

    Parameters
    ----------
    who : str
        Whose models they are.
    windows : sequence of array
        Regimes of the training rows of each window.
    settings : RegimeSettings
    """
    if settings.scheme in ("pooled", "pooled_with_regime"):
        return
    counted = [(_regime_counts(regimes), len(regimes)) for regimes in windows if len(regimes)]
    without = [(count, rows) for count, rows in counted if max(count.values()) < settings.min_samples]
    if not without:
        return
    known, rows = (sum(numbers) for numbers in zip(*((sum(c.values()), n) for c, n in without), strict=True))
    most = {regime: max(count[regime] for count, _ in without) for regime in Regime.known()}
    each = ", ".join(f"{regime.label} {count}" for regime, count in most.items())
    remedy = (
        f"lower regime.min_samples ({settings.min_samples}), or lengthen freqai.train_period_days or "
        "regime.expert_train_period_days"
    )
    if known < _KNOWN * rows:
        remedy = (
            f"the regime of {1 - known / rows:.0%} of the training rows is unknown, because the strategy "
            f"loads too few {settings.timeframe} candles before them: set its startup_candle_count to at "
            f"least {settings.warmup_candles}, and download that many more"
        )
    logger.warning(
        "%s: in %d of %d windows no regime has a model of its own, the model of all rows answers everything "
        "(most rows of a regime: %s): %s",
        who, len(without), len(counted), each, remedy,
    )  # fmt: skip


def _regime_counts(regimes: RegimeArray) -> dict[Regime, int]:
    return {regime: int(np.count_nonzero(regimes == regime)) for regime in Regime.known()}


def _inside(rows: PairRows, spans: Sequence[tuple[int, int]]) -> BoolArray:
    times = rows.features.times
    return np.asarray(
        sum(((times >= start) & (times < stop) for start, stop in spans), np.zeros(len(times), bool))
    )


def _begins_late(rows: PairRows, start: int) -> bool:
    times = rows.features.times
    return not len(times) or bool(times[0] > start)


def _row_remedies(asked: Sequence[tuple[str, PairRows, BoolArray]]) -> Iterator[str]:
    """What the rows themselves say: no candle, no label, or a feature that is always missing."""
    inside = sum(int(where.sum()) for _, _, where in asked)
    if not inside:
        return
    if not any(np.any(where & rows.labelled) for _, rows, where in asked):
        yield (
            f"set_freqai_targets labels none of the {inside} training rows: a label may be missing only "
            "where the future is not known yet."
        )
    if any(np.any(where & rows.complete) for _, rows, where in asked):
        return
    pair, rows, where = max(asked, key=lambda one: int(one[2].sum()))
    always = rows.always_missing(where)
    shown = ", ".join(plain_feature(name) for name in always[:3])
    more = f" and {len(always) - 3} more" if len(always) > 3 else ""
    yield (
        f"{shown}{more} of {pair}, missing in every training row: take such features out of the strategy "
        "(or of regime.features), or get the candles that they are made of."
        if always
        else f"No training row of {pair} has every feature: get earlier candles, or take the features out "
        "that need the most of them."
    )
