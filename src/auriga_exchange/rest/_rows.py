"""Pages of rows that have a number and a time."""

from typing import Any

from auriga_exchange.gate import Parameters
from auriga_exchange.wire import read_integer, read_limit

_MOST_ROWS = 1000
_DEFAULT_ROWS = 500


def page(rows: list[tuple[int, int, dict[str, Any]]], query: Parameters, number: str) -> list[dict[str, Any]]:
    """Texts of the rows a query asks for: the first ones from a number or a time on, else the latest.

    Parameters
    ----------
    rows : list of (number, time in ms, text)
        The oldest first.
    query : mapping
        `startTime`, `endTime` (ms, both inclusive), `limit` and the smallest number.
    number : str
        The parameter that has the smallest number.

    Examples
    --------
    >>> page([(1, 10, {"id": 1}), (2, 20, {"id": 2})], {"limit": "1"}, "fromId")
    [{'id': 2}]
    """
    limit = read_limit(query, default=_DEFAULT_ROWS, most=_MOST_ROWS)
    first, start, end = (read_integer(query, name) for name in (number, "startTime", "endTime"))
    chosen = [
        text
        for key, at, text in rows
        if key >= (first or 0) and at >= (start or 0) and (end is None or at <= end)
    ]
    return chosen[:limit] if (first, start) != (None, None) else chosen[-limit:]
