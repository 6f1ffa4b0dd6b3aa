"""Rows of a contest: what every contestant is asked, and the regimes that each is told."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from auriga.evaluation import shuffle_segments
from auriga.host.freqai import RegimeFreqaiModel
from auriga.host.rows import Market, TrainingTable
from auriga.host.seals import Window
from auriga.host.verdict._plan import ContestPlan
from auriga.typing import BoolArray, IntArray, Regime, RegimeArray

_SEED = 20
Regimes = dict[str, RegimeArray]
"""Regime of every base candle of each pair."""


def placebo_regimes(market: Market, pairs: list[str], windows: list[Window], draw: int) -> Regimes:
    """Regimes of each pair in another order of their stretches, over all windows of the backtest at once.

    Training and test rows of a window, and those of the next one, come from the same series. Candles
    outside the windows and candles without a regime keep what they have.
    """
    start, stop = windows[0].train_start, windows[-1].test_stop
    shuffled = {}
    for number, pair in enumerate(pairs):
        rows = market.rows(pair)
        times = rows.features.times
        inside = (times >= start) & (times < stop) & (rows.regimes != Regime.UNKNOWN)
        regimes = rows.regimes.copy()
        if inside.any():
            rng = np.random.default_rng([_SEED, number, draw])
            regimes[inside] = shuffle_segments(regimes[inside], rng)
        shuffled[pair] = regimes
    return shuffled


def one_regime(regimes: RegimeArray) -> RegimeArray:
    """All rows in one regime: whatever the scheme, its expert then is one model of all rows."""
    return np.full(len(regimes), Regime.SIDEWAYS, dtype=np.int8)


@dataclass(frozen=True)
class AskedRows:
    """Test rows of one window; arrays of shape (n,).

    Attributes
    ----------
    features : float32 array of shape (n, n_features)
    times : opening times in ms
    pairs : positions in the names of the training table
    positions : positions among the pair's base candles
    regimes : as detected
    up : whether the price rose
    """

    features: npt.NDArray[np.float32]
    times: IntArray
    pairs: IntArray
    positions: IntArray
    regimes: RegimeArray
    up: BoolArray

    def __len__(self) -> int:
        return len(self.times)


def asked_rows(
    market: Market,
    pairs: list[str],
    window: Window,
    plan: ContestPlan,
    glue: RegimeFreqaiModel,
    owner: str | None,
) -> AskedRows | None:
    """Complete rows of a test span whose outcome is known; None if there is none.

    All outcomes but flat ones are asked about.
    """
    parts: list[tuple[Any, ...]] = []
    for number, pair in enumerate(pairs):
        if owner not in (None, pair):
            continue
        rows = market.rows(pair)
        at = rows.features.times
        keep = rows.complete & rows.labelled & (at >= window.test_start) & (at < window.test_stop)
        kept = np.flatnonzero(keep & (at // glue.step % plan.test_every == 0))
        up, down = outcomes(rows.labels[kept], glue)
        kept, up = kept[up | down], up[up | down]
        if len(kept):
            where = np.full(len(kept), number)
            parts.append((market.predictable(pair, kept), at[kept], where, kept, rows.regimes[kept], up))
    if not parts:
        return None
    return AskedRows(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def outcomes(labels: npt.NDArray[Any], glue: RegimeFreqaiModel) -> tuple[BoolArray, BoolArray]:
    """Which labels are upward moves and which downward ones (`meta`: right and wrong)."""
    if glue.settings.label.regression:
        values = labels.astype(float)
        return values > 0, values < 0
    wanted, other = rising_classes(glue)
    return labels == wanted, labels == other


def rising_classes(glue: RegimeFreqaiModel) -> tuple[str, str]:
    """Class names of an upward and of a downward move, or of the right and the wrong side."""
    return ("right", "wrong") if glue.settings.label.kind == "meta" else ("up", "down")


def told_regimes(rows: TrainingTable, regimes: Regimes, market: Market) -> TrainingTable:
    """The same training rows with other regimes."""
    codes = rows.regimes.copy()
    for number, pair in enumerate(rows.names):
        own = rows.pairs == number
        codes[own] = regimes[pair][np.searchsorted(market.rows(pair).features.times, rows.times[own])]
    return replace(rows, regimes=codes)


def asked_regimes(rows: AskedRows, regimes: Regimes, pairs: list[str]) -> RegimeArray:
    """Regime of each test row."""
    codes = rows.regimes.copy()
    for number, pair in enumerate(pairs):
        own = rows.pairs == number
        codes[own] = regimes[pair][rows.positions[own]]
    return codes


def raw_features(rows: TrainingTable, market: Market) -> npt.NDArray[np.float32]:
    """Feature values of training rows, which bins do not keep."""
    if isinstance(rows.data, np.ndarray):
        return rows.data
    parts = []
    for number, pair in enumerate(rows.names):
        times = rows.times[rows.pairs == number]
        if len(times):
            positions = np.searchsorted(market.rows(pair).features.times, times)
            parts.append(market.columns(pair).rows(positions))
    return np.concatenate(parts)  # a table is ordered by pair
