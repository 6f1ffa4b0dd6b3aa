"""Colours of the page, light and dark; a figure is made of the light ones and the page exchanges them."""

from auriga.report._backtest_picture import _BANDS
from auriga.typing import Regime

CLEAR = "rgba(0,0,0,0)"
INK, MUTED, GRID = "#1f2933", "#55606b", "#e1e5ea"
STRATEGY, HELD, CASH = "#1d4ed8", "#6b7480", "#8a6d00"
STRATEGY_AREA, HELD_AREA = "rgba(29,78,216,0.25)", "rgba(107,116,128,0.18)"
GOOD, BAD = "#1b7f3b", "#c1121f"
SECOND = "#b45309"

BANDS = {regime.label: color for regime, color in _BANDS.items()}
MARKS = {
    Regime.BULL.label: "#2d8a5f",
    Regime.SIDEWAYS.label: "#7b8794",
    Regime.BEAR.label: "#d1495b",
    Regime.UNKNOWN.label: "#b58900",
}

DARK = {
    INK: "#e6e9ee",
    MUTED: "#a9b3be",
    GRID: "#343d47",
    STRATEGY: "#82aaff",
    STRATEGY_AREA: "rgba(130,170,255,0.25)",
    HELD: "#9aa5b1",
    HELD_AREA: "rgba(154,165,177,0.18)",
    CASH: "#d9b84a",
    GOOD: "#5fd38a",
    BAD: "#ff7b83",
    SECOND: "#f5a65b",
    BANDS["bull"]: "#1d4a31",
    BANDS["sideways"]: "#363e47",
    BANDS["bear"]: "#5a2530",
    BANDS["unknown"]: "#4d4418",
    MARKS["bull"]: "#74c69d",
    MARKS["sideways"]: "#b0bac4",
    MARKS["bear"]: "#f28a97",
    MARKS["unknown"]: "#ffe066",
}
"""Dark colour of each light one."""


def mark(name: str) -> str:
    """Colour of a line or point of a regime or expert; everything else has the strategy's.

    Examples
    --------
    >>> mark("bull") == MARKS["bull"], mark("fallback") == STRATEGY
    (True, True)
    """
    return MARKS.get(name, STRATEGY)
