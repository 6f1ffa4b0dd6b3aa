"""Section 1: what the backtest came to, beside holding the coins and holding cash."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from auriga.evaluation import Interval
from auriga.host.setup import money
from auriga.report._blocks import Block, Cell, Chart, Row, Table, absent, notes
from auriga.report._data import ReportData
from auriga.report._figures import add_level, add_line, new_figure, thinned
from auriga.report._guarded import attempt, reason_of, section
from auriga.report._palette import CASH, HELD, HELD_AREA, STRATEGY, STRATEGY_AREA
from auriga.report._tables import DASH, Form, cell, number, or_unknown, percent, words

FIGURES: dict[str, tuple[str, Form]] = {
    "trades": ("Trades", number(0)),
    "net_profit_frac": ("Net profit", percent(sign=True)),
    "cagr_frac": ("Growth a year (CAGR)", percent(sign=True)),
    "sharpe": ("Sharpe ratio, Freqtrade's", number(2, sign=True)),
    "sortino": ("Sortino ratio, Freqtrade's", number(2, sign=True)),
    "daily_sharpe": ("Sharpe ratio, daily returns", number(2, sign=True)),
    "daily_sortino": ("Sortino ratio, daily returns", number(2, sign=True)),
    "max_drawdown_frac": ("Maximum drawdown", percent()),
    "win_rate_frac": ("Trades that won", percent(1)),
    "profit_factor": ("Profit factor", number(2)),
}
"""Name and form of each figure of the headline."""

_TONED = {"net_profit_frac", "cagr_frac", "sharpe", "sortino", "daily_sharpe", "daily_sortino"}
_FEW = "too few days or trades for an interval"
_LEAD = (
    "What the strategy earned after fees and slippage, beside holding the same coins and holding cash. "
    "An interval is where the figure could as well have come out by chance, with 95 % probability; one that "
    "holds both gain and loss is proof of neither."
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _numbers(data: ReportData) -> Mapping[str, Any]:
    return {"headline": data.trading.headline.to_dict("index")} if data.trading else {}


@section("headline", "What it earned", _LEAD, numbers=_numbers)
def headline_section(data: ReportData) -> Iterator[Block]:
    """Give the first section: facts, figures, equity, drawdown, months."""
    trading = data.trading
    if trading is None:
        yield from absent(data.reason("trading"))
        return
    yield from attempt("headline figures", headline_table, trading.headline)
    yield from attempt("equity curve", equity_chart, trading.daily, data.currency)
    yield from attempt("drawdown", drawdown_chart, trading.daily)
    yield from attempt("returns by month", monthly_table, trading.monthly)
    yield from attempt("what was run", facts_table, trading.facts)
    yield from notes(trading.notes)


def headline_table(headline: pd.DataFrame) -> Table:
    """Return the figures with intervals, beside buy-and-hold and cash."""
    rows = tuple(
        _headline_row(str(name), values)
        for name, values in zip(headline.index, headline.to_dict("records"), strict=True)
    )
    columns = ("Strategy", "95 % interval", "Buy and hold", "Cash")
    note = (
        "Buy and hold: equal parts of all pairs at the start, kept. Freqtrade's ratios set daily profit "
        "against the deviation of trades and grow with their number; those of daily returns (annual) compare "
        "with other work. The interval of the drawdown says how deep such trades may fall in another order."
    )
    return Table("headline", "Headline figures of the backtest", "Figure", columns, rows, note)


def _headline_row(key: str, values: Mapping[Any, Any]) -> Row:
    name, form = FIGURES.get(key, (key, number(4)))
    span = Interval(values["estimate"], values["low"], values["high"])
    cells = (
        cell(span.estimate, form, why="not defined for these trades", toned=key in _TONED),
        _interval_cell(span, form, "a count has no interval" if key == "trades" else _FEW),
        cell(values["buy_and_hold"], form, why="has no meaning for a portfolio that is held"),
        cell(values["cash"], form, why="has no meaning for cash"),
    )
    return Row(name, cells, key)


def _interval_cell(span: Interval, form: Form, why: str) -> Cell:
    low, high = (cell(bound, form) for bound in (span.low, span.high))
    if low.value is None or high.value is None:
        return Cell(DASH, title=why)
    return Cell(f"{low.text} to {high.text}", right=True)


def headline_lines(data: ReportData) -> list[str]:
    """Return the headline for a terminal, one line a figure; the reason where there is none."""
    if data.trading is None:
        return [data.reason("trading")]
    try:
        rows = headline_table(data.trading.headline).rows
    except Exception as error:  # the page says it too, and is there
        return [data.title, f"No headline: {reason_of(error)}"]
    width = max((len(row.name) for row in rows), default=0)
    lines = [data.title, *([data.candles] if data.candles else [])]
    for row in rows:
        value, interval, held, _ = (shown.text for shown in row.cells)
        said = f"{row.name:<{width}}  {value:>10}  95 %: {interval:<24}  buy and hold: {held}"
        lines.append(said.rstrip())
    return lines


def equity_chart(daily: pd.DataFrame, currency: str) -> Chart:
    """Return the wallet by day beside buy-and-hold and cash."""
    days = thinned(daily)
    figure = new_figure(height=360, y=f"Wallet in {currency}")
    add_line(figure, days.index, days["buy_and_hold"], "buy and hold", HELD, width=1.4)
    add_line(figure, days.index, days["cash"], "cash", CASH, width=1.4, dash="dot")
    add_line(figure, days.index, days["wallet"], "strategy", STRATEGY, width=2.4)
    last = daily.iloc[-1] if len(daily) else None
    names = {"wallet": "strategy", "buy_and_hold": "buy and hold", "cash": "cash"}
    alt = "No days." if last is None else "Wallet at the end: " + ", ".join(
        f"{name} {or_unknown(last[column], lambda value: money(value, currency, least=0))}"
        for column, name in names.items()
    ) + "."  # fmt: skip
    return Chart(
        "equity", "Equity curve", figure, alt,
        "Money at the end of each day: the strategy, the same money in the coins, the same money idle.",
        "a line that falls steadily (costs eat it), or one that only rises when the coins do.",
    )  # fmt: skip


def drawdown_chart(daily: pd.DataFrame) -> Chart:
    """Return how far below its last high the wallet was, by day."""
    days = thinned(daily)
    figure = new_figure(height=260, y="Below last high in %")
    add_line(
        figure, days.index, -100 * days["buy_and_hold_drawdown_frac"], "buy and hold", HELD,
        width=1.2, fill="tozeroy", fillcolor=HELD_AREA,
    )  # fmt: skip
    add_line(
        figure, days.index, -100 * days["drawdown_frac"], "strategy", STRATEGY,
        width=1.8, fill="tozeroy", fillcolor=STRATEGY_AREA,
    )  # fmt: skip
    add_level(figure, 0)
    worst = or_unknown(daily["drawdown_frac"].max(), percent(1)) if len(daily) else "0 %"
    return Chart(
        "drawdown", "Drawdown", figure, f"Largest drawdown at the end of a day: {worst}.",
        "How much was lost since the wallet's last high. At 0 it is at a new high.",
        "a drawdown you would not have sat through, or one that has not ended yet.",
    )  # fmt: skip


def monthly_table(monthly: pd.DataFrame) -> Table:
    """Return net returns by month and year."""
    form = percent(1, sign=True)
    rows = tuple(
        Row(str(year), tuple(cell(value, form, why="not in the period", toned=True) for value in values))
        for year, values in zip(monthly.index, monthly[[*range(1, 13), "year"]].to_numpy(float), strict=True)
    )
    note = "Net return of the wallet in each month (UTC). Bad: one good month that carries all the others."
    return Table("monthly", "Returns by month", "Year", (*_MONTHS, "Year"), rows, note)


def facts_table(facts: Mapping[str, str]) -> Table:
    """Return what was run."""
    rows = tuple(Row(name.capitalize(), words([text])) for name, text in facts.items())
    return Table("facts", "What was run", "Setting", ("Value",), rows)
