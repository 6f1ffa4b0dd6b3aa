"""The page and its numbers; every figure comes from the runs."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from studies.cache import ROOT
from studies.profiles._runs import FAST, SWING, Run

PAGE, NUMBERS = ROOT / "studies" / "PROFILES.md", ROOT / "studies" / "profiles.json"
_HEAD = (Path(__file__).parent / "page.md").read_text()


def write(numbers: Mapping[str, Any]) -> None:
    """Write the page of the numbers that are there."""
    parts = [_HEAD.format(freqtrade=version("freqtrade"), python=platform.python_version())]
    for title, kind, runs in (("Swing: 4h candles", "4h", SWING), ("5m candles, four pairs", "5m", FAST)):
        found = numbers.get(kind, {})
        shown = [run for run in runs if run.name in found]
        if shown:
            tables = (_table(shown, found), _years(shown, found), _commands(shown))
            parts += [f"## {title}\n", *(f"{table}\n" for table in tables)]
    if saved := numbers.get("timing"):
        parts += ["## What waiting for the model saves\n", _saved(saved), ""]
    PAGE.write_text("\n".join(parts))


def _table(runs: Sequence[Run], found: Mapping[str, Any]) -> str:
    lines = [
        "| run | span | trades | net | Sharpe | max drawdown | exposure | in the market | hold, net |",
        "|---|---|" + "---:|" * 7,
    ]
    for run in runs:
        row = found[run.name]
        cells = (
            run.title, run.timerange, row["trades"], f"{row['profit_frac']:+.1%}", f"{row['sharpe']:.2f}",
            f"{row['drawdown_frac']:.1%}", f"{row['exposure_frac']:.1%}", f"{row['in_market_frac']:.0%}",
            f"{row['hold_frac']:+.0%}",
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _years(runs: Sequence[Run], found: Mapping[str, Any]) -> str:
    years = sorted({year for run in runs for year in found[run.name]["years"]})
    lines = [f"| by year of the exit | {' | '.join(years)} |", "|---|" + "---:|" * len(years)]
    for run in runs:
        cells = (f"{found[run.name]['years'].get(year, 0.0):+.1%}" for year in years)
        lines.append(f"| {run.title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _commands(runs: Sequence[Run]) -> str:
    lines = [f"{run.title}: `freqtrade {found}`" for run in runs for found in [_command(run)]]
    return "\n".join(f"- {line}" for line in lines)


def _command(run: Run) -> str:
    overlay = f"overlays/{run.candles}-{run.name.replace(' ', '-')}.json"
    return f"backtesting -c {run.config} -c {overlay} --timerange {run.timerange} --cache none"


def _saved(saved: Mapping[str, Any]) -> str:
    lines = ["| who, when, patience in candles | saved, bp | 95 % | trades |", "|---|---:|---|---:|"]
    lines += [
        f"| {name} | {each['mean']:+.1f} | {each['low']:+.1f} to {each['high']:+.1f} | {each['trades']} |"
        for name, each in saved.items()
    ]
    return "\n".join(lines)
