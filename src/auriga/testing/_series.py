"""Checks of whatever gives a value for each candle: indicators and features."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from auriga.testing._candles import random_walk
from auriga.testing._compare import (
    Compute,
    answer_of,
    apart,
    candle,
    cut_rows,
    name_of,
    require_same_columns,
    shown,
    table_of,
    titled,
)
from auriga.testing._error import ContractError
from auriga.typing import BoolArray, IntArray
from auriga.wording import counted

_CUTS = 32
_MOSTLY = 0.9
"""Share of a column that changes when it depends on the whole frame."""
_UNITS = {
    "price": (("open", "high", "low", "close"), 2.0**-18, "the close or an ATR"),
    "volume": (("volume",), 2.0**13, "an average volume"),
}
"""Columns, factor (a power of two: others round the prices, and a last bit may decide) and remedy."""

BACKWARD = (
    "compute it from candles up to its own: no negative shift, no centred window, no bfill, and no mean, "
    "quantile or rank of the whole frame"
)


def check_series(
    compute: Compute,
    candles: pd.DataFrame | None = None,
    *,
    warmup: int | None = None,
    scale_free: bool = False,
    exact: bool = False,
) -> None:
    """Check an indicator: the value of candle t comes from candles up to t, and from nothing else.

    Makes `check_input_unchanged`, `check_deterministic`, `check_index_kept`, `check_no_look_ahead`,
    `check_beginning` and, where asked, `check_scale`.

    Parameters
    ----------
    compute : callable
        Takes candles (a frame with `date`, `open`, `high`, `low`, `close`, `volume`) and gives a series, an
        array or a frame with one row a candle.
    candles : DataFrame, optional
        By default `random_walk()`. Give more where there is no value within 600 candles.
    warmup : int, optional
        Candles without a value at the beginning, where you promise a number.
    scale_free : bool
        Whether another unit of price or volume must change nothing, as one model for all pairs needs it.
    exact : bool
        Whether values have to be the same bit for bit; by default but for rounding (1e-6 of their standard
        deviation).

    Raises
    ------
    ContractError
        With the candle, its value and the remedy.

    Examples
    --------
    >>> def change(candles):
    ...     return candles["close"] / candles["close"].shift(3) - 1
    >>> check_series(change, warmup=3, scale_free=True)
    >>> def tomorrow(candles):
    ...     return candles["close"].shift(-1) / candles["close"] - 1
    >>> check_series(tomorrow)
    Traceback (most recent call last):
    auriga.testing._error.ContractError: tomorrow looks 1 candle ahead: at candle 598 (2025-01-03 ...) ...
    """
    candles = random_walk() if candles is None else candles
    check_input_unchanged(compute, candles)
    check_deterministic(compute, candles)
    check_index_kept(compute, candles)
    check_no_look_ahead(compute, candles, exact=exact)
    check_beginning(compute, candles, warmup=warmup)
    if scale_free:
        check_scale(compute, candles)


def check_no_look_ahead(
    compute: Compute,
    candles: pd.DataFrame | None = None,
    *,
    cuts: int | Sequence[int] = _CUTS,
    exact: bool = False,
) -> None:
    """Check that the value of a candle is the same whatever comes later: candles are cut off at many places.

    Parameters
    ----------
    compute, candles, exact
        As in `check_series`.
    cuts : int or sequence of int
        How many cuts, half of them spread evenly and half before candles that stand out; or how many candles
        to keep each time.

    Raises
    ------
    ContractError
        With the candle that looks furthest ahead of its own.
    """
    candles = random_walk() if candles is None else candles
    name, whole = name_of(compute), table_of(compute, candles)
    furthest, message = 0, ""
    for rows in cut_rows(candles, cuts):
        cut = table_of(compute, candles.iloc[:rows])
        require_same_columns(name, cut, whole)
        where = apart(cut, whole.iloc[:rows], exact=exact)
        if not where.any():
            continue
        row = int(np.flatnonzero(where.any(axis=1))[0])
        if rows - row >= furthest:
            furthest = rows - row
            place = int(np.flatnonzero(where[row])[0])
            last = "that candle" if row == rows - 1 else candle(candles, rows - 1)
            message = (
                f"{titled(name, whole, place)} looks "
                f"{_far(where[:, place], whole.iloc[:rows, place], furthest)}: at {candle(candles, row)} it "
                f"is {shown(whole.iat[row, place])}, but {shown(cut.iat[row, place])} when "
                f"{last} is the last; {BACKWARD}"
            )
    if message:
        raise ContractError(message)


def _far(where: BoolArray, values: pd.Series, ahead: int) -> str:
    known = int(values.notna().sum())
    if np.count_nonzero(where) > max(1, _MOSTLY * known):
        return "at the whole frame"
    return f"{counted(ahead, 'candle')} ahead"


def check_input_unchanged(compute: Compute, candles: pd.DataFrame | None = None) -> None:
    """Check that the candles are left as they were: others read the same frame.

    Raises
    ------
    ContractError
        With the column that was added, removed or changed.
    """
    candles = random_walk() if candles is None else candles
    given, name = candles.copy(), name_of(compute)
    answer_of(compute, given)
    if list(given) != list(candles) or not given.index.equals(candles.index):
        odd = sorted(str(column) for column in {*given} ^ {*candles})
        raise ContractError(
            f"{name} changes the frame it is given ({', '.join(odd) or 'its index'}): work on a copy, or "
            "give new columns back"
        )
    where = apart(given, candles, exact=True)
    if where.any():
        row, place = np.argwhere(where)[0]
        raise ContractError(
            f"{name} changes {given.columns[place]} of the frame it is given: at {candle(candles, row)} "
            f"{shown(candles.iat[row, place])} became {shown(given.iat[row, place])}; work on a copy"
        )


def check_deterministic(compute: Compute, candles: pd.DataFrame | None = None) -> None:
    """Check that the same candles give the same values: a second run has to repeat the first.

    Raises
    ------
    ContractError
        With the first candle that got another value.
    """
    candles = random_walk() if candles is None else candles
    first, second = table_of(compute, candles), table_of(compute, candles)
    require_same_columns(name_of(compute), first, second)
    where = apart(first, second, exact=True)
    if where.any():
        row, place = np.argwhere(where)[0]
        raise ContractError(
            f"{titled(name_of(compute), first, place)} gives {shown(first.iat[row, place])} at "
            f"{candle(candles, row)} and {shown(second.iat[row, place])} the next time: seed what is random, "
            "and read neither the clock nor what an earlier call has left"
        )


def check_index_kept(compute: Compute, candles: pd.DataFrame | None = None) -> None:
    """Check that the index of the candles comes back and touches no value: Freqtrade's frames have several.

    An array has no index, so only its values are looked at.

    Raises
    ------
    ContractError
    """
    candles = random_walk() if candles is None else candles
    name, expected = name_of(compute), table_of(compute, candles)
    times = (
        candles["date"] if "date" in candles else pd.date_range("2025-01-01", periods=len(candles), tz="UTC")
    )
    for index in (pd.RangeIndex(100, 100 + len(candles)), pd.DatetimeIndex(times, name="at")):
        renamed = candles.set_axis(index)
        answer = answer_of(compute, renamed.copy())
        if isinstance(answer, pd.Series | pd.DataFrame) and not answer.index.equals(index):
            raise ContractError(
                f"{name} gives the index {answer.index[:3].tolist()}... for candles of the index "
                f"{index[:3].tolist()}...: give the index of the candles back (no reset_index)"
            )
        where = apart(table_of(compute, renamed), expected, exact=True)
        if where.any():
            row, place = np.argwhere(where)[0]
            raise ContractError(
                f"{titled(name, expected, place)} depends on the index of the frame: {candle(candles, row)} "
                f"got another value for candles of the index {index[:3].tolist()}...; count rows with iloc"
            )


def check_beginning(
    compute: Compute,
    candles: pd.DataFrame | None = None,
    *,
    warmup: int | None = None,
    is_missing: Callable[[pd.DataFrame], pd.DataFrame] = pd.isna,
) -> None:
    """Check that values are missing at the beginning alone, and finite after that.

    FreqAI drops a row for one missing value, so a hole costs rows of training and predictions.

    Parameters
    ----------
    compute, candles, warmup
        As in `check_series`.
    is_missing : callable
        What a value that is not known looks like; by default NaN.

    Raises
    ------
    ContractError
        With the first candle of a hole, an infinite value, or the number of candles without a value.
    """
    candles = random_walk() if candles is None else candles
    name, table = name_of(compute), table_of(compute, candles)
    missing = is_missing(table).to_numpy(dtype=bool)
    for place in range(table.shape[1]):
        column, title = missing[:, place], titled(name, table, place)
        if column.all():
            raise ContractError(
                f"{title} has no value on any of {len(candles)} candles: give the check more candles, or "
                "look at its window"
            )
        holes = np.flatnonzero(column[1:] & ~column[:-1]) + 1
        if len(holes):
            raise ContractError(
                f"{title} is missing at {candle(candles, int(holes[0]))}, after it was known: bound the "
                "division or logarithm there; a row with one missing value is neither learned from nor "
                "predicted"
            )
        if len(infinite := _infinite(table.iloc[:, place])):
            raise ContractError(
                f"{title} is {shown(table.iat[infinite[0], place])} at {candle(candles, int(infinite[0]))}: "
                "bound the division or logarithm there"
            )
    found = int(np.count_nonzero(missing.any(axis=1)))
    if warmup is not None and found != warmup:
        raise ContractError(
            f"{name} is missing on the first {found} candles, but {warmup} were promised: say {found}, or "
            "change the window"
        )


def _infinite(values: pd.Series) -> IntArray:
    if not pd.api.types.is_numeric_dtype(values):
        return np.array([], dtype=np.int64)
    return np.flatnonzero(np.isinf(values.to_numpy(dtype=np.float64, na_value=np.nan)))


def check_scale(compute: Compute, candles: pd.DataFrame | None = None) -> None:
    """Check that another unit of price, or of volume, changes no value: pairs of any price share one model.

    Raises
    ------
    ContractError
        With a candle, and its value before and after.
    """
    candles = random_walk() if candles is None else candles
    name, original = name_of(compute), table_of(compute, candles)
    for what, (columns, factor, remedy) in _UNITS.items():
        rescaled = table_of(compute, candles.assign(**{name: candles[name] * factor for name in columns}))
        for place in range(original.shape[1]):
            where = _scaled_apart(rescaled.iloc[:, place], original.iloc[:, place])
            if where.any():
                row = int(np.flatnonzero(where)[0])
                raise ContractError(
                    f"{titled(name, original, place)} depends on the unit of {what}: at "
                    f"{candle(candles, row)} it is {shown(original.iat[row, place])}, but "
                    f"{shown(rescaled.iat[row, place])} when each {what} is multiplied by {factor:g}; divide "
                    f"by {remedy}, or pairs cannot share a model"
                )


def _scaled_apart(rescaled: pd.Series, original: pd.Series) -> BoolArray:
    """Values that differ by more than a rounding of their own type."""
    if not pd.api.types.is_numeric_dtype(original):
        return apart(rescaled.to_frame(), original.to_frame(), exact=True)[:, 0]
    rtol, atol = (1e-4, 1e-5) if original.dtype == np.float32 else (1e-7, 1e-7)
    one, other = (values.to_numpy(dtype=np.float64, na_value=np.nan) for values in (rescaled, original))
    return np.asarray(~np.isclose(one, other, rtol=rtol, atol=atol, equal_nan=True))
