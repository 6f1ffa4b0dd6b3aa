"""Candles and predictions that tests are made of."""

from functools import cache

import numpy as np
import pandas as pd

from auriga.candles import timeframe_delta
from auriga.columns import DO_PREDICT, EXPERT, PROBABILITY, REGIME, REGIME_AGE
from auriga.errors import ParameterError


def random_walk(
    rows: int = 600,
    *,
    seed: int = 7,
    timeframe: str = "5m",
    start: str = "2025-01-01",
    volatility: float = 0.003,
) -> pd.DataFrame:
    """Sound candles of a price that wanders, the same for the same seed.

    Prices lie on a grid of 0.01 around 100, so that equal neighbours occur as they do on an exchange. For
    markets with regimes whose truth is known, see `auriga.datasets.simulate_market`.

    Parameters
    ----------
    rows : int
        Candles, at least 1.
    seed : int
    timeframe : str
        In Freqtrade's notation.
    start : str
        Opening time of the first candle, UTC.
    volatility : float
        Standard deviation of the log return of one candle: 0.003 is usual for 5m, 0.03 for 1d.

    Returns
    -------
    DataFrame of shape (rows, 6)
        `date` (opening time), `open`, `high`, `low`, `close`, `volume`; a new one each time.

    Raises
    ------
    ParameterError
        If there is to be no candle.

    Examples
    --------
    >>> candles = random_walk(3, seed=1)
    >>> candles["close"].tolist()
    [100.35, 100.45, 100.06]
    >>> candles["date"].iloc[-1].isoformat()
    '2025-01-01T00:10:00+00:00'
    """
    if rows < 1:
        raise ParameterError(f"rows is {rows}; a walk needs at least 1 candle")
    return _drawn(rows, seed, timeframe, start, volatility).copy()


@cache
def _drawn(rows: int, seed: int, timeframe: str, start: str, volatility: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    path = np.round(100 * np.exp(np.cumsum(rng.normal(0, volatility, rows + 1))), 2)
    open_, close = path[:-1], path[1:]
    wicks = np.round(rng.exponential(70 * volatility, (2, rows)), 2)
    return pd.DataFrame(
        {
            "date": pd.date_range(start, periods=rows, freq=timeframe_delta(timeframe), tz="UTC", unit="ms"),
            "open": open_,
            "high": np.maximum(open_, close) + wicks[0],
            "low": np.maximum(np.minimum(open_, close) - wicks[1], 0.01),
            "close": close,
            "volume": np.round(rng.lognormal(2, 1, rows), 3),
        }
    )


def made_up_predictions(candles: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Candles with what FreqAI and our models would add, made up: for entry and exit rules.

    Parameters
    ----------
    candles : DataFrame of shape (n, >= 6)
        Not changed.
    seed : int

    Returns
    -------
    DataFrame of shape (n, ...)
        The candles and `probability` (wanders between 0.3 and 0.7), `do_predict` (1), `regime` and `expert`
        (bear, sideways or bull, drawn anew every 288 candles) and `regime_age` (NaN: not known).

    Examples
    --------
    >>> frame = made_up_predictions(random_walk(2000))
    >>> bool(frame["probability"].between(0.3, 0.7).all()), sorted(frame["regime"].unique().tolist())
    (True, [-1, 0, 1])
    """
    rng = np.random.default_rng(seed)
    wave = pd.Series(rng.normal(size=len(candles))).ewm(span=12).mean().to_numpy()
    days = rng.integers(-1, 2, size=len(candles) // 288 + 1)
    regime = np.repeat(days, 288)[: len(candles)].astype(np.int8)
    probability = 0.5 + np.clip(wave * 0.3, -0.2, 0.2)
    frame = candles.copy()
    frame[PROBABILITY], frame[DO_PREDICT] = probability, 1
    frame[REGIME], frame[REGIME_AGE], frame[EXPERT] = regime, np.nan, regime
    return frame
