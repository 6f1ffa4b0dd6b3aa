"""The labels as a Markdown table, from their docstrings and the measured costs."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path

from auriga import labels

_COSTS = Path(__file__).parents[2] / "benchmarks" / "costs.json"
_HEADER = ("label", "says", "candles it needs", "missing", "ms per 100,000 candles")
_RULE = "|---|---|---|---|---:|"


def table() -> str:
    """One row for each label of `auriga.labels`."""
    costs = json.loads(_COSTS.read_text()).get("labels", {}) if _COSTS.exists() else {}
    rows = [_row(_cells(name, costs.get(name))) for name in _names()]
    return "\n".join([_row(_HEADER), _RULE, *rows])


def _names() -> Iterator[str]:
    """Labels are what says in its docstring how it looks forward."""
    for name in labels.__all__:
        if "Looks forward:" in _text(name):
            yield name


def _cells(name: str, cost: float | None) -> tuple[str, ...]:
    text = _text(name)
    candles = _found(r"Looks forward: uses (?:the )?(.*?\.)(?:\s|$)", text)
    missing = _found(r"((?:Missing|NaN) (?:for|where) .*?\.)(?:\s|$)", text)
    spent = "-" if cost is None else f"{cost:.1f}"
    return (f"`{name}`", text[: text.index(". ") + 1], candles, missing, spent)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"a label's docstring lacks {pattern!r}: {text[:60]!r}")
    return match[1]


def _text(name: str) -> str:
    """The docstring on one line."""
    return " ".join((inspect.getdoc(getattr(labels, name)) or "").split())


def _row(texts: tuple[str, ...]) -> str:
    return f"| {' | '.join(text.rstrip('.').replace('|', chr(92) + '|') for text in texts)} |"
