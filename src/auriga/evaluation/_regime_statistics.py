"""What a series of regimes is like: how long they last, what follows, and what the price did in each."""

import numpy as np
import pandas as pd

from auriga.candles import timeframe_delta
from auriga.errors import ParameterError
from auriga.typing import FloatArray, IntArray, Regime, RegimeArray

_YEAR = pd.Timedelta(days=365.25)
_MONTH = _YEAR / 12


def _labels() -> pd.Index:
    return pd.Index([regime.label for regime in Regime.known()], name="regime")


def _runs(regimes: RegimeArray) -> tuple[IntArray, IntArray]:
    """Start and length of each run of equal regimes."""
    if not len(regimes):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, regimes[1:] != regimes[:-1]])
    return starts, np.diff(np.r_[starts, len(regimes)])


def _complete(regimes: RegimeArray, starts: IntArray) -> FloatArray:
    """True for runs whose beginning and end were both seen: a known regime stands on either side."""
    known = regimes[starts] != Regime.UNKNOWN
    before, after = np.r_[False, known[:-1]], np.r_[known[1:], False]
    complete: FloatArray = before & after
    return complete


def unknown_share(regimes: RegimeArray) -> float:
    """Share of candles without an answer; NaN without candles.

    Examples
    --------
    >>> unknown_share(np.array([-2, 1, 1, 0]))
    0.25
    """
    return float(np.mean(regimes == Regime.UNKNOWN)) if len(regimes) else float("nan")


def dwell_times(regimes: RegimeArray) -> pd.DataFrame:
    """How long each regime lasts.

    Parameters
    ----------
    regimes : array of shape (n,)
        Regime codes in order of time; `UNKNOWN` rows end a run and are no regime.

    Returns
    -------
    DataFrame indexed by bear, sideways, bull
        `runs` (all of them), `mean_dwell` and `median_dwell` in candles over the runs whose both ends were
        seen (a run cut off by the sample or by `UNKNOWN` is longer than it looks), NaN if there is none, and
        `longest_dwell` over all runs.

    Examples
    --------
    >>> dwell_times(np.array([1, 1, 0, 1, 1, 1, -1, -1])).loc["bull"].tolist()
    [2.0, 3.0, 3.0, 3.0]
    """
    starts, lengths = _runs(regimes)
    codes, complete = regimes[starts], _complete(regimes, starts)
    rows = []
    for regime in Regime.known():
        every, whole = lengths[codes == regime], lengths[(codes == regime) & complete]
        seen = (np.mean(whole), np.median(whole)) if len(whole) else (np.nan, np.nan)
        rows.append((float(len(every)), *seen, every.max() if len(every) else np.nan))
    columns = ["runs", "mean_dwell", "median_dwell", "longest_dwell"]
    return pd.DataFrame(rows, index=_labels(), columns=columns, dtype=np.float64)


def transition_matrix(regimes: RegimeArray) -> pd.DataFrame:
    """Share of candles in each regime that are followed by each regime.

    Parameters
    ----------
    regimes : array of shape (n,)
        Regime codes in order of time; pairs with an `UNKNOWN` are left out.

    Returns
    -------
    DataFrame of shape (3, 3)
        Row: regime of candle t, column: regime of candle t + 1. Rows sum to 1; NaN where a regime never
        had a successor.

    Examples
    --------
    >>> transition_matrix(np.array([1, 1, 1, 0, -2, 0, 0])).loc["bull"].round(2).tolist()
    [0.0, 0.33, 0.67]
    """
    now, then = regimes[:-1], regimes[1:]
    known = Regime.known()
    counts = np.array([[np.sum((now == a) & (then == b)) for b in known] for a in known], dtype=np.float64)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.full_like(counts, np.nan), where=totals > 0)
    return pd.DataFrame(shares, index=_labels(), columns=list(_labels()))


def flips_per_month(regimes: RegimeArray, timeframe: str) -> float:
    """Switches between known regimes a month (30.4 days) of candles with an answer.

    Parameters
    ----------
    regimes : array of shape (n,)
        Regime codes in order of time.
    timeframe : str
        Of the candles.

    Returns
    -------
    float
        NaN when there is no answer. A change across a stretch of `UNKNOWN` does not count.

    Examples
    --------
    >>> round(flips_per_month(np.array([1, 0] * 15, dtype=np.int8), "1d"), 1)
    29.4
    """
    known = regimes != Regime.UNKNOWN
    if not known.any():
        return float("nan")
    flips = np.sum((regimes[1:] != regimes[:-1]) & known[1:] & known[:-1])
    return float(flips / (known.sum() * (timeframe_delta(timeframe) / _MONTH)))


def regime_performance(
    close: FloatArray, regimes: RegimeArray, timeframe: str, *, known_before: bool = True
) -> pd.DataFrame:
    """Return, volatility and drawdown of the price in each regime.

    Parameters
    ----------
    close : array of shape (n,)
        Closing prices, above 0.
    regimes : array of shape (n,)
        Regime codes.
    timeframe : str
        Of the candles.
    known_before : bool
        True for detectors: the move of candle t counts for the regime known at the close of t - 1, so a
        regime is not credited with the move that called it forth. False for a regime in force during
        candle t (hindsight, truth).

    Returns
    -------
    DataFrame indexed by bear, sideways, bull
        `time_frac` (share of the candles with an answer), `return_frac` (all of the price's moves in that
        regime, compounded), `annual_drift` (mean log return times candles a year: 0.1 is 10 % a year without
        compounding), `annual_volatility_frac` (standard deviation of log returns a year) and `drawdown_frac`
        (deepest fall, >= 0, of the compounded moves, other regimes left out). NaN where a regime has no move
        (volatility: fewer than two).

    Raises
    ------
    ParameterError
        If the lengths differ.

    Examples
    --------
    >>> close = np.array([100.0, 110.0, 121.0, 60.5])
    >>> regime_performance(close, np.array([1, 1, -1, -1]), "1d").loc["bull", "return_frac"].round(4)
    np.float64(0.21)
    """
    if len(close) != len(regimes):
        raise ParameterError(f"close has {len(close)} rows, regimes has {len(regimes)}; they must match")
    moves = np.diff(np.log(close))
    during = regimes[:-1] if known_before else regimes[1:]
    answered = max(int(np.sum(regimes != Regime.UNKNOWN)), 1)
    a_year = _YEAR / timeframe_delta(timeframe)
    rows = []
    for regime in Regime.known():
        share = np.sum(regimes == regime) / answered
        rows.append((share, *_performance(moves[during == regime], a_year)))
    columns = ["time_frac", "return_frac", "annual_drift", "annual_volatility_frac", "drawdown_frac"]
    return pd.DataFrame(rows, index=_labels(), columns=columns)


def _performance(moves: FloatArray, a_year: float) -> tuple[float, float, float, float]:
    """Total return, annual drift and volatility, and drawdown of log returns."""
    if not len(moves):
        return (np.nan,) * 4
    path = np.r_[0.0, np.cumsum(moves)]
    deepest = float(np.max(np.maximum.accumulate(path) - path))
    volatility = float(np.std(moves, ddof=1) * a_year**0.5) if len(moves) > 1 else np.nan
    drift = float(np.mean(moves) * a_year)
    return float(np.expm1(path[-1])), drift, volatility, float(-np.expm1(-deepest))
