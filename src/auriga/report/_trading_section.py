"""Section 2: where profit and loss come from, and what costs take of them."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from auriga.host.evidence import TradingEvidence
from auriga.report._blocks import Block, Cell, Chart, Row, Table, Text, absent
from auriga.report._data import ReportData
from auriga.report._figures import add_level, forest, histogram, new_figure, rounded
from auriga.report._guarded import attempt, section
from auriga.report._palette import BAD, GOOD, SECOND, STRATEGY, mark
from auriga.report._tables import (
    Column,
    amount,
    cell,
    duration,
    frame_table,
    number,
    or_unknown,
    percent,
    words,
)
from auriga.typing import FloatArray

N_WORST = 10
MOST_GROUPS = 20
_LEAD = (
    "The same trades in groups. A group whose interval lies below zero loses money by more than chance; one "
    "whose interval holds zero says nothing yet, whatever its average."
)


def _numbers(data: ReportData) -> Mapping[str, Any]:
    return {"break_even_cost_frac": data.trading.break_even_cost_frac} if data.trading else {}


@section("trading", "Where it comes from", _LEAD, numbers=_numbers)
def trading_section(data: ReportData) -> Iterator[Block]:
    """Give the second section."""
    if data.trading is None:
        yield from absent(data.reason("trading"))
        return
    trading, currency = data.trading, data.currency
    if trading.trades.empty:
        yield Text("There were no trades, so there is nothing to divide.", tone="missing")
    yield from attempt("break-even cost", costs_text, trading)
    yield from attempt("costs", costs_chart, trading.costs)
    yield from attempt("cost sensitivity", costs_table, trading.costs)
    if trading.trades.empty:
        return
    groups = {"regime": trading.by_regime, "tag": trading.by_tag, "exit": trading.by_exit}
    for by, table in (groups | {"pair": trading.by_pair}).items():
        if by in ("regime", "tag"):
            yield from attempt(f"mean trade by {by}", groups_chart, by, table)
        yield from attempt(f"trades by {by}", groups_table, by, table, currency)
    yield from attempt("returns of trades", returns_chart, trading.trades)
    yield from attempt("holding times", holding_chart, trading.trades)
    yield from attempt("worst trades", worst_table, trading.trades, currency)


_GROUPS = {
    "regime": ("regime at entry", "Regime"),
    "tag": ("entry tag", "Entry tag"),
    "exit": ("exit reason", "Exit reason"),
    "pair": ("pair", "Pair"),
}


def groups_table(by: str, groups: pd.DataFrame, currency: str) -> Table:
    """Return the trades of each group."""
    few = "too few trades"
    columns = {
        "trades": Column("Trades", number(0)),
        "profit": Column("Profit", amount(currency), toned=True),
        "profit_frac": Column("Of the wallet", percent(sign=True), toned=True),
        "mean_frac": Column(
            "Mean of a trade (95 %)", percent(3, sign=True), few, ("mean_low", "mean_high"), toned=True
        ),
        "win_rate_frac": Column("Won", percent(1), few),
        "holding_minutes": Column("Held", duration, few),
    }
    in_words, corner = _GROUPS[by]
    return frame_table(f"by-{by}", f"Trades by {in_words}", corner, groups, columns)


def groups_chart(by: str, groups: pd.DataFrame) -> Chart:
    """Return the mean return of a trade of each group with its interval."""
    shown = groups.nlargest(MOST_GROUPS, "trades").loc[lambda frame: frame["trades"] > 0]
    scaled = 100 * shown[["mean_frac", "mean_low", "mean_high"]].to_numpy(float)
    names = [str(name) for name in shown.index]
    figure = forest(
        names, scaled[:, 0], scaled[:, 1], scaled[:, 2], level=0.0,
        x="Mean net return of a trade in %", colors=[mark(name.split("_")[0]) for name in names],
    )  # fmt: skip
    in_words, _ = _GROUPS[by]
    form = number(3, "%", sign=True)
    means = "; ".join(
        f"{name} {or_unknown(mean, form)}" for name, mean in zip(names, scaled[:, 0], strict=True)
    )
    return Chart(
        f"mean-by-{by}", f"Mean trade by {in_words}", figure, f"Mean net return of a trade: {means}.",
        "The point is the mean return of a trade after costs, the bar its 95 % interval, the line zero.",
        "a bar that lies left of the dashed line as a whole: this group loses money.",
    )  # fmt: skip


def costs_text(trading: TradingEvidence) -> Text:
    """Say what costs may be at most."""
    frac, cost = trading.break_even_cost_frac, float(trading.costs["cost_frac"].get(1, math.nan))
    paid = f" This backtest paid {percent(3)(cost)}." if math.isfinite(cost) else ""
    if not math.isfinite(frac):
        return Text("Without trades there is no break-even cost.")
    if frac < 0:
        return Text(
            f"Break-even cost: none. These trades lose money even where trading is free "
            f"(they would need {percent(3)(-frac)} paid to them on each side).{paid}"
        )
    return Text(f"Break-even cost: {percent(3)(frac)} of the stake on each side.{paid}")


def costs_chart(costs: pd.DataFrame) -> Chart:
    """Return net profit of the same trades by the multiple of the costs."""
    figure = new_figure(height=280, x="Costs (fee and slippage) times", y="Net profit in %")
    values = 100 * costs["net_profit_frac"].to_numpy(float)
    figure.add_bar(
        x=[f"{multiple:g} x" for multiple in costs.index], y=rounded(values), width=0.5,
        marker={"color": [GOOD if value > 0 else BAD for value in values]}, showlegend=False,
    )  # fmt: skip
    add_level(figure, 0)
    form = number(2, "%", sign=True)
    said = "; ".join(f"{m:g} x: {or_unknown(v, form)}" for m, v in zip(costs.index, values, strict=True))
    return Chart(
        "costs", "What costs take", figure, f"Net profit by costs: {said}.",
        "The same trades with no costs, with those of the backtest (1 x), with two and three times as much.",
        "a gain at 1 x that is a loss at 2 x: slippage of a bad day would have taken it all.",
    )  # fmt: skip


def costs_table(costs: pd.DataFrame) -> Table:
    """Return the same with figures."""
    columns = {
        "cost_frac": Column("One side costs", percent(3)),
        "net_profit_frac": Column("Net profit", percent(sign=True), toned=True),
        "sharpe": Column("Sharpe ratio, annual", number(2, sign=True), "too few days", toned=True),
        "win_rate_frac": Column("Trades that won", percent(1), "no trades"),
    }
    return frame_table(
        "cost-sensitivity", "The same trades at other costs", "Costs", costs, columns,
        names=lambda multiple: f"{multiple:g} x",
    )  # fmt: skip


def returns_chart(trades: pd.DataFrame) -> Chart:
    """Return how the returns of trades are distributed."""
    returns = _known(100 * trades["return_frac"])
    figure = histogram(returns, x="Net return of a trade in %", y="Trades", colors=(BAD, GOOD))
    add_level(figure, 0, vertical=True)
    alt = "No return is known." if not len(returns) else (
        f"{len(returns)} trades, median {np.median(returns):+.3f} %, from {returns.min():+.2f} % to "
        f"{returns.max():+.2f} %."
    )  # fmt: skip
    return Chart(
        "returns", "Returns of trades", figure, alt,
        "How many trades ended with which return after costs; gains right of the dashed line.",
        "a long tail to the left, or a profit that rests on one or two bars far right.", half=True,
    )  # fmt: skip


def _known(values: pd.Series) -> FloatArray:
    known: FloatArray = values.to_numpy(dtype=np.float64)
    return known[np.isfinite(known)]


def holding_chart(trades: pd.DataFrame) -> Chart:
    """Return how long trades were held."""
    minutes = _known(trades["holding_minutes"])
    per, unit = (1440, "days") if len(minutes) and np.median(minutes) > 2880 else (60, "hours")
    alt = "No holding time is known." if not len(minutes) else (
        f"Median {duration(float(np.median(minutes)))}, longest {duration(float(minutes.max()))}."
    )  # fmt: skip
    figure = histogram(minutes / per, x=f"Held, in {unit}", y="Trades", colors=(SECOND, STRATEGY))
    return Chart(
        "holding", "Holding times", figure, alt,
        "How many trades were held for how long.",
        "times far from the horizon that the model predicts: another rule decides the exits.", half=True,
    )  # fmt: skip


def worst_table(trades: pd.DataFrame, currency: str) -> Table:
    """Return the trades that lost most."""
    worst = trades.nsmallest(N_WORST, "profit")
    rows = tuple(
        Row(f"{trade['opened_at']:%Y-%m-%d %H:%M}", _trade_cells(trade, currency))
        for trade in worst.to_dict("records")
    )
    columns = ("Pair", "Side", "Regime", "Tag", "Exit", "Return", "Profit", "Held")
    note = "Times are UTC. auriga explain tells what the model saw when it opened one of them."
    return Table("worst", f"The {len(rows)} trades that lost most", "Opened", columns, rows, note)


def _trade_cells(trade: Mapping[Any, Any], currency: str) -> tuple[Cell, ...]:
    said = words([trade[name] for name in ("pair", "direction", "regime", "enter_tag", "exit_reason")])
    return (
        *said,
        cell(trade["return_frac"], percent(sign=True), toned=True),
        cell(trade["profit"], amount(currency), toned=True),
        cell(trade["holding_minutes"], duration),
    )
