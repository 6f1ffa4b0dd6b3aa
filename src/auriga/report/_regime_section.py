"""Section 4: which regimes there were, how long they lasted, and what the market did in them."""

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from auriga.host.evidence import RegimeEvidence
from auriga.report._backtest_picture import _BANDS
from auriga.report._blocks import Block, Chart, Row, Table, Text, absent, notes
from auriga.report._data import ReportData
from auriga.report._figures import add_level, add_line, label, new_figure, rounded, thinned
from auriga.report._guarded import attempt, section
from auriga.report._palette import BANDS, INK, mark
from auriga.report._regimes_picture import regime_runs
from auriga.report._tables import Column, cell, frame_table, number, or_unknown, percent
from auriga.typing import RegimeArray

_LEAD = (
    "Which regime was in force when. Bands show what was known at the time, not what hindsight would say. A "
    "useful regime lasts long enough to trade in, and the market behaves differently in it."
)
_LOGARITHMIC_FROM = 3.0


@section("regimes", "Regimes", _LEAD)
def regime_section(data: ReportData) -> Iterator[Block]:
    """Give the fourth section."""
    if data.regimes is None:
        yield from absent(data.reason("regimes"))
        return
    found = data.regimes
    yield from attempt("who tells the regime", told_by, found)
    for pair, frame in found.timelines.items():
        yield from attempt(f"price and regime of {pair}", timeline_chart, pair, frame)
    if found.statistics.empty:
        yield Text("No pair has a regime in this period.", tone="missing")
    else:
        yield from attempt("what the market did in each regime", behaviour_chart, found.statistics)
        yield from attempt("time in each regime", shares_chart, found.statistics)
        yield from attempt("regimes of each pair", statistics_table, found)
    for pair, counts in found.transitions.items():
        yield from attempt(f"switches of {pair}", transitions_table, pair, counts)
    yield from notes(found.notes)


def told_by(found: RegimeEvidence) -> list[Block]:
    """Say whose candles tell the regime where that is another pair."""
    others = [f"{pair} by {source}" for pair, source in found.told_by.items() if pair != source]
    return [Text(f"Told by another pair: {', '.join(others)}.")] if others else []


def timeline_chart(pair: str, timeline: pd.DataFrame) -> Chart:
    """Return the price of a pair over bands of the regime in force."""
    figure = new_figure(height=260, y="Close")
    if not len(timeline):
        return _timeline(pair, figure, "No candles.")
    codes = timeline["regime"].to_numpy(dtype=np.int8)
    runs = regime_runs(timeline["date"], codes, _timeframe(timeline["date"]))
    figure.update_layout(
        shapes=[
            {
                "type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
                "x0": f"{start:%Y-%m-%d %H:%M}", "x1": f"{end:%Y-%m-%d %H:%M}",
                "fillcolor": BANDS[regime.label], "line": {"width": 0},
            }
            for start, end, regime in runs
        ]
    )  # fmt: skip
    _add_legend(figure, codes)
    rows = thinned(timeline)
    add_line(figure, rows["date"], rows["close"], pair, INK, width=1.6, showlegend=False)
    figure.update_xaxes(showgrid=False, type="date")
    figure.update_yaxes(showgrid=False)
    if timeline["close"].max() > _LOGARITHMIC_FROM * timeline["close"].min():
        figure.update_yaxes(type="log")
    last = runs[-1][2].label
    return _timeline(pair, figure, f"{len(runs)} stretches; {last} at the end.")


def _timeline(pair: str, figure: object, alt: str) -> Chart:
    return Chart(
        f"timeline-{pair.replace('/', '-').replace(':', '-')}", f"{pair}: price and regime", figure, alt,
        "The close of each candle of the regime's timeframe, over the regime in force then.",
        "bands that come after the move is over, or change every few days.", half=True,
    )  # fmt: skip


def _timeframe(dates: pd.Series) -> str:
    """Of dates in order: the smallest step, in Freqtrade's notation."""
    seconds = np.diff(dates.to_numpy(dtype="datetime64[s]").astype(np.int64))
    return f"{max(60, int(seconds.min(initial=86_400))) // 60}m"


def _add_legend(figure: Any, codes: RegimeArray) -> None:
    for regime, color in _BANDS.items():
        if regime in codes:
            figure.add_scatter(
                x=[None], y=[None], mode="markers", name=regime.label,
                marker={"color": color, "size": 12, "symbol": "square"},
            )  # fmt: skip


def behaviour_chart(statistics: pd.DataFrame) -> Chart:
    """Return return against volatility of each pair and regime."""
    figure = new_figure(height=340, x="Volatility, % a year", y="Return while in force in %")
    for regime, rows in statistics.groupby("regime", sort=False):
        name = _named(regime)
        figure.add_scatter(
            x=rounded(100 * rows["volatility_frac"]), y=rounded(100 * rows["return_frac"]), name=name,
            mode="markers+text", text=[label(str(pair).split("/")[0], 8) for pair in rows["pair"]],
            textposition="top center", cliponaxis=False, marker={"color": mark(name), "size": 11},
        )  # fmt: skip
    add_level(figure, 0)
    means = statistics.groupby("regime", sort=False)["return_frac"].mean()
    form = percent(1, sign=True)
    said = "; ".join(f"{_named(regime)} {or_unknown(mean, form)}" for regime, mean in means.items())
    return Chart(
        "behaviour", "What the market did in each regime", figure, f"Mean return over pairs: {said}.",
        "One point for each pair and regime: what holding it earned while the regime was in force, and how "
        "much it swung.",
        "colours that mix, or bull below bear: the regime does not tell what comes.", half=True,
    )  # fmt: skip


def shares_chart(statistics: pd.DataFrame) -> Chart:
    """Return which share of the time each pair spent in each regime."""
    pairs = list(dict.fromkeys(statistics["pair"]))
    figure = new_figure(height=max(200, 110 + 40 * len(pairs)), x="Share of the time in %")
    for regime, rows in statistics.groupby("regime", sort=False):
        name = _named(regime)
        figure.add_bar(
            x=rounded(100 * rows["share_frac"]), y=[label(pair) for pair in rows["pair"]], orientation="h",
            name=name, marker={"color": mark(name)},
        )  # fmt: skip
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return Chart(
        "shares-of-time", "Time in each regime", figure, "The table below has the shares.",
        "How the period divides into regimes, pair by pair.",
        "one regime nearly all the time: there is nothing to split.", half=True,
    )  # fmt: skip


def _named(regime: Hashable) -> str:
    return next((kind.label for kind in _BANDS if regime in (kind, kind.label)), str(regime))


def statistics_table(found: RegimeEvidence) -> Table:
    """Return shares, dwell times, return and volatility."""
    columns = {
        "share_frac": Column("Of the time", percent(1)),
        "dwells": Column("Stretches", number(0)),
        "dwell_days_median": Column("Median stretch", number(1, "d"), "never in force"),
        "dwell_days_longest": Column("Longest stretch", number(1, "d"), "never in force"),
        "return_frac": Column("Return in it", percent(1, sign=True), "never in force", toned=True),
        "volatility_frac": Column("Volatility a year", percent(1), "too few candles"),
    }
    statistics = found.statistics
    pairs, regimes = statistics["pair"], statistics["regime"]
    names = [f"{pair}, {_named(regime)}" for pair, regime in zip(pairs, regimes, strict=True)]
    note = (
        "A stretch is how long a regime stayed in force (dwell time). Returns are of candles formed while "
        "it was in force. Bad: a median stretch of a few days; every switch costs trades."
    )
    return frame_table(
        "regime-statistics", "Regimes of each pair", "Pair, regime",
        statistics.set_axis(pd.Index(names)), columns, note=note,
    )  # fmt: skip


def transitions_table(pair: str, counts: pd.DataFrame) -> Table:
    """Return how often one regime followed another."""
    form = number(0)
    rows = tuple(
        Row(_named(name), tuple(cell(value, form) for value in values))
        for name, values in zip(counts.index, counts.to_numpy(float), strict=True)
    )
    columns = tuple(f"to {_named(name)}" for name in counts.columns)
    note = "Switches in the period. Bad: bull straight to bear and back, again and again."
    return Table(
        f"transitions-{pair.replace('/', '-')}", f"Switches of {pair}", "From", columns, rows, note, half=True
    )
