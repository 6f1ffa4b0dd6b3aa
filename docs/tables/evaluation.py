"""How often 95 % intervals covered the truth, as a Markdown table of what was measured."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MEASURED = Path(__file__).parents[2] / "studies" / "coverage.json"
_COLUMNS = {
    "mean": "mean",
    "sharpe": "Sharpe",
    "plain_mean": "mean, plain",
    "sortino": "Sortino",
    "profit_factor": "profit factor",
    "win_rate_frac": "share of winning days",
    "max_drawdown_frac": "largest drawdown",
}


def table() -> str:
    """One row for each process and length."""
    measured = json.loads(_MEASURED.read_text())
    header = ("daily returns", "days", *_COLUMNS.values())
    rule = "|---|---:|" + "---:|" * len(_COLUMNS)
    return "\n".join([_row(header), rule, *(_row(_cells(row)) for row in measured["rows"])])


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    shares = (f"{100 * row[name]:.1f} %" if name in row else "" for name in _COLUMNS)
    return (row["returns"], str(row["days"]), *shares)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
