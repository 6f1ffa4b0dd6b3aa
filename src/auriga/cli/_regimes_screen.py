"""The tables of `auriga regimes`."""

from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console
from rich.table import Table

from auriga.typing import Regime

if TYPE_CHECKING:
    from auriga.host import PairRegimes


def print_study(console: Console, study: "PairRegimes") -> None:
    """Print what each detector says now, the comparison, and each regime in detail."""
    made = "" if study.source == study.timeframe else f", made of {study.source} candles"
    first, last = study.candles["date"].iloc[[study.start, -1]]
    console.rule(f"{study.pair}, {len(study.candles)} candles of {study.timeframe}{made}")
    for name, view in study.views.items():
        console.print(f"{name}: {_latest(view)}")
    console.print(_comparison(study, f"{first:%Y-%m-%d} to {last:%Y-%m-%d}, where every detector answers"))
    for name, table in study.details().items():
        console.print(_details(table, _title(name, study)))


def _latest(view: pd.DataFrame) -> str:
    row = view.iloc[-1]
    said = [f"[bold]{Regime(row['regime']).label}[/] after the candle of {row['date']:%Y-%m-%d %H:%M} UTC"]
    if pd.notna(row["regime_age"]):
        said.append(f"{row['regime_age']:.0f} candles after the switch")
    if pd.notna(row["regime_confidence"]):
        said.append(f"confidence {row['regime_confidence']:.2f}")
    if row["regime_status"]:
        said.append(str(row["regime_status"]))
    return ", ".join(said)


def _title(name: str, study: "PairRegimes") -> str:
    if name in study.views:
        return f"{name}: moves after the regime was known"
    return f"{name}: moves during the regime"


def _share(value: float, digits: int = 0) -> str:
    return "-" if pd.isna(value) else f"{100 * value:.{digits}f} %"


def _number(value: float, digits: int = 0) -> str:
    return "-" if pd.isna(value) else f"{value:.{digits}f}"


def _comparison(study: "PairRegimes", title: str) -> Table:
    table = Table("detector", "unknown", "flips a month", "median dwell", title=title)
    for reference in study.references:
        for column in ("agrees", "delay", "missed", "switches"):
            table.add_column(f"{reference}\n{column}", justify="right")
    for name, row in study.comparison().iterrows():
        cells = [
            _share(row["unknown_frac"]),
            _number(row["flips_per_month"], 2),
            _number(row["median_dwell"]),
        ]
        for reference in study.references:
            cells += [
                _share(row[f"{reference}_agreement"]), _number(row[f"{reference}_delay"], 1),
                _share(row[f"{reference}_missed_frac"]), _number(row[f"{reference}_switches"]),
            ]  # fmt: skip
        table.add_row(str(name), *cells)
    table.caption = "Dwell and delay in candles, medians; missed: switches never followed"
    return table


def _details(regimes: pd.DataFrame, title: str) -> Table:
    table = Table(
        "regime", "time", "runs", "dwell mean", "median", "longest", "return", "a year", "volatility a year",
        "drawdown", "next: bear", "sideways", "bull", title=title,
    )  # fmt: skip
    for name, row in regimes.iterrows():
        table.add_row(
            str(name), _share(row["time_frac"]), _number(row["runs"]), _number(row["mean_dwell"]),
            _number(row["median_dwell"]), _number(row["longest_dwell"]), _share(row["return_frac"]),
            _share(row["annual_return_frac"]), _share(row["annual_volatility_frac"]),
            _share(row["drawdown_frac"]), _share(row["to_bear"], 1), _share(row["to_sideways"], 1),
            _share(row["to_bull"], 1),
        )  # fmt: skip
    return table
