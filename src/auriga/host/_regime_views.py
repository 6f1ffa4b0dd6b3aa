"""What each detector says of the same slow candles."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import get_args

import numpy as np
import pandas as pd

from auriga.errors import SettingsError
from auriga.host._regimes import rules_from_settings
from auriga.regimes import detect_regimes
from auriga.settings import DetectorName, RegimeSettings, RuleName

_RULES: tuple[str, ...] = get_args(RuleName)
_DETECTORS: tuple[str, ...] = get_args(DetectorName)
_NEEDS = {"jump": "jumpmodels", "hmm": "hmmlearn"}


def detector_names() -> list[str]:
    """Names that `detector_settings` knows and that can run here: detectors, then single rules."""
    able = [name for name in _DETECTORS if name not in _NEEDS or find_spec(_NEEDS[name])]
    return [*able, *_RULES]


def detector_settings(settings: RegimeSettings, name: str) -> RegimeSettings:
    """Settings that differ from the given ones in the detector alone.

    Parameters
    ----------
    settings : RegimeSettings
        Where the detector's own numbers come from.
    name : str
        A detector (`rules` is the vote of the configured rules), or a rule that is to decide alone.

    Raises
    ------
    SettingsError
        If there is no such detector or rule, or its library is not installed.

    Examples
    --------
    >>> detector_settings(RegimeSettings(), "price_change").rules
    ('price_change',)
    """
    if name not in (*_DETECTORS, *_RULES):
        raise SettingsError(f"detector {name!r} is unknown; known: {', '.join((*_DETECTORS, *_RULES))}")
    if name not in detector_names():
        raise SettingsError(f"detector {name!r} needs the package {_NEEDS[name]}; install auriga[jump]")
    if name in _RULES:
        return settings.model_copy(update={"detector": "rules", "rules": (name,)})
    return settings.model_copy(update={"detector": name})


def regime_views(
    slow_candles: pd.DataFrame, settings: RegimeSettings, names: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Regimes of the same slow candles by several detectors.

    Parameters
    ----------
    slow_candles : DataFrame of shape (n_candles, >= 6)
        Sound candles of `settings.timeframe`. Not changed.
    settings : RegimeSettings
    names : sequence of str
        As in `detector_settings`.

    Returns
    -------
    dict of str to DataFrame of shape (n_candles, >= 6)
        By name: `date`, `raw_regime`, `regime`, `regime_age`, `regime_confidence`, `regime_status`. Row t
        uses candles <= t and is known when candle t closes. NaN confidence and the status `""` where a
        detector has none.

    Raises
    ------
    SettingsError
        As in `detector_settings`.
    """
    return {name: _view(slow_candles, detector_settings(settings, name)) for name in names}


def _view(slow_candles: pd.DataFrame, settings: RegimeSettings) -> pd.DataFrame:
    if settings.detector != "rules":
        raise SettingsError(f"detector {settings.detector!r} is not available yet; use 'rules'")
    detected = detect_regimes(
        slow_candles,
        rules_from_settings(settings),
        confirm_candles=settings.confirm_candles,
        min_dwell=settings.min_dwell,
    )
    return detected.assign(regime_confidence=np.nan, regime_status="")
