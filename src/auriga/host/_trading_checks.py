"""Settings and parameters that no trader means, refused before the first candle."""

from collections.abc import Callable, Mapping
from typing import Any

from freqtrade.exceptions import OperationalException  # type: ignore[import-untyped]

from auriga.host._signals import Thresholds
from auriga.settings import RegimeSettings
from auriga.typing import Regime

Check = Callable[[Mapping[str, Any], RegimeSettings, Thresholds], str | None]
"""Says what is wrong, with the value and the remedy; None when nothing is."""

_WHERE = "in the strategy or, where there is one, in the RegimeStrategy.json that hyperopt wrote beside it"


def check_trading(config: Mapping[str, Any], settings: RegimeSettings, thresholds: Thresholds) -> None:
    """Refuse what cannot be traded: thresholds out of order, leverage without futures, and the like.

    Raises
    ------
    OperationalException
        With every value that cannot be used, and the remedy.
    """
    problems = [problem for check in _CHECKS if (problem := check(config, settings, thresholds))]
    if problems:
        raise OperationalException("This cannot be traded:\n" + "\n".join(problems))


# --- signals --------------------------------------------------------------------------------------


def _thresholds_in_order(
    config: Mapping[str, Any], settings: RegimeSettings, thresholds: Thresholds
) -> str | None:
    """Otherwise one candle would be reason to enter and to leave, or to go long and short."""
    if thresholds.in_order:
        return None
    return (
        f"short_threshold {thresholds.short}, exit_threshold {thresholds.exit} and long_threshold "
        f"{thresholds.long} must not fall in this order; correct them {_WHERE}"
    )


def _thresholds_are_probabilities(
    config: Mapping[str, Any], settings: RegimeSettings, thresholds: Thresholds
) -> str | None:
    """With the offset of every regime; 0 and 1 are allowed, and mean never or always."""
    for name in ("long", "short", "exit"):
        value = getattr(thresholds, name)
        for regime in Regime.known():
            offset = thresholds.offset(regime)
            if not 0 <= value + offset <= 1:
                return (
                    f"{name}_threshold {value} with {regime.label}_offset {offset} is {value + offset:g}, "
                    f"which is no probability (0 to 1); correct one of them {_WHERE}"
                )
    return None


_CHECKS: tuple[Check, ...] = (_thresholds_in_order, _thresholds_are_probabilities)
