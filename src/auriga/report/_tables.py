"""From frames of numbers to tables of words with units; what is not known is a dash with its reason."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from auriga.host.setup import money
from auriga.report._blocks import Cell, Row, Table

DASH = "\N{EN DASH}"

Form: TypeAlias = Callable[[float], str]


def number(decimals: int = 2, unit: str = "", *, sign: bool = False) -> Form:
    """Return a form such as `1,234.50 USDT`.

    Examples
    --------
    >>> number(1, "USDT", sign=True)(1234.56)
    '+1,234.6 USDT'
    >>> number(0)(-0.2)
    '0'
    """

    def form(value: float) -> str:
        text = f"{value:{'+' if sign else ''},.{decimals}f}"
        bare = text.lstrip("+-")
        text = text if bare.strip("0.,") else bare  # no sign before a zero
        return f"{text} {unit}" if unit else text

    return form


def amount(currency: str) -> Form:
    """Return a form of a gain or loss in a currency, with digits enough for it (see `money`)."""

    def form(value: float) -> str:
        return money(value, currency, sign=True)

    return form


def percent(decimals: int = 2, *, sign: bool = False) -> Form:
    """Return a form of fractions of 1.

    Examples
    --------
    >>> percent(1)(0.1234)
    '12.3 %'
    """
    plain = number(decimals, "%", sign=sign)
    return lambda value: plain(100 * value)


def duration(minutes: float) -> str:
    """Return minutes as people say them.

    Examples
    --------
    >>> [duration(minutes) for minutes in (4, 69, 60 * 50)]
    ['4 min', '1 h 9 min', '2 d 2 h']
    """
    whole = round(minutes)
    days, hours, rest = whole // 1440, whole % 1440 // 60, whole % 60
    if days:
        return f"{days:,} d {hours} h" if hours else f"{days:,} d"
    return (f"{hours} h {rest} min" if rest else f"{hours} h") if hours else f"{rest} min"


def or_unknown(value: Any, form: Form) -> str:
    """Return a number within a sentence.

    Examples
    --------
    >>> or_unknown(0.1234, percent(1)), or_unknown(float("nan"), percent(1))
    ('12.3 %', 'not known')
    """
    return form(float(value)) if value is not None and math.isfinite(value) else "not known"


def cell(value: Any, form: Form, *, why: str = "not known", toned: bool = False) -> Cell:
    """Return a number's cell; a dash with the reason where it is NaN.

    Examples
    --------
    >>> cell(float("nan"), number(1), why="too few days").title
    'too few days'
    """
    if value is None or not math.isfinite(value):
        return Cell(DASH, title=why)
    shown = float(value)
    tone = ("good" if shown > 0 else "bad") if toned and shown != 0 else ""
    return Cell(form(shown), shown, tone=tone)


@dataclass(frozen=True)
class Column:
    """How a column of a frame is shown.

    Attributes
    ----------
    title : str
        With the unit where the form has none.
    form : callable
        Number to text.
    why : str
        Reason for a dash.
    interval : pair of str, optional
        Columns of a lower and an upper bound, shown in the same cell.
    toned : bool
        Whether above 0 is good and below bad; with an interval, whether it lies on one side.
    """

    title: str
    form: Form
    why: str = "not known"
    interval: tuple[str, str] | None = None
    toned: bool = False


def _cell_of(row: Mapping[Any, Any], name: str, column: Column) -> Cell:
    shown = cell(row[name], column.form, why=column.why, toned=column.toned)
    if column.interval is None or shown.value is None:
        return shown
    low, high = (row[bound] for bound in column.interval)
    if not (math.isfinite(low) and math.isfinite(high)):
        return Cell(shown.text, shown.value, "too few rows for an interval", shown.tone)
    tone = shown.tone if low > 0 or high < 0 else ""  # an interval that holds zero is neither good nor bad
    return Cell(f"{shown.text} ({column.form(low)} to {column.form(high)})", shown.value, tone=tone)


def frame_table(
    key: str,
    caption: str,
    corner: str,
    frame: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    names: Callable[[Any], str] = str,
    note: str = "",
) -> Table:
    """Return a table of a frame's rows with the named columns.

    Parameters
    ----------
    key, caption, corner, note : str
        Identifier, caption, heading of the first column, a line below.
    frame : DataFrame
        Its index names the rows.
    columns : mapping of str to Column
        In order.
    names : callable
        Index value to name.
    """
    rows = tuple(
        Row(names(index), tuple(_cell_of(values, name, column) for name, column in columns.items()))
        for index, values in zip(frame.index, frame.to_dict("records"), strict=True)
    )
    return Table(key, caption, corner, tuple(column.title for column in columns.values()), rows, note)


def words(values: Sequence[Any]) -> tuple[Cell, ...]:
    """Return cells of words; an empty one is a dash."""
    return tuple(Cell(str(value)) if str(value) else Cell(DASH) for value in values)
