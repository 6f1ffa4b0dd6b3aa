"""What fails while a page is made becomes a sentence in its place; the rest of the page is there."""

import math
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, TypeAlias

from auriga.errors import AurigaError
from auriga.report._blocks import Block, Chart, Section, Table, Text
from auriga.report._data import ReportData

Numbers: TypeAlias = Callable[[ReportData], Mapping[str, Any]]


def reason_of(error: Exception) -> str:
    """Return why something failed, for a reader of the page.

    Errors of Auriga and of Freqtrade are sentences already; any other one is named with its place.

    Examples
    --------
    >>> reason_of(AurigaError("the candles are gone"))
    'the candles are gone'
    """
    if isinstance(error, AurigaError) or type(error).__module__.startswith("freqtrade."):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}. This is a fault of Auriga's"


def attempt(part: str, make: Callable[..., Block | Iterable[Block]], *given: Any) -> tuple[Block, ...]:
    """Make a part of a section; where that fails, the sentence that says so stands in its place.

    Parameters
    ----------
    part : str
        Its name for readers.
    make : callable
        Given the rest. What it returns must be fit for the page, so figures are written down here.
    """
    try:
        found = make(*given)
        blocks = (found,) if isinstance(found, Table | Chart | Text) else tuple(found)
        for block in blocks:
            if isinstance(block, Chart):
                _ = block.json
        return blocks
    except Exception as error:  # whatever it is, it must not take the page with it
        return (failed(part, error),)


def failed(part: str, error: Exception) -> Text:
    """Return the sentence that stands in the place of a part."""
    return Text(f"Not shown ({part}): {reason_of(error).rstrip('.')}.", tone="missing", failed=part)


def section(
    key: str, title: str, lead: str, *, numbers: Numbers = lambda data: {}
) -> Callable[[Callable[[ReportData], Iterable[Block]]], Callable[[ReportData], Section]]:
    """Make a section of a function that gives its blocks one after the other.

    What it gave before it failed is shown, and its failure after that.

    Parameters
    ----------
    key, title, lead : str
        As in `Section`.
    numbers : callable
        What machines may read; left out where it fails.
    """

    def decorate(make: Callable[[ReportData], Iterable[Block]]) -> Callable[[ReportData], Section]:
        @wraps(make)
        def guarded(data: ReportData) -> Section:
            blocks: list[Block] = []
            told: Mapping[str, Any] = {}
            try:
                blocks.extend(make(data))
                told = plain(numbers(data))
            except Exception as error:  # as in `attempt`
                blocks.append(failed("a part of this section", error))
            return Section(key, title, lead, tuple(blocks), told)

        return guarded

    return decorate


def plain(value: Any) -> Any:
    """Return what JSON knows: NaN and infinity are null."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, bool | str) or value is None:
        return value
    number = float(value)
    return number if math.isfinite(number) else None
