"""Plotly figures of the page: one look, colours of the palette, few points."""

import html
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from auriga.report._palette import CLEAR, GRID, INK, MUTED
from auriga.typing import FloatArray

_FONTS = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"
_LONGEST_FEATURE = 27
MOST_POINTS = 1500
"""Points of a line; more cannot be told apart on a screen."""


def label(text: object, longest: int = 28) -> str:
    """Return a name for a figure: short, and without what Plotly would take for HTML.

    Examples
    --------
    >>> label("<b>tag</b>")
    '&lt;b&gt;tag&lt;/b&gt;'
    """
    name = str(text)
    short = name if len(name) <= longest else name[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return html.escape(short, quote=False)


def new_figure(*, height: int = 320, x: str = "", y: str = "") -> Any:
    """Return an empty figure; `height` in pixels, titles of the axes with their units."""
    figure = go.Figure()
    axis = {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": GRID, "automargin": True}
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"color": INK, "size": 12, "family": _FONTS},
        hoverlabel={"namelength": -1},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "bgcolor": CLEAR},
        xaxis={**axis, "title": {"text": x, "font": {"color": MUTED}}},
        yaxis={**axis, "title": {"text": y, "font": {"color": MUTED}}},
        bargap=0.15,
    )
    return figure


def figure_json(figure: Any) -> str:
    """Return data and layout as JSON; numbers to six digits, dates as text."""
    return str(pio.to_json(figure, validate=False, engine="json"))


def moments(dates: Any) -> list[str]:
    """Return times as the texts that Plotly understands, without what is zero in all of them."""
    index = pd.DatetimeIndex(dates)
    form = "%Y-%m-%d" if (index == index.normalize()).all() else "%Y-%m-%d %H:%M"
    return [str(text) for text in index.strftime(form)]


def rounded(values: Any, digits: int = 6) -> list[float | None]:
    """Return numbers with so many digits; None where there is none, which leaves a gap."""
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in map(float, values)]


def thinned(frame: pd.DataFrame, most: int = MOST_POINTS) -> pd.DataFrame:
    """Return every n-th row and the last one, at most about `most`."""
    step = max(1, -(-len(frame) // most))
    positions = np.unique(np.r_[np.arange(0, len(frame), step), max(len(frame) - 1, 0)])
    return frame.iloc[positions] if len(frame) else frame


def add_line(figure: Any, dates: Any, values: Any, name: str, color: str, **more: Any) -> None:
    """Add a line over time."""
    line = {"color": color, "width": more.pop("width", 1.8), "dash": more.pop("dash", "solid")}
    figure.add_scatter(
        x=moments(dates), y=rounded(values), name=label(name), mode=more.pop("mode", "lines"), line=line,
        marker={"color": color, "size": 6}, **more,
    )  # fmt: skip


def add_level(figure: Any, value: float, *, vertical: bool = False, color: str = MUTED) -> None:
    """Add a dashed line at the value that would mean nothing: no skill, no profit."""
    line = {"color": color, "width": 1.2, "dash": "dash"}
    if vertical:
        figure.add_vline(x=value, line=line)
    else:
        figure.add_hline(y=value, line=line)


def forest(
    names: Sequence[object],
    estimate: FloatArray,
    low: FloatArray,
    high: FloatArray,
    *,
    level: float,
    x: str,
    colors: Sequence[str],
) -> Any:
    """Return estimates with their intervals one below the other, and a line where nothing would be.

    Parameters
    ----------
    names : sequence
        From top to bottom.
    estimate, low, high : array
        NaN bounds draw no interval.
    level : float
        Where the dashed line stands.
    x : str
        Title of the axis.
    colors : sequence of str
        Of the points.
    """
    figure = new_figure(height=90 + 30 * len(names), x=x)
    places = list(range(len(names)))
    spans: list[float | None] = []
    rows: list[float | None] = []
    for place, one, other in zip(places, rounded(low), rounded(high), strict=True):
        spans += [one, other, None]
        rows += [place, place, None]
    figure.add_scatter(
        x=spans, y=rows, mode="lines", line={"color": MUTED, "width": 3}, hoverinfo="skip", showlegend=False
    )
    figure.add_scatter(
        x=rounded(estimate), y=places, mode="markers", marker={"color": list(colors), "size": 11},
        text=[label(name, 80) for name in names], hovertemplate="%{text}: %{x}<extra></extra>",
        showlegend=False,
    )  # fmt: skip
    add_level(figure, level, vertical=True)
    figure.update_xaxes(range=_padded([*estimate, *low, *high, level]))
    figure.update_yaxes(
        tickvals=places, ticktext=[_wrapped(name) for name in names], range=[len(names) - 0.4, -0.6],
        showgrid=False, zeroline=False,
    )  # fmt: skip
    return figure


def name_rows(figure: Any, names: Iterable[object]) -> list[int]:
    """Write names of features beside the rows of a bar chart, and return the places of the rows.

    A name that is too long loses its middle: its front says the indicator, its end pair and timeframe.
    Rows are told apart by their place, for two names may look alike then.
    """
    shown = [label(_without_middle(str(name)), _LONGEST_FEATURE) for name in names]
    places = list(range(len(shown)))
    figure.update_yaxes(tickvals=places, ticktext=shown, showgrid=False)
    return places


def _without_middle(name: str) -> str:
    """Return a name of at most `_LONGEST_FEATURE` characters.

    Examples
    --------
    >>> _without_middle("volatility_bollinger_position_14_BTC/USDT_15m")
    'volatility_bollin…/USDT_15m'
    """
    if len(name) <= _LONGEST_FEATURE:
        return name
    tail = 9
    return name[: _LONGEST_FEATURE - tail - 1] + "\N{HORIZONTAL ELLIPSIS}" + name[-tail:]


def _wrapped(name: object) -> str:
    """Return a name of words in at most two lines."""
    lines = textwrap.wrap(str(name), 24, break_long_words=False)[:2] or [""]
    return "<br>".join(label(line) for line in lines)


def _padded(values: Sequence[float]) -> list[float]:
    """Range of an axis that touches none of the values."""
    finite = [value for value in values if np.isfinite(value)]
    room = 0.06 * (max(finite) - min(finite)) or 0.01
    return [min(finite) - room, max(finite) + room]


def histogram(values: FloatArray, *, x: str, y: str, colors: tuple[str, str], n_bins: int = 40) -> Any:
    """Return counts in equal bins; those below zero have the first colour, the others the second."""
    figure = new_figure(x=x, y=y)
    finite = values[np.isfinite(values)]
    if not len(finite):
        return figure
    counts, edges = np.histogram(finite, bins=_edges(finite, n_bins))
    middles = (edges[:-1] + edges[1:]) / 2
    figure.add_bar(
        x=rounded(middles), y=counts.tolist(), width=rounded(np.diff(edges) * 0.94),
        marker={"color": [colors[int(middle > 0)] for middle in middles]}, showlegend=False,
    )  # fmt: skip
    return figure


def _edges(values: FloatArray, n_bins: int) -> FloatArray:
    """Equal bins with an edge at zero, if zero lies within, so that no bin holds gains and losses."""
    low, high = float(values.min()), float(values.max())
    width = (high - low) / n_bins or max(abs(high), 1.0) / n_bins
    first, last = np.floor(low / width), np.floor(high / width) + 1
    return np.asarray(np.arange(first, last + 1) * width, dtype=np.float64)
