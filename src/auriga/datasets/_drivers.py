"""What moves simulated returns: shocks, autoregressive drivers and lagged volatility."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from auriga.datasets._parameters import MarketParameters, PerRegime
from auriga.typing import FloatArray

BURN_IN = 4096
"""Candles drawn before the first one, after which drivers and volatility are stationary."""

MEAN_ABS_SHOCK = math.sqrt(2 / math.pi)
"""Expected size of a standard normal shock."""


@dataclass(frozen=True)
class Driver:
    """An autoregression `d_t = persistence * d_{t-1} + impact * shock_t` that moves the next return.

    Attributes
    ----------
    persistence, impact : float
        Coefficients of the autoregression.
    effect : array of shape (3,)
        Move of the next return in standard deviations a unit of `d_t`: bear, sideways, bull.
    values : array of shape (n_candles + 1,)
        Starts one candle early, so that `values[t]` is what candle `t` inherits.
    """

    persistence: float
    impact: float
    effect: FloatArray
    values: FloatArray


@dataclass(frozen=True)
class Drivers:
    """All that candles are built from; the two momentum drivers share the shocks of the price.

    Attributes
    ----------
    shocks : array of shape (n_candles,)
        Standard normal shocks of the price.
    momentum : tuple of Driver
        The fast average and, with the opposite effect, the slow one.
    volume : Driver
        Moved by shocks of its own; unit variance.
    volatility : array of shape (n_candles + horizon,)
        Standard deviation of a candle's shock as a log return, known `volatility_lag` candles ahead.
    """

    shocks: FloatArray
    momentum: tuple[Driver, Driver]
    volume: Driver
    volatility: FloatArray

    @property
    def all(self) -> tuple[Driver, Driver, Driver]:
        """Fast and slow momentum, volume."""
        return (*self.momentum, self.volume)


def draw_drivers(
    n_candles: int,
    horizon: int,
    candles_a_day: float,
    parameters: MarketParameters,
    price_rng: np.random.Generator,
    volume_rng: np.random.Generator,
) -> Drivers:
    """Draw everything at once; longer simulations begin with the same numbers."""
    lead = BURN_IN + parameters.volatility_lag
    price = price_rng.standard_normal(lead + n_candles)
    volume = volume_rng.standard_normal(lead + n_candles)
    return Drivers(
        shocks=price[lead:],
        momentum=_momentum(price, lead, parameters),
        volume=_volume(volume, lead, parameters),
        volatility=_volatility(price, n_candles + horizon, candles_a_day, parameters),
    )


def _autoregression(shocks: FloatArray, persistence: float, impact: float) -> FloatArray:
    filtered: FloatArray = lfilter([impact], [1.0, -persistence], shocks)
    return filtered


def _driver(shocks: FloatArray, lead: int, persistence: float, impact: float, effect: FloatArray) -> Driver:
    values = _autoregression(shocks, persistence, impact)[lead - 1 :]
    return Driver(persistence, impact, effect, values)


def _momentum(shocks: FloatArray, lead: int, parameters: MarketParameters) -> tuple[Driver, Driver]:
    """Fast minus slow average of the shocks, the weights of which sum to zero.

    A single average would continue or reverse returns for good and so make days of bull markets several
    times as volatile as days of bear markets.
    """
    fast, slow = parameters.momentum_persistence
    scaled = _effect(parameters.momentum_effect) / _momentum_deviation(fast, slow)
    return (
        _driver(shocks, lead, fast, 1 - fast, scaled),
        _driver(shocks, lead, slow, 1 - slow, -scaled),
    )


def _momentum_deviation(fast: float, slow: float) -> float:
    """Stationary standard deviation of the difference of two averages of the same unit shocks."""
    common = (1 - fast) * (1 - slow) / (1 - fast * slow)
    return math.sqrt((1 - fast) / (1 + fast) + (1 - slow) / (1 + slow) - 2 * common)


def _volume(shocks: FloatArray, lead: int, parameters: MarketParameters) -> Driver:
    persistence = parameters.volume_persistence
    impact = math.sqrt(1 - persistence**2)
    return _driver(shocks, lead, persistence, impact, _effect(parameters.volume_effect))


def _effect(triple: PerRegime) -> FloatArray:
    return np.asarray(triple, dtype=np.float64)


def _volatility(
    shocks: FloatArray, size: int, candles_a_day: float, parameters: MarketParameters
) -> FloatArray:
    """Volatility of `size` candles; its mean square is that of `daily_volatility`."""
    persistence, spread = parameters.volatility_persistence, parameters.volatility_spread
    impact = spread * math.sqrt((1 - persistence**2) / (1 - MEAN_ABS_SHOCK**2))
    log_deviation = _autoregression(np.abs(shocks) - MEAN_ABS_SHOCK, persistence, impact)
    base = parameters.daily_volatility / math.sqrt(candles_a_day)
    known: FloatArray = base * np.exp(log_deviation[BURN_IN : BURN_IN + size] - spread**2)
    return known
