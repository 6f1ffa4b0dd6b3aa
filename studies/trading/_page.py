"""The page and its numbers; every figure comes from the runs."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from studies.cache import ROOT
from studies.trading._variants import FUTURES, SPOT, Variant

PAGE, NUMBERS = ROOT / "studies" / "TRADING.md", ROOT / "studies" / "trading.json"
Row = Mapping[str, Any]

_HEAD = (Path(__file__).parent / "page.md").read_text()


def write(numbers: Mapping[str, Any]) -> None:
    """Write the page of the numbers that are there."""
    head = _HEAD.format(freqtrade=version("freqtrade"), python=platform.python_version())
    parts = [head, *_markets(numbers)]
    if found := numbers.get("hyperopt"):
        parts += [_hyperopt(found)]
    PAGE.write_text("\n".join(parts))


def _markets(numbers: Mapping[str, Any]) -> list[str]:
    titles = {"spot": SPOT, "futures": FUTURES}
    return [_market(market, titles[market], numbers[market]) for market in titles if market in numbers]


def _market(market: str, variants: Sequence[Variant], rows: Mapping[str, Row]) -> str:
    shown = [(variant.title, rows[variant.name]) for variant in variants if variant.name in rows]
    fees = sorted({f"{row['fee_frac']:.2%}" for _, row in shown if row["trades"]})
    return (
        f"## {market.capitalize()}, 2025-01-01 to 2025-04-01\n\nCharged on each side: {', '.join(fees)}.\n\n"
        f"{table(shown)}\n\n{_exits(shown)}\n"
    )


def table(rows: Sequence[tuple[str, Row]], first: str = "strategy") -> str:
    """Table of backtests."""
    lines = [
        f"| {first} | trades | shorts | net profit | a trade | Sharpe | Sortino | max drawdown | exposure "
        "| in the market |",
        "|---|" + "---:|" * 9,
    ]
    return "\n".join([*lines, *(f"| {title} | {_cells(row)} |" for title, row in rows)])


def _cells(row: Row) -> str:
    cells = (
        f"{row['trades']}", f"{row['shorts']}", f"{row['profit_frac']:.2%}", f"{row['trade_frac']:.2%}",
        f"{row['sharpe']:.2f}", f"{row['sortino']:.2f}", f"{row['drawdown_frac']:.2%}",
        f"{row['exposure_frac']:.1%}", f"{row['in_market_frac']:.1%}",
    )  # fmt: skip
    return " | ".join(cells)


def _exits(rows: Sequence[tuple[str, Row]]) -> str:
    names = sorted({name for _, row in rows for name in row["exits"]})
    lines = [f"| exits | {' | '.join(f'`{name}`' for name in names)} |", "|---|" + "---:|" * len(names)]
    counts = (
        f"| {title} | {' | '.join(str(row['exits'].get(n, 0)) for n in names)} |" for title, row in rows
    )
    return "\n".join([*lines, *counts])


def _hyperopt(found: Mapping[str, Any]) -> str:
    search, looks = found["search"], found["looks"]
    rows = {
        name: [("defaults", found["defaults"][name])]
        + [(f"best of {look['epochs']} epochs", look["quarters"][name]) for look in looks]
        for name in ("train", "test")
    }
    return "\n".join(
        [
            "## Hyperopt: one quarter, and the next\n",
            f"`--spaces enter exit risk --hyperopt-loss RegimeHyperOptLoss --epochs {search['epochs']} "
            f"--random-state {search['seed']} -j {search['jobs']}` on spot, {search['train']}; wall time "
            f"with the loading of candles {found['minutes']} minutes.\n",
            *(f"- {_look(look)}" for look in looks),
            f"\nThe quarter of the search, {search['train']}:\n\n{table(rows['train'], 'parameters')}",
            f"\nThe following quarter, {search['test']}, which the search never saw:\n",
            table(rows["test"], "parameters"),
            "",
        ]
    )


def _look(look: Mapping[str, Any]) -> str:
    best = look["best"]
    values = ", ".join(
        f"`{name}` {value:g}"
        for space in best["parameters"].values()
        for name, value in sorted(space.items())
    )
    return (
        f"**{look['epochs']} epochs** took {look['minutes']} minutes; {look['without_trades']} made no "
        f"trade, {look['with_profit']} a profit. Best: epoch {best['epoch']}, loss {best['loss']:.3f}, "
        f"{best['trades']} trades, {best['profit_frac']:.2%}. {values}."
    )
