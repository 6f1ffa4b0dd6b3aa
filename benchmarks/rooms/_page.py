"""The figures as a table on the screen, a page and a file of costs."""

import re
from collections.abc import Mapping, Sequence

from rich.table import Table

from benchmarks.rooms._rows import Row

_PER = 100_000
_CANDLES = re.compile(r"([\d,]+) (?:\S+ )?(?:candles|rows)")
_SLOW = re.compile(r"[\d,]+ (\d+[dh]) candles")


def costs(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Milliseconds per 100,000 candles of everything whose work is told in candles or rows.

    Regimes are told as they are, in milliseconds for a year of slow candles, since refits do not grow with
    their number.

    Examples
    --------
    >>> costs([Row("labels", "direction", "50,000 candles", 0.01), Row("labels", "all", "a year", 1.0)])
    {'labels': {'direction': 20.0}}
    >>> costs([Row("regimes", "jump", "365 1d candles, all refits", 0.5)])
    {'regimes': {'jump, 1d': 500.0}}
    """
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        match = _CANDLES.match(row.what)
        slow = _SLOW.match(row.what)
        if row.room == "regimes" and slow:
            found.setdefault(row.room, {})[f"{row.name}, {slow[1]}"] = float(f"{row.seconds * 1000:.3g}")
        elif match:
            per = row.seconds * 1000 * _PER / int(match[1].replace(",", ""))
            found.setdefault(row.room, {})[row.name] = float(f"{per:.3g}")
    return found


def verdict(row: Row) -> str:
    """Whether both targets of a row were met; empty without a target.

    Examples
    --------
    >>> verdict(Row("features", "x", "", 1.0, 2.0, 500.0, 400.0)), verdict(Row("features", "x", "", 1.0))
    ('missed', '')
    """
    pairs = [(row.seconds, row.target), (row.peak_mib, row.target_mib)]
    judged = [value <= target for value, target in pairs if value is not None and target is not None]
    return "" if not judged else "met" if all(judged) else "missed"


def cells(row: Row) -> list[str]:
    """One row of the table."""
    return [
        row.name,
        row.what,
        "" if row.columns is None else str(row.columns),
        _seconds(row.seconds),
        "" if row.target is None else f"<= {_seconds(row.target)}",
        "" if row.peak_mib is None else f"{row.peak_mib:.0f} MiB",
        "" if row.target_mib is None else f"<= {row.target_mib:.0f} MiB",
        verdict(row),
    ]


HEADER = ("name", "work", "columns", "time", "target", "peak memory", "target", "")


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{1000 * value:.3g} ms"


def ratio_line(rows: Sequence[Row], ours: str, theirs: str) -> str:
    """How our features compare with FreqAI's example of them; empty when one was not measured."""
    by_name = {row.name: row for row in rows}
    if ours not in by_name or theirs not in by_name:
        return ""
    own, stock = by_name[ours], by_name[theirs]
    each = (own.seconds / (own.columns or 1)) / (stock.seconds / (stock.columns or 1))
    return (
        f"All features of a pair against FreqAI's example features of the same candles, in the same run: "
        f"{own.seconds / stock.seconds:.2f} times the time for {own.columns} columns instead of "
        f"{stock.columns}, {each:.2f} times for each column."
    )


def screen_table(room: str, rows: Sequence[Row]) -> Table:
    """One room on the screen."""
    table = Table(*HEADER, title=room)
    for row in rows:
        table.add_row(*cells(row))
    return table


def page(rooms: Mapping[str, Sequence[Row]], notes: Sequence[str], machine: Sequence[str]) -> str:
    """The whole page in Markdown."""
    parts = ["# What the rooms cost", ""]
    parts += [
        "Written by `python -m benchmarks.rooms` (`make rooms`). Best of several runs after one that does "
        "not count, which compiles; memory is the most in use above that before, in a process of its own. "
        "Milliseconds per 100,000 candles of every row are in `benchmarks/costs.json`, from which the "
        "catalogue pages in `docs/` are written.",
        "",
        *machine,
        "",
    ]
    for room, rows in rooms.items():
        parts += [
            f"## {room.capitalize()}",
            "",
            _markdown_row(HEADER),
            "|---|---|---:|---:|---:|---:|---:|---|",
        ]
        parts += [*(_markdown_row(cells(row)) for row in rows), ""]
    parts += [f"{note}\n" for note in notes if note]
    return "\n".join(parts).rstrip() + "\n"


def _markdown_row(texts: Sequence[str]) -> str:
    return f"| {' | '.join(texts)} |"
