"""The page and its numbers."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE, NUMBERS = ROOT / "studies" / "EXPECTED.md", ROOT / "studies" / "expected.json"
_HEAD = (Path(__file__).parent / "page.md").read_text()
LARGE = 25.0
"""bp; the shipped costs of a round trip are 30."""


def write(numbers: Mapping[str, Any]) -> None:
    """Write the page of the numbers."""
    known = {"freqtrade": version("freqtrade"), "python": platform.python_version()}
    parts = [_HEAD.format(**known, **numbers["facts"]), "## Slope of realised on expected moves\n"]
    parts += [_slopes(numbers), "", "## Buckets\n"]
    for group, buckets in numbers["buckets"].items():
        rows = sum(bucket["rows"] for bucket in buckets)
        parts += [f"### {group.capitalize()}, {rows:,} candles\n", _buckets(buckets), ""]
    parts += ["## What windows learned\n", _windows(numbers["windows"]), ""]
    PAGE.write_text("\n".join(parts))


def _slopes(numbers: Mapping[str, Any]) -> str:
    lines = [
        "| candles | slope | 95 % | rows above 25 bp | expected there | came |",
        "|---|---:|---|---:|---:|---:|",
    ]
    for group, row in numbers["slopes"].items():
        above = [each for each in numbers["buckets"][group] if (each["low"] or 0) >= LARGE]
        rows = sum(each["rows"] for each in above)
        cells = [f"{sum(each[name] * each['rows'] for each in above) / rows:+.1f}" if rows else "-"
                 for name in ("expected", "realised")]  # fmt: skip
        interval = f"{row['low']:.2f} to {row['high']:.2f}"
        lines.append(f"| {group} | {row['slope']:.2f} | {interval} | {rows:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _buckets(buckets: Sequence[Mapping[str, Any]]) -> str:
    lines = ["| expected, bp | rows | weeks | mean expected | came | 95 % |", "|---|---:|---:|---:|---:|---|"]
    for each in buckets:
        low, high = each["realised_low"], each["realised_high"]
        interval = "-" if low is None else f"{low:+.1f} to {high:+.1f}"
        lines.append(
            f"| {_name(each['low'], each['high'])} | {each['rows']:,} | {each['blocks']} "
            f"| {each['expected']:+.1f} | {each['realised']:+.1f} | {interval} |"
        )
    return "\n".join(lines)


def _name(low: float | None, high: float | None) -> str:
    """Name of a bucket.

    Examples
    --------
    >>> _name(None, -25.0), _name(5.0, 10.0), _name(40.0, None)
    ('below -25', '5 to 10', '40 and more')
    """
    if low is None:
        return f"below {high:g}"
    return f"{low:g} and more" if high is None else f"{low:g} to {high:g}"


def _windows(windows: Sequence[Mapping[str, Any]]) -> str:
    lines = ["| window | slope, as measured | error | used |", "|---|---:|---:|---:|"]
    for each in windows:
        values = (f"{each[name]:.2f}" for name in ("slope", "error", "pooled"))
        lines.append(f"| {each['first']} | {' | '.join(values)} |")
    return "\n".join(lines)
