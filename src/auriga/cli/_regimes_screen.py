"""The tables of `auriga regimes`: narrow enough for a terminal of 80 columns."""

from typing import TYPE_CHECKING

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from auriga.typing import Regime, RegimeStatus
from auriga.wording import counted

if TYPE_CHECKING:
    from auriga.host.evidence import PairRegimes

_COMPARISON = (
    "dwell and delay: medians in candles; early: the detector stood there already, missed: it never "
    "followed, of that many switches of the reference"
)
_DETAILS = (
    "dwell: mean/median/longest; drift (log return) and volatility a year, and drawdown, of moves after the "
    "regime was known (of references: during it); next: share of the next candles in bear/sideways/bull"
)


def print_study(console: Console, study: "PairRegimes") -> None:
    """Print what each detector says last, the comparison, and each regime in detail."""
    made = "" if study.source == study.timeframe else f", made of {study.source} candles"
    told = "" if study.told_by == study.pair else f", regime of {study.told_by}"
    console.rule(f"{study.pair}, {counted(len(study.candles), 'candle')} of {study.timeframe}{made}{told}")
    for name, view in study.views.items():
        console.print(f"{name}: {_latest(view)}")
    for why in study.silent.values():
        console.print(f"[yellow]Left out:[/] {escape(why)}")
    first, last = study.candles["date"].iloc[[study.start, -1]]
    span = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}, where every detector answers"
    figures = study.comparison()
    for reference in study.references:
        console.print(_comparison(figures, reference, f"against {reference}, {span}"), soft_wrap=False)
    console.print(_details(study), soft_wrap=False)


def _latest(view: pd.DataFrame) -> str:
    row = view.iloc[-1]
    said = [f"[bold]{Regime(row['regime']).label}[/] at the close of the candle {row['date']:%Y-%m-%d %H:%M}"]
    if pd.notna(row["regime_age"]):
        said.append(f"{row['regime_age']:.0f} candles after the switch")
    if pd.notna(row["regime_confidence"]):
        said.append(f"confidence {row['regime_confidence']:.2f}")
    if row["regime_status"] != RegimeStatus.KNOWN:
        said.append(RegimeStatus(row["regime_status"]).label)
    return ", ".join(said)


def _number(value: float, digits: int = 0) -> str:
    return "-" if pd.isna(value) else f"{value:.{digits}f}"


def _percent(*values: float) -> str:
    return "/".join(_number(100 * value) for value in values)


def _table(title: str, caption: str, words: list[str], numbers: list[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False, title=title, caption=caption)
    for word in words:
        table.add_column(word, no_wrap=True)
    for number in numbers:
        table.add_column(number, justify="right", min_width=max(map(len, number.split())))
    return table


def _comparison(figures: pd.DataFrame, reference: str, title: str) -> Table:
    numbers = ["unknown %", "flips a month", "dwell", "agrees %", "delay", "early %", "missed %", "of"]
    table = _table(title, _COMPARISON, ["detector"], numbers)
    compared = figures[f"{reference}_switches"].notna() | (figures.index == reference)
    for name, row in figures[compared].iterrows():
        table.add_row(
            str(name), _percent(row["unknown_frac"]), _number(row["flips_per_month"], 2),
            _number(row["median_dwell"], 1), _percent(row[f"{reference}_agreement"]),
            _number(row[f"{reference}_delay"], 1), _percent(row[f"{reference}_early_frac"]),
            _percent(row[f"{reference}_missed_frac"]), _number(row[f"{reference}_switches"]),
        )  # fmt: skip
    return table


def _details(study: "PairRegimes") -> Table:
    numbers = ["time %", "runs", "dwell", "drift %", "vola %", "draw- down %", "next %"]
    table = _table("regime by regime", _DETAILS, ["detector", "regime"], numbers)
    for column in (table.columns[4], table.columns[8]):
        column.no_wrap = True
    for name, regimes in study.details().items():
        for regime, row in regimes.iterrows():
            dwell = [_number(row[f"{which}_dwell"]) for which in ("mean", "median", "longest")]
            table.add_row(
                name if regime == Regime.BEAR.label else "", str(regime), _percent(row["time_frac"]),
                _number(row["runs"]), "/".join(dwell), _percent(row["annual_drift"]),
                _percent(row["annual_volatility_frac"]), _percent(row["drawdown_frac"]),
                _percent(row["to_bear"], row["to_sideways"], row["to_bull"]),
            )  # fmt: skip
        table.add_section()
    return table
