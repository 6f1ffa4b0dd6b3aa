"""Candles from drivers and regimes."""

import numpy as np
import pandas as pd

from auriga.datasets._calendar import MINUTES_A_DAY, Calendar
from auriga.datasets._drivers import MEAN_ABS_SHOCK, Drivers
from auriga.datasets._parameters import MarketParameters
from auriga.errors import ParameterError
from auriga.typing import FloatArray, IntArray

_BUSIEST_MINUTE = 15 * 60
_SEASON = 0.3
_MOST_LOG_MOVE = 600.0


def log_returns(drivers: Drivers, drift: FloatArray, regime: IntArray) -> FloatArray:
    """Log return of each candle, shape (n_candles,): drift, inherited drivers and a shock."""
    expected = np.zeros(len(regime))
    for driver in drivers.all:
        expected += driver.effect[regime] * driver.values[:-1]
    returns: FloatArray = drift[regime] + drivers.volatility[: len(regime)] * (expected + drivers.shocks)
    return returns


def build_candles(
    calendar: Calendar,
    returns: FloatArray,
    drivers: Drivers,
    parameters: MarketParameters,
    high_rng: np.random.Generator,
    low_rng: np.random.Generator,
) -> pd.DataFrame:
    """Sound OHLCV candles, each opening at the close of the one before."""
    closes = _log_prices(returns)
    opens = np.concatenate(([0.0], closes[:-1]))
    volatility = drivers.volatility[: len(returns)]
    up = _excursion(returns, volatility, high_rng)
    down = _excursion(returns, volatility, low_rng)
    price = parameters.first_price
    open_, close = price * np.exp(opens), price * np.exp(closes)
    columns = {
        "date": calendar.dates,
        "open": open_,
        "high": np.maximum(price * np.exp(opens + up + returns / 2), np.maximum(open_, close)),
        "low": np.minimum(price * np.exp(opens - down + returns / 2), np.minimum(open_, close)),
        "close": close,
        "volume": _volume(calendar, drivers, parameters),
    }
    return pd.DataFrame(columns)


def _log_prices(returns: FloatArray) -> FloatArray:
    closes: FloatArray = np.cumsum(returns)
    farthest = float(np.abs(closes).max())
    if farthest > _MOST_LOG_MOVE:
        raise ParameterError(
            f"prices move by a factor of exp({farthest:.0f}), more than floats hold; "
            "simulate fewer candles or lower daily_drift and daily_volatility"
        )
    return closes


def _excursion(returns: FloatArray, volatility: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Distance of the extreme of a Brownian bridge from the middle of its two ends."""
    exponential = rng.standard_exponential(len(returns))
    distance: FloatArray = np.sqrt(returns**2 + 2 * volatility**2 * exponential) / 2
    return distance


def _volume(calendar: Calendar, drivers: Drivers, parameters: MarketParameters) -> FloatArray:
    """Volume in base currency: the volume driver, blurred by the size of the move and the time of day."""
    angle = 2 * np.pi * (calendar.minute - _BUSIEST_MINUTE) / MINUTES_A_DAY
    log_volume = parameters.volume_spread * drivers.volume.values[1:]
    log_volume += parameters.volume_impact * (np.abs(drivers.shocks) - MEAN_ABS_SHOCK)
    volume: FloatArray = parameters.typical_volume * np.exp(log_volume + _SEASON * np.cos(angle))
    return volume
