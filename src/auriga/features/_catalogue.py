"""Every feature that exists, and the functions that FreqAI's three hooks call."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from auriga.errors import ParameterError
from auriga.features import (
    _calendar,
    _cross,
    _flow,
    _funding,
    _momentum,
    _orderflow,
    _oscillator,
    _pattern,
    _profile,
    _range,
    _shape,
    _structure,
    _trend,
    _volatility,
    _volume,
)
from auriga.features._part import Each, FeaturePart, PairInputs

FEATURE_PARTS: tuple[FeaturePart, ...] = (
    _momentum.PERIOD_PART,
    _trend.PART,
    _volatility.PERIOD_PART,
    _volume.PERIOD_PART,
    _momentum.BASIC_PART,
    _volume.BASIC_PART,
    _shape.PART,
    _volatility.BASIC_PART,
    _calendar.PART,
    _oscillator.PERIOD_PART,
    _oscillator.BASIC_PART,
    _range.PERIOD_PART,
    _range.BASIC_PART,
    _flow.PERIOD_PART,
    _flow.BASIC_PART,
    _profile.PART,
    _pattern.PART,
    _structure.PART,
    _cross.PART,
    _funding.PART,
    _orderflow.PART,
)
"""All parts, in the order of the columns; `docs/features.md` is written from them."""

FEATURE_GROUPS = tuple(dict.fromkeys(part.group for part in FEATURE_PARTS))
"""Names of all groups."""

DEFAULT_GROUPS = ("momentum", "trend", "volatility", "volume", "shape", "calendar")
"""Groups in use unless the settings say otherwise; `docs/ablation.md` says why these."""


def parts_of(each: Each, groups: Sequence[str]) -> list[FeaturePart]:
    """Parts of some groups that exist once for each period, timeframe or pair.

    Raises
    ------
    ParameterError
        Naming groups that do not exist.
    """
    unknown = sorted(set(groups) - set(FEATURE_GROUPS))
    if unknown:
        raise ParameterError(
            f"there is no feature group {', '.join(unknown)}; use some of {', '.join(FEATURE_GROUPS)}"
        )
    return [part for part in FEATURE_PARTS if part.each == each and part.group in groups]


def period_features(
    candles: pd.DataFrame, *, period: int, groups: Sequence[str] = DEFAULT_GROUPS
) -> pd.DataFrame:
    """Features over one period, of one timeframe; uses candles <= t.

    Every column is scale-free: pairs of any price and volume can share one model.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles of any timeframe, oldest first. Not changed.
    period : int
        Candles, 2 to 50,000.
    groups : sequence of str
        Which of `FEATURE_GROUPS`; those without features of a period add nothing.

    Returns
    -------
    DataFrame of shape (n_candles, n_features)
        float32 on the index of the candles; `FEATURE_PARTS` says what each column means. NaN only
        while a column warms up, no longer than `period_warmup_candles(period)` rows.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If `period` is out of range, or a group does not exist.

    References
    ----------
    Those of `FEATURE_PARTS` and of the functions in `auriga.indicators`.

    Examples
    --------
    >>> from auriga.datasets import simulate_market
    >>> features = period_features(simulate_market(300, seed=1).candles, period=14)
    >>> features.shape, int(features["trend_adx"].isna().sum())
    ((300, 13), 27)
    """
    frames = [part.compute(candles, period=period) for part in parts_of("period", groups)]
    return _side_by_side(frames, candles)


def basic_features(candles: pd.DataFrame, *, groups: Sequence[str] = DEFAULT_GROUPS) -> pd.DataFrame:
    """Features that exist once for each timeframe; uses candles <= t.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Sound OHLCV candles of any timeframe, oldest first. Not changed.
    groups : sequence of str
        Which of `FEATURE_GROUPS`.

    Returns
    -------
    DataFrame of shape (n_candles, n_features)
        float32 on the index of the candles; `FEATURE_PARTS` says what each column means. NaN only
        while a column warms up, no longer than `basic_warmup_candles()` rows.

    Raises
    ------
    CandleError
        If a column is missing.
    ParameterError
        If a group does not exist.

    References
    ----------
    Those of `FEATURE_PARTS` and of the functions in `auriga.indicators`.

    Examples
    --------
    >>> from auriga.datasets import simulate_market
    >>> features = basic_features(simulate_market(300, seed=1).candles)
    >>> features.shape, int(features["volatility_ratio"].isna().sum())
    ((300, 9), 100)
    """
    return _side_by_side([part.compute(candles) for part in parts_of("timeframe", groups)], candles)


def standard_features(inputs: PairInputs, *, groups: Sequence[str] = DEFAULT_GROUPS) -> pd.DataFrame:
    """Features that exist once for each pair, on its base candles; uses candles <= t.

    Parameters
    ----------
    inputs : PairInputs
        Candles of the pair, and what some groups read besides. Not changed.
    groups : sequence of str
        Which of `FEATURE_GROUPS`.

    Returns
    -------
    DataFrame of shape (n_candles, n_features)
        float32 on the index of the candles; `FEATURE_PARTS` says what each column means. NaN while a column
        warms up, and where another source than the candles has no value.

    Raises
    ------
    CandleError
        If a source that a group needs is missing.
    ParameterError
        If a group does not exist.

    References
    ----------
    Those of `FEATURE_PARTS`.

    Examples
    --------
    >>> from auriga.datasets import simulate_market
    >>> standard_features(PairInputs(simulate_market(300, seed=1).candles)).shape
    (300, 4)
    """
    return _side_by_side([part.compute(inputs) for part in parts_of("pair", groups)], inputs.candles)


def period_warmup_candles(period: int, *, groups: Sequence[str] = DEFAULT_GROUPS) -> int:
    """Leading rows of `period_features` in which some column is NaN; by default the ADX takes longest.

    Examples
    --------
    >>> period_warmup_candles(14)
    27
    """
    return _longest("period", groups, period=period)


def basic_warmup_candles(*, groups: Sequence[str] = DEFAULT_GROUPS) -> int:
    """Leading rows of `basic_features` in which some column is NaN.

    Examples
    --------
    >>> basic_warmup_candles()
    100
    """
    return _longest("timeframe", groups)


def standard_warmup_candles(*, groups: Sequence[str] = DEFAULT_GROUPS) -> int:
    """Leading rows of `standard_features` in which some column is NaN.

    Examples
    --------
    >>> standard_warmup_candles()
    0
    """
    return _longest("pair", groups)


def _longest(each: Each, groups: Sequence[str], **periods: Any) -> int:
    return max((part.warmup_candles(**periods) for part in parts_of(each, groups)), default=0)


def _side_by_side(frames: list[pd.DataFrame], candles: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(frames, axis=1) if frames else pd.DataFrame(index=candles.index)
