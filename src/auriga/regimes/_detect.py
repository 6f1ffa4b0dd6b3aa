"""From slow candles to the regime at each of them: evidence, confirmation, dwell, confidence."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from auriga.regimes._evidence import Detector, confidence_of
from auriga.regimes._rule_vote import RuleVote
from auriga.regimes._rules import Rule
from auriga.regimes._steps import confirm, drop_doubtful, dwell, hold_min_dwell
from auriga.typing import Regime, RegimeArray, RegimeStatus


def detect_regimes(
    candles: pd.DataFrame,
    detector: Detector | Sequence[Rule],
    *,
    confirm_candles: int = 2,
    min_dwell: int = 5,
    min_confidence: float = 0.0,
) -> pd.DataFrame:
    """Regime at the close of each candle.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound candles of the slow timeframe (see `auriga.candles`). Not changed.
    detector : Detector, or sequence of Rule
        What tells the regimes apart; a sequence of rules stands for `RuleVote` with one vote each.
    confirm_candles : int
        Equal answers in a row before a switch counts.
    min_dwell : int
        Candles a regime lasts at least.
    min_confidence : float
        Regimes less sure than this, 0 to 1, become `Regime.UNKNOWN`.

    Returns
    -------
    DataFrame of shape (n_candles, 6)
        `date` (opening time of the candle), `raw_regime` (the detector's answer without memory), `regime`
        (after hysteresis, confirmation, dwell and confidence; codes of `auriga.typing.Regime`), `regime_age`
        (candles since the last switch; NaN before the first one and where the regime is unknown),
        `regime_confidence` (share of the detector's support that the regime has, 0 to 1; NaN during
        warm-up) and `regime_status` (`auriga.typing.RegimeStatus`). Row t uses candles <= t, so it is
        known when candle t closes. `Regime.UNKNOWN` during warm-up.

    Raises
    ------
    ParameterError
        If there is no rule or a number is out of range.

    Examples
    --------
    >>> from auriga.regimes import PriceChangeRule
    >>> dates = pd.date_range("2025-01-01", periods=6, tz="UTC")
    >>> candles = pd.DataFrame({"date": dates, "close": [10.0, 10, 10, 12, 13, 14]})
    >>> candles[["open", "high", "low", "volume"]] = 1.0  # this rule reads the close alone
    >>> rule = PriceChangeRule(period=2, enter_level=0.1, exit_level=0.05)
    >>> regimes = detect_regimes(candles, [rule], confirm_candles=2, min_dwell=1)
    >>> regimes["regime"].tolist()
    [-2, -2, -2, -2, 1, 1]
    >>> regimes["regime_confidence"].round(2).tolist()
    [nan, nan, nan, nan, 1.0, 0.83]
    """
    source = RuleVote(tuple(detector)) if isinstance(detector, Sequence) else detector
    evidence = source.evidence(candles)
    steady = confirm(evidence.regime, confirm_candles=confirm_candles)
    steady = hold_min_dwell(steady, min_dwell=min_dwell)
    confidence = confidence_of(steady, evidence.support)
    regime = drop_doubtful(steady, confidence, min_confidence=min_confidence)
    return pd.DataFrame(
        {
            "date": candles["date"],
            "raw_regime": evidence.raw_regime,
            "regime": regime,
            "regime_age": np.where(regime == Regime.UNKNOWN, np.nan, dwell(steady)),
            "regime_confidence": confidence,
            "regime_status": _status(steady, regime),
        },
        index=candles.index,
    )


def _status(steady: RegimeArray, shown: RegimeArray) -> RegimeArray:
    """Why each regime is known or not."""
    doubtful = np.where(shown == Regime.UNKNOWN, RegimeStatus.LOW_CONFIDENCE, RegimeStatus.KNOWN)
    return np.where(steady == Regime.UNKNOWN, RegimeStatus.WARM_UP, doubtful).astype(np.int8)
