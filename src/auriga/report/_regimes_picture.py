"""One picture of a pair's regimes: price, confidence, and a strip for each detector and reference."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from auriga.candles import close_times, timeframe_delta
from auriga.host.evidence import PairRegimes
from auriga.report._backtest_picture import _BANDS
from auriga.typing import FloatArray, Regime, RegimeArray

_STRIPS = {
    Regime.BULL: "#40916c",
    Regime.SIDEWAYS: "#ced4da",
    Regime.BEAR: "#d1495b",
    Regime.UNKNOWN: "#ffe066",
}
_LINE = "#343a40"


def regime_runs(
    dates: pd.Series, regimes: RegimeArray, timeframe: str
) -> list[tuple[pd.Timestamp, pd.Timestamp, Regime]]:
    """Stretches of equal regimes: first date, date at which the next one begins, regime.

    Examples
    --------
    >>> dates = pd.Series(pd.date_range("2025-01-01", periods=3, tz="UTC"))
    >>> [(start.day, end.day, regime.label) for start, end, regime in regime_runs(
    ...     dates, np.array([1, 1, 0], dtype=np.int8), "1d")]
    [(1, 3, 'bull'), (3, 4, 'sideways')]
    """
    starts = np.flatnonzero(np.r_[True, regimes[1:] != regimes[:-1]])
    first = dates.iloc[starts].tolist()
    ends = [*first[1:], dates.iloc[-1] + timeframe_delta(timeframe)]
    return list(zip(first, ends, [Regime(code) for code in regimes[starts]], strict=True))


def _draw_price(axes: Axes, study: PairRegimes, known_at: pd.Series, regimes: RegimeArray) -> None:
    for start, end, regime in regime_runs(known_at, regimes, study.timeframe):
        span: Any = (start, end)
        axes.axvspan(*span, color=_BANDS[regime], linewidth=0, zorder=0)
    close = study.candles["close"]
    axes.plot(known_at, close, color=_LINE, linewidth=0.9)
    if close.max() > 2 * close.min():
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.set_ylabel(f"{study.pair}\nclose")
    shown = [regime for regime in _BANDS if regime in regimes]
    bands = [Patch(color=_BANDS[regime], label=regime.label) for regime in shown]
    axes.legend(
        handles=bands, loc="lower right", bbox_to_anchor=(1, 1), ncols=4, fontsize="small", frameon=False
    )


def _draw_confidence(axes: Axes, known_at: pd.Series, confidence: FloatArray, name: str) -> None:
    axes.fill_between(known_at, confidence, step="post", color="#1d4ed8", alpha=0.25, linewidth=0)
    axes.step(known_at, confidence, where="post", color="#1d4ed8", linewidth=0.7)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel(f"confidence\n{name}")


def _draw_strips(axes: Axes, study: PairRegimes, known_at: pd.Series) -> None:
    strips = {name: (known_at, view["regime"].to_numpy()) for name, view in study.views.items()}
    for name, regimes in study.references.items():
        strips[name] = (study.candles["date"], regimes)
    for row, (dates, regimes) in enumerate(strips.values()):
        runs = regime_runs(dates, regimes, study.timeframe)
        spans: Any = [(start, end - start) for start, end, _ in runs]
        axes.broken_barh(spans, (row - 0.4, 0.8), facecolors=[_STRIPS[regime] for *_, regime in runs])
    axes.set_yticks(range(len(strips)), [name.replace("_", " ") for name in strips])
    axes.set_ylim(len(strips) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.axhline(len(study.views) - 0.5, color=_LINE, linewidth=0.6)


def draw_regimes(study: PairRegimes, target: Path, *, caption: str = "", dpi: int = 110) -> Path:
    """Draw a pair's regimes over its period.

    The price is shaded by the first detector from the time each regime was known; below it that detector's
    confidence, if it has one; below that one strip for each detector, and, under a line, for hindsight and
    truth, which are drawn over the candles they speak of. So a strip that changes later than the one below
    the line is late by that much.

    Parameters
    ----------
    study : PairRegimes
    target : Path
        PNG file to write; its folder is made.
    caption : str
        Said in the title; simulated candles must be named here.
    dpi : int
        Dots an inch; the picture is 12 inches wide.

    Returns
    -------
    Path
        `target`.
    """
    known_at = close_times(study.candles["date"], study.timeframe)
    name, view = next(iter(study.views.items()))
    confidence = view["regime_confidence"].to_numpy(dtype=np.float64)
    has_confidence = bool(np.isfinite(confidence).any())
    strip_height = 0.28 * (len(study.views) + len(study.references)) + 0.3
    heights = [3.6, *([1.0] if has_confidence else []), strip_height]
    figure = Figure(figsize=(12, sum(heights) + 0.6), layout="constrained")
    panels: Any = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    _draw_price(panels[0], study, known_at, view["regime"].to_numpy())
    if has_confidence:
        _draw_confidence(panels[1], known_at, confidence, name.replace("_", " "))
    _draw_strips(panels[-1], study, known_at)
    panels[0].set_xlim(study.candles["date"].iloc[0], known_at.iloc[-1])
    title = f"{study.pair}, {study.timeframe}: regimes by {name.replace('_', ' ')}"
    panels[0].set_title(f"{title}. {caption}" if caption else title, loc="left", fontsize="medium")
    target.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"axes.spines.top": False, "axes.spines.right": False}):
        figure.savefig(target, dpi=dpi)
    return target
