"""What each detector says of the same slow candles."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import get_args

import pandas as pd

from auriga.errors import SettingsError
from auriga.host.rows import detected_regimes
from auriga.regimes import HmmDetector, JumpDetector, StateDetector
from auriga.settings import DetectorName, RegimeSettings, RuleName

_RULES: tuple[str, ...] = get_args(RuleName)
_DETECTORS: tuple[str, ...] = get_args(DetectorName)
_OPTIONAL: dict[str, type[StateDetector]] = {"jump": JumpDetector, "hmm": HmmDetector}


def _lacks(name: str) -> list[str]:
    """Packages that a detector needs and that are not installed."""
    needs = _OPTIONAL[name].packages if name in _OPTIONAL else ()
    return [package for package in needs if find_spec(package) is None]


def detector_names() -> list[str]:
    """Names that `detector_settings` knows and that can run here: detectors, then single rules."""
    return [name for name in (*_DETECTORS, *_RULES) if not _lacks(name)]


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
    if lacking := _lacks(name):
        extra = _OPTIONAL[name].extra
        raise SettingsError(f"detector {name!r} needs {', '.join(lacking)}: pip install auriga[{extra}]")
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
    dict of str to DataFrame of shape (n_candles, 6)
        By name, as `detected_regimes` returns them: row t uses candles <= t, so it is known when candle t
        closes.

    Raises
    ------
    SettingsError
        As in `detector_settings`.
    """
    return {name: detected_regimes(slow_candles, detector_settings(settings, name)) for name in names}
