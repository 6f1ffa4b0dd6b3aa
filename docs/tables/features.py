"""The feature catalogue as Markdown: one table a group, from the code and the measured costs."""

import json
from pathlib import Path

from benchmarks.rooms._features import part_names

from auriga.features import DEFAULT_GROUPS, FEATURE_GROUPS, FEATURE_PARTS, FeaturePart

_COSTS = Path(__file__).parents[2] / "benchmarks" / "costs.json"
_PERIOD = 14
_HEADER = ("column", "each", "meaning", "source", "warm-up", "ms")
_RULE = "|---|---|---|---|---:|---:|"


def table() -> str:
    """Tables of all groups under a heading each, in the order of the catalogue."""
    costs: dict[str, float] = json.loads(_COSTS.read_text()).get("features", {})
    return "\n\n".join(_group(group, costs) for group in FEATURE_GROUPS)


def _group(group: str, costs: dict[str, float]) -> str:
    parts = [
        (part, costs.get(name))
        for part, name in zip(FEATURE_PARTS, part_names(), strict=True)
        if part.group == group
    ]
    state = "on by default" if group in DEFAULT_GROUPS else "off by default"
    lines = [f"### `{group}`: {state}", "", _row(_HEADER), _RULE]
    for part, cost in parts:
        lines += _rows(part, cost)
    return "\n".join(lines)


def _rows(part: FeaturePart, cost: float | None) -> list[str]:
    """One row a feature; the cost is that of all columns of the part together."""
    warmup = part.warmup_candles(period=_PERIOD) if part.each == "period" else part.warmup_candles()
    spent = "not measured" if cost is None else f"{cost:.0f}" if cost >= 10 else f"{cost:.1f}"
    return [
        _row((f"`{name}`", part.each, feature.meaning, feature.source, str(warmup), spent))
        for name, feature in part.features.items()
    ]


def _row(texts: tuple[str, ...]) -> str:
    """One line of a table; what Markdown would read as something else stays what it is."""
    cells = [text if text.startswith("`") else text.replace("<", "&lt;") for text in texts]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
