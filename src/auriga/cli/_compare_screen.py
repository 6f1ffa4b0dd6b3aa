"""Tables of `auriga compare`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from auriga.host.evidence import Comparison

_FACTS = ("strategy", "period", "pairs", "market", "costs of a side", "model", "identifier", "run")


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _two(value: float) -> str:
    return f"{value:.2f}"


_ROWS: dict[str, tuple[str, Callable[[float], str]]] = {
    "trades": ("trades", lambda value: f"{value:.0f}"),
    "net_profit_frac": ("net profit", _percent),
    "buy_and_hold": ("  buying and holding", _percent),
    "cagr_frac": ("CAGR", _percent),
    "daily_sharpe": ("Sharpe of daily returns", _two),
    "daily_sortino": ("Sortino of daily returns", _two),
    "sharpe": ("Sharpe as Freqtrade", _two),
    "sortino": ("Sortino as Freqtrade", _two),
    "max_drawdown_frac": ("largest drawdown", _percent),
    "win_rate_frac": ("win rate", _percent),
    "profit_factor": ("profit factor", _two),
    "auc": ("AUC of the predictions", lambda value: f"{value:.4f}"),
    "skill_1e5": ("log-loss saved, 1e-5 nats", lambda value: f"{value:+.0f}"),
    "ic": ("information coefficient", lambda value: f"{value:.4f}"),
}


def print_comparison(console: Console, comparison: "Comparison") -> None:
    """Print what was run, the figures, the settings that differ, and what to mind."""
    names = list(comparison.facts.columns)
    table = Table("", *map(escape, names), title="Backtests side by side")
    for fact in (fact for fact in _FACTS if fact in comparison.facts.index):
        table.add_row(fact, *map(Text, comparison.facts.loc[fact]))
    table.add_section()
    for key, (title, shown) in _ROWS.items():
        cells = [_cell(comparison.figures[name].loc[key], shown) for name in names]
        if any(cells):
            table.add_row(title, *map(Text, cells))
    console.print(table)
    _print_settings(console, comparison.settings)
    for name, row in comparison.differences.iterrows():
        console.print(
            f"{name} against {names[0]}, same {row['days']:.0f} days: {row['daily_bp']:+.1f} bp a day"
            f"{_range(row['low'], row['high'], lambda value: f'{value:+.1f}')}",
            soft_wrap=True, markup=False,
        )  # fmt: skip
    for note in comparison.notes:
        console.print(note, style="yellow", soft_wrap=True, markup=False)


def _print_settings(console: Console, settings: pd.DataFrame) -> None:
    if settings.empty:
        console.print("No setting differs.")
        return
    table = Table("setting", *map(escape, settings.columns), title="Settings that differ")
    for key, row in settings.iterrows():
        table.add_row(Text(str(key)), *map(Text, row))
    console.print(table)


def _cell(figure: pd.Series, shown: Callable[[float], str]) -> str:
    """Estimate and interval; empty when unknown.

    Examples
    --------
    >>> _cell(pd.Series({"estimate": 0.5, "low": 0.4, "high": 0.6}), _percent)
    '50.0 % [40.0 % to 60.0 %]'
    """
    if pd.isna(figure["estimate"]):
        return ""
    return shown(figure["estimate"]) + _range(figure["low"], figure["high"], shown)


def _range(low: float, high: float, shown: Callable[[float], str]) -> str:
    return "" if pd.isna(low) else f" [{shown(low)} to {shown(high)}]"
