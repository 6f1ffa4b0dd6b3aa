"""Checks of what tells regimes apart."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from auriga.regimes import Detector
from auriga.testing._candles import random_walk
from auriga.testing._compare import Compute, candle, name_of, shown
from auriga.testing._error import ContractError
from auriga.testing._series import check_beginning, check_scale, check_series
from auriga.typing import Regime

_SUPPORT = ("support of bear", "support of sideways", "support of bull")


def check_detector(
    detector: Detector | Callable[[pd.DataFrame], Any],
    candles: pd.DataFrame | None = None,
    *,
    scale_free: bool = True,
) -> None:
    """Check a regime detector, or a function that gives a regime for each candle.

    The regime of a candle is known at its close: it comes from candles up to its own. `Regime.UNKNOWN`
    stands at the beginning alone, for at most `warmup_candles` candles; the support of the three regimes is
    never negative and adds up to 1; at least two regimes occur, or nothing is shown.

    Parameters
    ----------
    detector : Detector or callable
        Something with `warmup_candles` and `evidence(candles)`, as `auriga.regimes.Detector` says; or a
        function of candles that gives codes of `auriga.typing.Regime`.
    candles : DataFrame, optional
        By default 800 days of `random_walk`.
    scale_free : bool
        Whether another unit of price must change no regime.

    Raises
    ------
    ContractError
        With the candle, its regime and the remedy.

    Examples
    --------
    >>> from auriga.regimes import MovingAverageRule
    >>> check_detector(MovingAverageRule(period=50))
    """
    candles = random_walk(800, timeframe="1d", volatility=0.03) if candles is None else candles
    regimes, support, name = _parts(detector)
    codes = np.asarray(regimes(candles.copy()))
    unlike = np.flatnonzero(~np.isin(codes, [int(regime) for regime in Regime]))
    if len(unlike):
        raise ContractError(
            f"{name} gives {shown(codes[unlike[0]])} at {candle(candles, int(unlike[0]))}, which is no "
            "regime: use -1 bear, 0 sideways, 1 bull and -2 where it is not known (auriga.typing.Regime)"
        )
    known = np.unique(codes[codes != Regime.UNKNOWN])
    if len(known) < 2:
        raise ContractError(
            f"{name} gives {len(known)} regime on {len(candles)} candles, so this check shows nothing: give "
            "candles on which it switches"
        )
    check_series(regimes, candles)
    check_beginning(regimes, candles, is_missing=lambda table: table == Regime.UNKNOWN)
    warmup = getattr(detector, "warmup_candles", None)
    unknown = int(np.count_nonzero(codes == Regime.UNKNOWN))
    if warmup is not None and unknown > warmup:
        raise ContractError(
            f"{name} has no regime on the first {unknown} candles, but its warmup_candles are {warmup}: "
            "raise them, or a backtest loads too few candles"
        )
    if scale_free:
        check_scale(regimes, candles)
    if support is not None:
        _check_support(support, codes, candles, name)


def _parts(detector: Any) -> tuple[Compute, Compute | None, str]:
    """Functions that give regimes and support of candles, under the name of the detector."""
    name = name_of(detector)
    if not hasattr(detector, "evidence"):
        return detector, None, name

    def regimes(frame: pd.DataFrame) -> pd.Series:
        return pd.Series(detector.evidence(frame).regime, index=frame.index)

    def support(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(detector.evidence(frame).support, index=frame.index, columns=list(_SUPPORT))

    regimes.__name__ = support.__name__ = name
    return regimes, support, name


def _check_support(support: Compute, codes: Any, candles: pd.DataFrame, name: str) -> None:
    check_series(support, candles)
    values = support(candles.copy()).to_numpy(dtype=np.float64)
    total = values.sum(axis=1)
    known = codes != Regime.UNKNOWN
    wrong = np.flatnonzero(known & ~(np.isclose(total, 1.0) & (values >= 0).all(axis=1)))
    if len(wrong):
        row = int(wrong[0])
        raise ContractError(
            f"the support of {name} at {candle(candles, row)} is "
            f"{[round(float(each), 4) for each in values[row]]}: bear, sideways and bull need shares that "
            "are not negative and add up to 1"
        )
