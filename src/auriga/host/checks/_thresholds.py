"""Thresholds that no trader means, refused before the first candle."""

from collections.abc import Callable

from freqtrade.exceptions import OperationalException

from auriga.host.signals import Thresholds
from auriga.typing import Regime

_WHERE = "in the strategy or, where there is one, in the RegimeStrategy.json that hyperopt wrote beside it"


def check_thresholds(thresholds: Thresholds) -> None:
    """Refuse thresholds out of order, and those that are no probabilities in every regime.

    Raises
    ------
    OperationalException
        With every value that cannot be used, and the remedy.
    """
    problems = [problem for check in _CHECKS if (problem := check(thresholds))]
    if problems:
        raise OperationalException("This cannot be traded:\n" + "\n".join(problems))


def _in_order(thresholds: Thresholds) -> str | None:
    """Otherwise one candle would be reason to enter and to leave, or to go long and short."""
    if thresholds.in_order:
        return None
    return (
        f"short_threshold {thresholds.short}, exit_threshold {thresholds.exit} and long_threshold "
        f"{thresholds.long} must not fall in this order; correct them {_WHERE}"
    )


def _are_probabilities(thresholds: Thresholds) -> str | None:
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


_CHECKS: tuple[Callable[[Thresholds], str | None], ...] = (_in_order, _are_probabilities)
