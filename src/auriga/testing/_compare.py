"""What all checks share: tables of what code gives, their differences, and words for candles."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from auriga.errors import named
from auriga.look_ahead import differing, rare_rows
from auriga.testing._error import ContractError
from auriga.typing import BoolArray
from auriga.wording import counted

Compute: TypeAlias = Callable[[pd.DataFrame], Any]
"""Candles to one value a candle: a series, an array, or a frame of several columns."""

ROUNDING = 1e-6
"""Of a column's standard deviation: sums over other candles round differently."""


def name_of(code: Any) -> str:
    """The name of a function, of a partial one's function, or of an object's class."""
    if isinstance(code, partial):
        return name_of(code.func)
    return str(getattr(code, "__name__", type(code).__name__))


def answer_of(compute: Compute, candles: pd.DataFrame) -> Any:
    """What code gives for the candles themselves, no copy of them.

    Raises
    ------
    ContractError
        If the code raises.
    """
    try:
        return compute(candles)
    except ContractError:
        raise
    except Exception as error:  # anybody's code
        raise ContractError(
            f"{name_of(compute)} raises {named(error)} on {counted(len(candles), 'candle')} (index "
            f"{candles.index[:1].tolist()}...): correct it, or give NaN where there are too few candles for "
            "a value"
        ) from error


def table_of(compute: Compute, candles: pd.DataFrame) -> pd.DataFrame:
    """What code gives for a copy of the candles, as a table with one row a candle.

    Raises
    ------
    ContractError
        If the code raises, or gives another number of values.
    """
    name, answer = name_of(compute), answer_of(compute, candles.copy())
    if isinstance(answer, pd.Series):
        table = answer.to_frame(name if answer.name is None else answer.name)
    else:
        table = pd.DataFrame(answer)
    if len(table) != len(candles):
        raise ContractError(
            f"{name} gives {len(table)} values for {len(candles)} candles: give one for each, NaN where "
            "there is none"
        )
    return table


def cut_rows(candles: pd.DataFrame, cuts: int | Sequence[int]) -> list[int]:
    """How many candles to keep: given numbers, or so many, spread evenly and before rare candles.

    What looks ahead on rare candles alone shows where such a candle has just been cut off.
    """
    rows = len(candles)
    if not isinstance(cuts, int):
        return sorted({cut for cut in cuts if 0 < cut < rows})
    found = set(np.linspace(1, rows - 1, max(2, cuts // 2), dtype=int).tolist())
    if {"high", "low", "close", "volume"} <= set(candles):
        found |= set(rare_rows(candles, max(1, cuts // 8)))
    return sorted(cut for cut in found if 0 < cut < rows)


def apart(one: pd.DataFrame, other: pd.DataFrame, *, exact: bool) -> BoolArray:
    """Which values of two tables of one shape differ; what is missing agrees with what is missing alone.

    Parameters
    ----------
    one, other : DataFrame of shape (n, k)
    exact : bool
        Whether bit for bit, or but for rounding.
    """
    columns = [
        _column_apart(one.iloc[:, place], other.iloc[:, place], exact=exact) for place in range(one.shape[1])
    ]
    return np.column_stack(columns) if columns else np.zeros((len(one), 0), dtype=bool)


def _column_apart(one: pd.Series, other: pd.Series, *, exact: bool) -> BoolArray:
    missing, absent = one.isna().to_numpy(), other.isna().to_numpy()
    if all(pd.api.types.is_numeric_dtype(values) for values in (one, other)) and not exact:
        left, right = (values.to_numpy(dtype=np.float64, na_value=np.nan)[:, None] for values in (one, other))
        unlike = differing(left, right, relative=ROUNDING, spread_of=right)[:, 0]
    else:
        unlike = np.asarray(one.to_numpy(dtype=object) != other.to_numpy(dtype=object), dtype=bool)
    return np.asarray((missing != absent) | (unlike & ~missing & ~absent))


def require_same_columns(name: str, one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Refuse code whose columns depend on how many candles there are.

    Raises
    ------
    ContractError
    """
    if list(one) != list(other):
        odd = [str(column) for column in {*one} ^ {*other}]
        raise ContractError(
            f"{name} gives other columns for {len(one)} than for {len(other)} candles "
            f"({', '.join(sorted(odd)) or 'in another order'}): give the same ones for any number of candles"
        )


def titled(name: str, table: pd.DataFrame, place: int) -> str:
    """Name of a column in a message: that of the code, and of the column where there are several."""
    return name if table.shape[1] == 1 else f"column {table.columns[place]} of {name}"


def candle(candles: pd.DataFrame, row: int) -> str:
    """A candle in words: its opening time and its number.

    Examples
    --------
    >>> candle(pd.DataFrame({"date": pd.to_datetime(["2025-01-01 04:10"])}), 0)
    'candle 0 (2025-01-01 04:10)'
    """
    at = candles["date"].iloc[row] if "date" in candles else candles.index[row]
    return f"candle {row} ({at:%Y-%m-%d %H:%M})" if isinstance(at, pd.Timestamp) else f"candle {row}"


def shown(value: Any) -> str:
    """A value in words.

    Examples
    --------
    >>> shown(np.float32(0.123456789)), shown("up"), shown(float("nan"))
    ('0.123457', "'up'", 'missing')
    """
    if value is None or value is pd.NA or value != value:
        return "missing"
    return (
        f"{value:.6g}"
        if isinstance(value, float | np.floating)
        else repr(getattr(value, "item", lambda: value)())
    )
