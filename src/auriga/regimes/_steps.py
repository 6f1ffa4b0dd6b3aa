"""The steps from a score to a steady regime, each a function array -> array.

All of them see entries <= t only, so cutting off later candles never changes an earlier answer.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from auriga.errors import ParameterError
from auriga.typing import BoolArray, FloatArray, Regime, RegimeArray

_TIE = 1e-9  # shares are rounded: exactly half of the votes must not pass for more than half


def require_levels(enter_level: float, exit_level: float) -> None:
    """Raise `ParameterError` unless 0 <= exit_level <= enter_level."""
    if not 0 <= exit_level <= enter_level:
        raise ParameterError(
            f"exit_level {exit_level} and enter_level {enter_level} "
            "must satisfy 0 <= exit_level <= enter_level"
        )


def require_at_least(name: str, value: int, lowest: int) -> None:
    """Raise `ParameterError` for a number below its lowest."""
    if value < lowest:
        raise ParameterError(f"{name} is {value}; it must be at least {lowest}")


def require_not_negative(name: str, value: float) -> None:
    """Raise `ParameterError` for a number below 0, or none at all."""
    if not value >= 0:
        raise ParameterError(f"{name} is {value}; it must be at least 0")


def classify(score: FloatArray, *, enter_level: float) -> RegimeArray:
    """Raw regime of a score, without memory.

    Parameters
    ----------
    score : array of shape (n,)
        Signed strength of the market; NaN where unknown.
    enter_level : float
        Bull from this score on, bear from minus this score on, sideways between.

    Returns
    -------
    array of shape (n,), int8
        Codes of `auriga.typing.Regime`; `UNKNOWN` where the score is NaN.

    Raises
    ------
    ParameterError
        If the level is negative.

    Examples
    --------
    Ten candles in, ten out (enter 0.05):

    >>> score = np.array([np.nan, 0.01, 0.06, 0.03, 0.05, -0.05, -0.03, -0.3, 0.04, 0.0])
    >>> classify(score, enter_level=0.05).tolist()
    [-2, 0, 1, 0, 1, -1, 0, -1, 0, 0]
    """
    require_levels(enter_level, enter_level)
    regime = np.full(len(score), Regime.SIDEWAYS, dtype=np.int8)
    regime[score >= enter_level] = Regime.BULL
    regime[score <= -enter_level] = Regime.BEAR
    regime[np.isnan(score)] = Regime.UNKNOWN
    return regime


def _latched(score: FloatArray, enter_level: float, exit_level: float) -> BoolArray:
    """True from a score >= enter_level until the first one below exit_level (or NaN)."""
    event = np.full(len(score), np.nan)
    event[(score < exit_level) | np.isnan(score)] = 0.0
    event[score >= enter_level] = 1.0
    latched: BoolArray = pd.Series(event).ffill().to_numpy() == 1.0
    return latched


def hysteresis(score: FloatArray, *, enter_level: float, exit_level: float) -> RegimeArray:
    """Regime of a score with memory: in at `enter_level`, out at `exit_level`.

    Bull begins when the score reaches `enter_level` and lasts until it falls below `exit_level`;
    bear is the mirror image. A NaN score ends either and answers `UNKNOWN`.

    Parameters
    ----------
    score : array of shape (n,)
        Signed strength of the market; NaN where unknown.
    enter_level, exit_level : float
        With 0 <= exit_level <= enter_level; equal levels mean no memory.

    Returns
    -------
    array of shape (n,), int8
        Codes of `auriga.typing.Regime`.

    Raises
    ------
    ParameterError
        If the levels are out of order.

    Examples
    --------
    Ten candles in, ten out (enter 0.05, exit 0.02):

    >>> score = np.array([np.nan, 0.01, 0.06, 0.03, 0.01, -0.05, -0.03, -0.01, 0.04, 0.05])
    >>> hysteresis(score, enter_level=0.05, exit_level=0.02).tolist()
    [-2, 0, 1, 1, 0, -1, -1, 0, 0, 1]
    """
    require_levels(enter_level, exit_level)
    regime = np.full(len(score), Regime.SIDEWAYS, dtype=np.int8)
    regime[_latched(score, enter_level, exit_level)] = Regime.BULL
    regime[_latched(-score, enter_level, exit_level)] = Regime.BEAR
    regime[np.isnan(score)] = Regime.UNKNOWN
    return regime


def support(score: FloatArray, *, enter_level: float) -> FloatArray:
    """How much of a score speaks for bear, sideways and bull.

    Bull has `score / (2 x enter_level)`, cut to [0, 1]: nothing at 0, one half at the enter level, everything
    from twice the level on. Bear is the mirror image, sideways has the rest. So the support of bull never
    falls when the score rises, and a regime that only hysteresis still holds has less than one half.

    Parameters
    ----------
    score : array of shape (n,)
        Signed strength of the market; NaN where unknown.
    enter_level : float
        As in `classify`; at 0, any score but 0 has full support.

    Returns
    -------
    array of shape (n, 3), float64
        Bear, sideways, bull; each in [0, 1], together 1. NaN where the score is.

    Examples
    --------
    >>> support(np.array([0.0, 0.05, 0.3, -0.025]), enter_level=0.05).tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.5, 0.5], [0.0, 0.0, 1.0], [0.25, 0.75, 0.0]]
    """
    require_levels(enter_level, enter_level)
    strength = np.clip(score / (2 * enter_level), -1.0, 1.0) if enter_level > 0 else np.sign(score)
    bull, bear = np.maximum(strength, 0.0), np.maximum(-strength, 0.0)
    return np.column_stack([bear, 1.0 - bull - bear, bull])


def vote(regimes: Sequence[RegimeArray], weights: Sequence[float] | None = None) -> RegimeArray:
    """Combine the answers of several rules: the regime that more than half of the votes name.

    Parameters
    ----------
    regimes : sequence of arrays of shape (n,)
        One array of regime codes a rule; one rule alone passes through unchanged.
    weights : sequence of float, optional
        Votes of each rule, above 0; one each by default.

    Returns
    -------
    array of shape (n,), int8
        Sideways where no regime has a majority; `UNKNOWN` where any rule answers `UNKNOWN`.

    Raises
    ------
    ParameterError
        If no rule is given, or the weights are not one positive number a rule.

    Examples
    --------
    Ten candles in, ten out, with equal votes and with two votes for the first rule:

    >>> rules = [np.array([1, 1, -1, -2, 0, 1, 1, -1, 0, 1]),
    ...          np.array([1, 0, 1, 1, 0, -1, 1, 0, 1, -1]),
    ...          np.array([0, -1, 1, 1, 1, 0, 1, 0, 1, -1])]
    >>> vote(rules).tolist()
    [1, 0, 1, -2, 0, 0, 1, 0, 1, -1]
    >>> vote(rules, weights=[2, 1, 1]).tolist()
    [1, 0, 0, -2, 0, 0, 1, 0, 0, 0]
    """
    shares = vote_shares(len(regimes), weights)
    votes = np.asarray(regimes)
    combined = np.full(votes.shape[1], Regime.SIDEWAYS, dtype=np.int8)
    for regime in (Regime.BULL, Regime.BEAR):
        combined[shares @ (votes == regime) > 0.5 + _TIE] = regime
    combined[(votes == Regime.UNKNOWN).any(axis=0)] = Regime.UNKNOWN
    return combined


def vote_shares(n_rules: int, weights: Sequence[float] | None) -> FloatArray:
    """Share of each rule in the vote; shape (n_rules,), together 1.

    Raises
    ------
    ParameterError
        As `vote` does.
    """
    if not n_rules:
        raise ParameterError("vote needs the answers of at least one rule; got none")
    given = np.ones(n_rules) if weights is None else np.asarray(weights, dtype=np.float64)
    if given.shape != (n_rules,) or not (np.isfinite(given) & (given > 0)).all():
        raise ParameterError(f"weights are {weights}; give one number above 0 for each of {n_rules} rules")
    shares: FloatArray = given / given.sum()
    return shares


def _run_lengths(regime: RegimeArray) -> FloatArray:
    """How many equal entries in a row end at each entry (1 for the first of a run)."""
    starts = np.flatnonzero(np.r_[True, regime[1:] != regime[:-1]])
    positions = np.arange(len(regime))
    run = np.searchsorted(starts, positions, side="right") - 1
    return (positions - starts[run] + 1).astype(np.float64)


def confirm(regime: RegimeArray, *, confirm_candles: int) -> RegimeArray:
    """Switch only after `confirm_candles` equal answers in a row (the grace period).

    Until the first confirmation the answer is `UNKNOWN`. `UNKNOWN` itself is passed on at once:
    holding on to a class that is no longer known would be a guess.

    Parameters
    ----------
    regime : array of shape (n,)
        Regime codes.
    confirm_candles : int
        At least 1; 1 changes nothing.

    Returns
    -------
    array of shape (n,), int8

    Raises
    ------
    ParameterError
        If `confirm_candles` is below 1.

    Examples
    --------
    Ten candles in, ten out (confirmed by 2):

    >>> raw = np.array([1, 1, 0, 1, 0, 0, -2, 0, 0, -1])
    >>> confirm(raw, confirm_candles=2).tolist()
    [-2, 1, 1, 1, 1, 0, -2, -2, 0, 0]
    """
    require_at_least("confirm_candles", confirm_candles, 1)
    if not len(regime):
        return regime.astype(np.int8)
    settled = (_run_lengths(regime) >= confirm_candles) | (regime == Regime.UNKNOWN)
    held = pd.Series(np.where(settled, regime, np.nan)).ffill().fillna(Regime.UNKNOWN)
    return held.to_numpy().astype(np.int8)


def hold_min_dwell(regime: RegimeArray, *, min_dwell: int) -> RegimeArray:
    """Refuse to switch again before `min_dwell` candles have passed since the last switch.

    A change that comes too early is not lost: when the time is up, the answer of that candle counts.
    Into and out of `UNKNOWN` the way is always free.

    Parameters
    ----------
    regime : array of shape (n,)
        Regime codes.
    min_dwell : int
        Candles a regime lasts at least; at least 1, and 1 changes nothing.

    Returns
    -------
    array of shape (n,), int8

    Raises
    ------
    ParameterError
        If `min_dwell` is below 1.

    Examples
    --------
    Ten candles in, ten out (at least 3 candles each):

    >>> raw = np.array([-2, 1, 0, 0, 0, 1, 0, 1, 1, -1])
    >>> hold_min_dwell(raw, min_dwell=3).tolist()
    [-2, 1, 1, 1, 0, 0, 0, 1, 1, 1]
    """
    require_at_least("min_dwell", min_dwell, 1)
    held = regime.astype(np.int8)
    current, since = int(Regime.UNKNOWN), 0
    for position, answer in enumerate(regime.tolist()):
        free = Regime.UNKNOWN in (answer, current) or since >= min_dwell
        if answer != current and free:
            current, since = answer, 0
        held[position] = current
        since += 1
    return held


def drop_doubtful(regime: RegimeArray, confidence: FloatArray, *, min_confidence: float) -> RegimeArray:
    """Answer `UNKNOWN` where the confidence is too low.

    It is the last step: a regime that is hidden for a while keeps its confirmation and its age.

    Parameters
    ----------
    regime : array of shape (n,)
        Regime codes.
    confidence : array of shape (n,)
        In [0, 1]; NaN (nothing is known about it) hides nothing.
    min_confidence : float
        In [0, 1]; 0 changes nothing.

    Returns
    -------
    array of shape (n,), int8

    Raises
    ------
    ParameterError
        If `min_confidence` is outside [0, 1].

    Examples
    --------
    Ten candles in, ten out (at least 0.5):

    >>> regime = np.array([-2, 1, 1, 1, 0, 0, 0, -1, -1, -1])
    >>> confidence = np.array([np.nan, 0.9, 0.5, 0.4, 0.6, 0.7, 0.2, 0.3, 0.5, 1.0])
    >>> drop_doubtful(regime, confidence, min_confidence=0.5).tolist()
    [-2, 1, 1, -2, 0, 0, -2, -2, -1, -1]
    """
    if not 0 <= min_confidence <= 1:
        raise ParameterError(f"min_confidence is {min_confidence}; it must lie between 0 and 1")
    return np.where(confidence < min_confidence, Regime.UNKNOWN, regime).astype(np.int8)


def dwell(regime: RegimeArray) -> FloatArray:
    """Candles since the last switch (0 at the switch itself).

    Parameters
    ----------
    regime : array of shape (n,)
        Regime codes.

    Returns
    -------
    array of shape (n,), float64
        NaN before the first switch between known regimes was seen, and where the regime is `UNKNOWN`:
        a regime that was already there when history began has an unknown age.

    Examples
    --------
    Ten candles in, ten out:

    >>> dwell(np.array([-2, 0, 0, 1, 1, 1, -2, 1, 0, 0], dtype=np.int8)).tolist()
    [nan, nan, nan, 0.0, 1.0, 2.0, nan, nan, 0.0, 1.0]
    """
    if not len(regime):
        return np.empty(0)
    starts = np.r_[False, regime[1:] != regime[:-1]]
    from_known = np.r_[False, regime[:-1] != Regime.UNKNOWN]
    run = np.cumsum(starts)
    seen = np.zeros(int(run[-1]) + 1, dtype=bool)
    seen[run[starts & from_known]] = True
    known_age = seen[run] & (regime != Regime.UNKNOWN)
    return np.where(known_age, _run_lengths(regime) - 1, np.nan)
