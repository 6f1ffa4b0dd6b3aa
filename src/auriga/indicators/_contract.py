"""What every indicator promises, attached to the function so that callers and tests can ask for it."""

import inspect
import numbers
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, cast

import numpy as np
import pandas as pd

from auriga.candles import require_columns
from auriga.errors import ParameterError

P = ParamSpec("P")

MAX_PERIOD = 100_000  # TA-Lib refuses longer ones


class Indicator(Protocol[P]):
    """A function candles -> one float64 Series that carries its contract.

    Attributes
    ----------
    warmup_candles : callable
        Takes the parameters of the indicator, returns its number of leading NaN rows.
    scale_free : bool
        True when neither a constant factor on all prices nor one on all volumes changes the values,
        so that one model can be shared by all pairs.
    minimum : int
        Smallest period that is allowed; the largest is 100,000.
    """

    __name__: str
    warmup_candles: Callable[P, int]
    scale_free: bool
    minimum: int

    def __call__(self, candles: pd.DataFrame, *args: P.args, **kwargs: P.kwargs) -> pd.Series:
        """Compute the indicator."""


def check_period(name: str, value: object, minimum: int) -> None:
    """Raise `ParameterError` unless the value is a whole number from `minimum` to `MAX_PERIOD`."""
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not whole or not minimum <= cast(int, value) <= MAX_PERIOD:
        raise ParameterError(f"{name}={value!r} is not a whole number from {minimum} to {MAX_PERIOD}")


def _periods(bound: inspect.BoundArguments, minimum: int) -> dict[str, int]:
    """All periods by name, defaults filled in, or the error that says which one is wrong."""
    bound.apply_defaults()
    periods = {name: value for name, value in bound.arguments.items() if name != "candles"}
    for name, value in periods.items():
        check_period(name, value, minimum)
    return periods


def indicator(
    *, warmup: Callable[..., int], scale_free: bool, minimum: int = 2
) -> Callable[[Callable[Concatenate[pd.DataFrame, P], pd.Series]], Indicator[P]]:
    """Give a function the contract of `Indicator`.

    The function then sees only periods in range and more candles than its warm-up: an empty or short
    series is answered here, because TA-Lib answers it differently from one function to the next.

    Parameters
    ----------
    warmup : callable
        Takes all periods by name, returns the number of leading NaN rows.
    scale_free, minimum
        As in `Indicator`.
    """

    def decorate(function: Callable[Concatenate[pd.DataFrame, P], pd.Series]) -> Indicator[P]:
        signature = inspect.signature(function)

        @wraps(function)
        def checked(candles: pd.DataFrame, *args: P.args, **kwargs: P.kwargs) -> pd.Series:
            require_columns(candles)
            periods = _periods(signature.bind(candles, *args, **kwargs), minimum)
            if len(candles) > warmup(**periods):
                values = function(candles, *args, **kwargs)
            else:
                values = pd.Series(np.nan, index=candles.index, dtype=np.float64)
            return values.rename("_".join([function.__name__, *map(str, periods.values())]))

        def warmup_candles(*args: P.args, **kwargs: P.kwargs) -> int:
            return warmup(**_periods(signature.bind(None, *args, **kwargs), minimum))

        result = cast(Indicator[P], checked)
        result.warmup_candles = warmup_candles
        result.scale_free = scale_free
        result.minimum = minimum
        return result

    return decorate
