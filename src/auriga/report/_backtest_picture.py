"""One picture of a backtest: price and regimes with the trades, equity against buy-and-hold."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from auriga.host.results import BacktestResult, read_candles
from auriga.host.rows import market_regimes
from auriga.settings import RegimeSettings
from auriga.typing import Regime

_BANDS = {
    Regime.BULL: "#b7e4c7",
    Regime.SIDEWAYS: "#e9ecef",
    Regime.BEAR: "#ffccd5",
    Regime.UNKNOWN: "#fff3bf",
}


def _shade_regimes(axes: Axes, dates: pd.Series, regimes: pd.Series) -> None:
    codes = regimes.to_numpy()
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    ends = np.r_[starts[1:], len(codes) - 1]
    for start, end in zip(starts, ends, strict=True):
        span = (dates.iloc[start], dates.iloc[end])
        axes.axvspan(*span, color=_BANDS[Regime(codes[start])], linewidth=0, zorder=0)


def _draw_pair(
    axes: Axes, candles: pd.DataFrame, regimes: pd.Series, trades: pd.DataFrame, pair: str
) -> None:
    _shade_regimes(axes, candles["date"], regimes)
    axes.plot(candles["date"], candles["close"], color="#343a40", linewidth=0.8)
    axes.scatter(
        trades["open_date"], trades["open_rate"], marker="^", s=22, color="#1b7f3b", zorder=3, label="entry"
    )
    axes.scatter(
        trades["close_date"], trades["close_rate"], marker="v", s=22, color="#c1121f", zorder=3, label="exit"
    )
    axes.set_ylabel(f"{pair}\nclose")
    axes.margins(x=0)


def _draw_equity(axes: Axes, result: BacktestResult, closes: pd.DataFrame) -> None:
    start = result.stats["starting_balance"]
    trades = result.trades.sort_values("close_date")
    dates = [result.start, *trades["close_date"], result.end]
    profit = trades["profit_abs"].cumsum().tolist()
    equity = [0.0, *profit, profit[-1] if profit else 0.0]
    axes.step(dates, 100 * np.array(equity) / start, where="post", color="#1d4ed8", label="strategy")
    held = 100 * (closes / closes.bfill().iloc[0] - 1).mean(axis=1)
    axes.plot(closes.index, held, color="#868e96", linewidth=0.9, label="buy and hold, equal parts")
    axes.axhline(0, color="#adb5bd", linewidth=0.6)
    axes.set_ylabel("profit in %")
    axes.margins(x=0)
    axes.legend(loc="lower left", frameon=False)


def draw_backtest(
    result: BacktestResult,
    datadir: Path,
    settings: RegimeSettings,
    target: Path,
    *,
    timeframe: str = "5m",
    caption: str = "",
) -> Path:
    """Draw every pair's price with regime bands, entries and exits, and the equity curve below.

    Parameters
    ----------
    result : BacktestResult
    datadir : Path
        Folder of the candles the backtest ran on.
    settings : RegimeSettings
        The same as in the backtest.
    target : Path
        PNG file to write; its folder is made.
    timeframe : str
        Base timeframe.
    caption : str
        Said in the title; simulated data must be named here.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    HostError
        If candles are missing.
    """
    figure = Figure(figsize=(12, 2.2 * len(result.pairs) + 3), layout="constrained")
    panels: Any = figure.subplots(len(result.pairs) + 1, 1, sharex=True, squeeze=False)[:, 0]
    closes = {}
    for axes, pair in zip(panels, result.pairs, strict=False):
        candles = read_candles(datadir, pair, timeframe, result.data_format)
        candles = candles[candles["date"].between(result.start, result.end)].reset_index(drop=True)
        slow = read_candles(datadir, pair, settings.timeframe, result.data_format)
        regimes = market_regimes(slow, candles["date"], settings, timeframe)["regime"]
        _draw_pair(axes, candles, regimes, result.trades[result.trades["pair"] == pair], pair)
        closes[pair] = candles.set_index("date")["close"]
    _draw_equity(panels[-1], result, pd.DataFrame(closes))
    handles, _ = panels[0].get_legend_handles_labels()
    bands = [Patch(color=color, label=regime.label) for regime, color in _BANDS.items()]
    panels[0].legend(handles=[*bands, *handles], loc="upper left", ncols=6, fontsize="small")
    figure.suptitle(
        f"{caption}  {result.start:%Y-%m-%d} to {result.end:%Y-%m-%d}, {len(result.trades)} trades"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"axes.spines.top": False, "axes.spines.right": False}):
        figure.savefig(target, dpi=110)
    return target
