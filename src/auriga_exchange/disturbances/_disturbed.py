"""Candles after something happened to a market: a price gap, a halt, candles that were lost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from auriga.candles import timeframe_minutes
from auriga_exchange.markets import CandleSeries, resample_series

PRICE_GAP, HALT, RESUME, DELIST, MISSING = "price_gap", "halt", "resume", "delist", "missing_candles"
KINDS = (HALT, RESUME, DELIST, PRICE_GAP, MISSING)
_LONGEST_RESAMPLED = timeframe_minutes("1d")


@dataclass(frozen=True, kw_only=True)
class Disturbance:
    """Something that happens to one symbol.

    It shows from the next candle on: what clients have seen, the running candle included, stays as it was.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    symbol : str
        Binance's name.
    at : int
        Time in ms.
    factor : float or None
        `price_gap`: what every later price is multiplied by.
    candles : int or None
        `missing_candles`: how many candles of the finest timeframe nobody ever sees.
    """

    kind: str
    symbol: str
    at: int
    factor: float | None = None
    candles: int | None = None


def disturb_native(
    native: Mapping[str, CandleSeries], disturbances: Iterable[Disturbance], decimals: int
) -> dict[str, CandleSeries]:
    """Apply what happened to all series of one symbol.

    Parameters
    ----------
    native : mapping of timeframe to CandleSeries
        Undisturbed series, the finest first.
    disturbances : iterable of Disturbance
        Of this symbol, in the order of time.
    decimals : int
        Price decimals.

    Returns
    -------
    dict
        The same timeframes; slower series follow the finest one wherever it has candles.

    Examples
    --------
    >>> series = CandleSeries("1m", np.arange(4) * 60_000, np.full((4, 5), 10.0))
    >>> gap = Disturbance(kind="price_gap", symbol="BTCUSDT", at=60_000, factor=0.5)
    >>> disturb_native({"1m": series}, [gap], 2)["1m"].values[:, 3].tolist()
    [10.0, 10.0, 5.0, 5.0]
    """
    happened = [each for each in disturbances if each.kind != DELIST]
    if not happened:
        return dict(native)
    first = min(each.at for each in happened)
    finest, *slower = native
    disturbed = {finest: disturb_series(native[finest], happened, decimals)}
    for timeframe in slower:
        alone = disturb_series(native[timeframe], happened, decimals)
        disturbed[timeframe] = _follow(disturbed[finest], alone, first)
    return disturbed


def disturb_series(series: CandleSeries, happened: Iterable[Disturbance], decimals: int) -> CandleSeries:
    """Apply what happened to one series: gaps first, then halts, at last candles that are lost."""
    happened = list(happened)
    values, opens_at = series.values.copy(), series.opens_at
    for gap in (each for each in happened if each.kind == PRICE_GAP):
        later = opens_at > gap.at
        prices = np.round(values[later, :4] * (gap.factor or 1.0), decimals)
        values[later, :4] = np.maximum(prices, 10.0**-decimals)
    for start, end in halts(happened):
        still = (opens_at > start) & (opens_at <= end)
        first = int(np.argmax(still))
        if still.any() and first:
            values[still, :4] = values[first - 1, 3]
        values[still, 4] = 0.0
    served = np.ones(len(opens_at), dtype=bool)
    for lost in (each for each in happened if each.kind == MISSING):
        first = int(np.searchsorted(opens_at, lost.at, side="right"))
        served[first : first + (lost.candles or 0)] = False
    return replace(series, opens_at=opens_at[served], values=values[served])


def halts(happened: Iterable[Disturbance]) -> list[tuple[int, float]]:
    """Start and end of every halt in ms; infinity while it lasts.

    Examples
    --------
    >>> halt = Disturbance(kind="halt", symbol="BTCUSDT", at=5)
    >>> halts([halt, Disturbance(kind="resume", symbol="BTCUSDT", at=9), halt])
    [(5, 9), (5, inf)]
    """
    found: list[tuple[int, float]] = []
    for each in happened:
        halted = bool(found) and found[-1][1] == np.inf
        if each.kind == HALT and not halted:
            found.append((each.at, np.inf))
        elif each.kind == RESUME and halted:
            found[-1] = (found[-1][0], each.at)
    return found


def _follow(finest: CandleSeries, slower: CandleSeries, first: int) -> CandleSeries:
    """Replace the candles that close after `first` (ms) by those the finest series makes."""
    if timeframe_minutes(slower.timeframe) > _LONGEST_RESAMPLED or not len(finest.opens_at):
        return slower
    made = resample_series(finest, slower.timeframe)
    fresh = made.opens_at + slower.step > first
    kept = ~np.isin(slower.opens_at, made.opens_at[fresh])
    opens_at = np.r_[slower.opens_at[kept], made.opens_at[fresh]]
    values = np.vstack([slower.values[kept], made.values[fresh]])
    order = np.argsort(opens_at)
    return CandleSeries(slower.timeframe, opens_at[order], values[order], finest, slower.decimals)


def widen_running(series: CandleSeries, gap: Disturbance) -> CandleSeries:
    """Let the candle in which a price gap falls reach both prices: marks are coarser than contracts.

    Examples
    --------
    >>> series = CandleSeries("1h", np.array([0]), np.array([[10.0, 11, 9, 10, 0]]))
    >>> gap = Disturbance(kind="price_gap", symbol="A", at=60_000, factor=0.5)
    >>> widen_running(series, gap).values.tolist()
    [[10.0, 11.0, 4.5, 5.0, 0.0]]
    """
    inside = (series.opens_at <= gap.at) & (gap.at < series.opens_at + series.step)
    values, factor = series.values.copy(), gap.factor or 1.0
    values[inside, 1] *= max(1.0, factor)
    values[inside, 2] *= min(1.0, factor)
    values[inside, 3] *= factor
    return replace(series, values=values)
